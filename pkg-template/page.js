// The page and its bus as the loader finds them.

/** Widgets 8.5 begins the names of events and commands with this; in 9.x such a name finds nobody. */
export const OLD_PREFIX = 'cx.plugin.';

/**
 * Puts a stylesheet's text into the page without an element, so that `style-src 'self'` needs no exception; gives the way to take
 * it out. Not before it is `needed`: reading it takes longer than compiling the core, and most visitors open no MicroApp.
 */
export function adopt(text) {
  let sheet;
  const remove = () => {
    document.adoptedStyleSheets = document.adoptedStyleSheets.filter((other) => other !== sheet);
  };
  remove.needed = () => {
    if (sheet) return;
    sheet = new CSSStyleSheet();
    sheet.replaceSync(text);
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
  };
  return remove;
}

/** The element of this script; a module does not know its own and takes the last that is named like the plugin. */
export function ownScript() {
  const current = document.currentScript;
  return current?.src ? current : [...document.querySelectorAll('script[src*=cx-speechstorm]')].pop();
}

/** The configuration of Widgets as it stands on the page now. */
export function widgets() {
  const genesys = ensure(window, '_genesys');
  return own(genesys, 'cxwidget') || ensure(genesys, 'widgets');
}

/** An own property: what a careless merge left on `Object.prototype` is nobody's wish, and must not move a payment. */
export function own(object, name) {
  return object && Object.hasOwn(object, name) ? object[name] : undefined;
}

/** The same, made where it is missing. */
export function ensure(object, name) {
  return (object[name] = own(object, name) || {});
}

/** Positive when `a` is newer than `b`. */
export function compareVersions(a, b) {
  return String(a).localeCompare(b, 'en', { numeric: true });
}

/** The plugin's interface, speaking the names of the bus at hand: for the core there are only the new ones. */
export function bilingual(registered, prefix) {
  const plugin = Object.create(registered);
  plugin.command = (name, data) => registered.command((name.includes('.') ? prefix() : '') + name, data);
  ['subscribe', 'unsubscribe', 'before'].forEach((method) => {
    plugin[method] = (name, call) => {
      registered[method](OLD_PREFIX + name, call);
      return registered[method](name, call);
    };
  });
  return plugin;
}
