// Adds a script after the page has loaded: the plugin's, or the one that data-src names.
const { src = '/dist/cx-speechstorm.js' } = document.currentScript.dataset;
window.addEventListener('load', () => {
  const script = document.createElement('script');
  script.src = src;
  document.head.append(script);
});
