// The chat speaks the language of the page. It stands before the configuration, which keeps what is there.
(() => {
  'use strict';
  window._genesys = { widgets: { main: { lang: document.documentElement.lang } } };
})();
