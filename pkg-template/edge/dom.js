// The few DOM calls that all windows share. Everything is built with `createElement` and `setAttribute`: no HTML string, no
// inline style, so pages with Trusted Types and a strict CSP need no exception for us.

/** The class that every root element of ours bears (backend facts, 5.6). */
export const ROOT = 'cx-speechstorm';

/** Creates an element; an attribute that is `true` has no value, one that is `undefined` or `false` is left out. */
export function element(tag, attributes, parent) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === true) made.setAttribute(name, '');
    else if (value !== undefined && value !== false) made.setAttribute(name, value);
  }
  parent?.append(made);
  return made;
}

/** Sets a text; a live region is not told the same again. An element without text is hidden. */
export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
  element.hidden = !text;
}

/** Sets a custom property of our stylesheet. */
export function style(element, name, value) {
  element.style.setProperty('--' + ROOT + '-' + name, value);
}

/** Whole pixels for a style; there are no negative ones. */
export function pixels(number) {
  return Math.max(0, Math.round(number)) + 'px';
}
