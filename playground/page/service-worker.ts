/** Keeps the files of the page, so that it works without a network after the first visit. The build writes which files. */
/// <reference lib="webworker" />

declare const FILES: readonly string[]
/** A digest of the files. */
declare const REVISION: string
declare const self: ServiceWorkerGlobalScope

const CACHE = `iap-playground-${REVISION}`

self.addEventListener('install', (event) => {
  event.waitUntil(fill())
})

self.addEventListener('activate', (event) => {
  event.waitUntil(activate())
})

self.addEventListener('fetch', (event) => {
  const { request } = event
  if (request.method === 'GET' && new URL(request.url).origin === location.origin) event.respondWith(answer(request))
})

/** The whole of one build, or nothing: files of two builds do not fit together. */
async function fill(): Promise<void> {
  const cache = await caches.open(CACHE)
  await cache.addAll(FILES.map((file) => new Request(file, { cache: 'no-cache' })))
}

async function activate(): Promise<void> {
  const names = await caches.keys()
  const old = names.filter((name) => name.startsWith('iap-playground-') && name !== CACHE)
  await Promise.all(old.map((name) => caches.delete(name)))
  // Also the page that registered it, which was loaded without it.
  await self.clients.claim()
}

async function answer(request: Request): Promise<Response> {
  const cache = await caches.open(CACHE)
  return (await cache.match(request, { ignoreSearch: true })) ?? fetch(request)
}
