// Registers the service worker and says when it is in charge of this page.
const { worker } = document.currentScript.dataset;
navigator.serviceWorker.addEventListener('controllerchange', () => (document.documentElement.dataset.worker = 'ready'));
navigator.serviceWorker.register(worker, { scope: '/' });
