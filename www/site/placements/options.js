// Options of this page, from its address: everything but these four goes into the plugin's configuration.
(() => {
  'use strict';
  const page = { lang: 'en', hostTheme: 'auto', words: '', transitions: '' };
  const options = { placement: 'panel' };
  for (const [name, value] of new URLSearchParams(location.search)) {
    if (name in page) page[name] = value || page[name];
    else if (value) options[name] = value === 'true' ? true : Number(value) || value;
  }
  const rightToLeft = /^(ar|he)\b/.test(page.lang);
  document.documentElement.lang = page.lang;
  document.documentElement.dir = rightToLeft ? 'rtl' : 'ltr';
  const main = { lang: page.lang, theme: page.hostTheme };
  if (page.words) main.i18n = { [page.lang]: { speechstorm: { running: page.words } } };
  if (page.transitions) main.transitions = true;
  window._genesys = { widgets: { main, speechstorm: options } };

  document.addEventListener('DOMContentLoaded', () => {
    for (const [name, value] of new URLSearchParams(location.search)) {
      const field = document.querySelector('select[name="' + name + '"]');
      if (field) field.value = value;
    }
  });
})();
