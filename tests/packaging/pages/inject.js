// As a tag manager does: adds the plugin's script when the page has loaded.
const { src, integrity } = document.currentScript.dataset;
window.addEventListener('load', () => {
  const script = document.createElement('script');
  script.src = src;
  if (integrity) Object.assign(script, { integrity, crossOrigin: 'anonymous' });
  document.head.append(script);
});
