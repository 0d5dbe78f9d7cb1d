// A page that is in the language of its address, `?lang=de`: `speak` puts the words of that language in when all elements are
// there, and gives those that scripts say. What has no words in a language stays English, and tells so.
(() => {
  'use strict';
  const lang = new URLSearchParams(location.search).get('lang') || 'en';

  window.speak = (tables) => {
    const words = Object.hasOwn(tables, lang) ? tables[lang] : null;
    if (words) {
      document.documentElement.lang = lang;
      document.documentElement.dir = lang === 'ar' ? 'rtl' : 'ltr';
    }
    document.addEventListener('DOMContentLoaded', () => {
      for (const element of document.querySelectorAll('[data-words]')) {
        if (words) element.textContent = words[element.dataset.words];
        else if (lang !== 'en') Object.assign(element, { lang: 'en', dir: 'ltr' });
      }
      if (!words) return;
      for (const element of document.querySelectorAll('[data-label]')) element.ariaLabel = words[element.dataset.label];
      for (const link of document.querySelectorAll('[data-stays]')) {
        const address = link.getAttribute('href');
        // The home page of a language is a folder, every other page is told by the address.
        link.href = address === '/' ? '/' + lang + '/' : address + '?lang=' + lang;
      }
    });
    return (key, english) => (words ? words[key] : english);
  };
})();
