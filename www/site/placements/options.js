// Options of this page, from its address: everything but the first five goes into the plugin's configuration.
(() => {
  'use strict';
  const page = { lang: 'en', hostTheme: 'auto', heading: '', transitions: '', auto: '' };
  const options = { placement: 'panel' };
  for (const [name, value] of new URLSearchParams(location.search)) {
    if (name in page) page[name] = value || page[name];
    else if (value) options[name] = value === 'true' ? true : Number(value) || value;
  }
  const rightToLeft = /^(ar|he)\b/.test(page.lang);
  document.documentElement.lang = page.lang;
  document.documentElement.dir = rightToLeft ? 'rtl' : 'ltr';
  const main = { lang: page.lang, theme: page.hostTheme };
  if (page.heading) main.i18n = { [page.lang]: { speechstorm: { title: page.heading } } };
  if (page.transitions) main.transitions = true;
  window._genesys = { widgets: { main, speechstorm: options } };

  document.addEventListener('DOMContentLoaded', () => {
    for (const [name, value] of new URLSearchParams(location.search)) {
      const field = document.querySelector('select[name="' + name + '"]');
      if (field) field.value = value;
    }
  });
})();
