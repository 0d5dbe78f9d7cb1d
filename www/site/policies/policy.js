// Notes what the page's policy refuses, and tries what it must refuse when somebody asks for it.
(() => {
  'use strict';
  window.refused = [];
  document.addEventListener('securitypolicyviolation', (event) => window.refused.push(event.effectiveDirective));

  const attempts = {
    markup() {
      const element = document.createElement('p');
      element.innerHTML = '<b>text</b>';
      return element.firstChild.nodeName === 'B';
    },
    eval() {
      return (0, eval)('2 + 2') === 4;
    },
    style() {
      const style = document.createElement('style');
      style.textContent = 'html { --attempt: done }';
      document.head.append(style);
      return getComputedStyle(document.documentElement).getPropertyValue('--attempt') !== '';
    },
  };

  /** What the page may do, by the attempt's name. */
  window.allowed = {};
  /** Later, for what a debugger calls may do more than the page. */
  window.attempt = (name) =>
    setTimeout(() => {
      window.allowed[name] = false;
      window.allowed[name] = attempts[name]();
    });
})();
