// A service worker that answers for WebAssembly with what it has kept of an older release. Its address says whether it heeds
// a page that wants to get around caches.
const stubborn = new URL(location.href).searchParams.has('stubborn');
const KEPT = '/older.wasm';

self.addEventListener('install', (event) => {
  event.waitUntil(caches.open('release').then((cache) => cache.add(KEPT)).then(() => self.skipWaiting()));
});
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()));
self.addEventListener('fetch', (event) => {
  const { url, cache } = event.request;
  if (!new URL(url).pathname.endsWith('.wasm') || url.endsWith(KEPT)) return;
  if (stubborn || cache !== 'reload') event.respondWith(caches.match(KEPT));
});
