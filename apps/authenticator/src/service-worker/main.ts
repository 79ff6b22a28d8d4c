/// <reference lib="webworker" />
/**
 * Keeps the whole app on the phone. The build puts the list of files in and the version, which is their digest; a new
 * version is fetched whole before it replaces the old one. The API is never kept.
 */
import { answerPush } from "./push.ts";

declare const self: ServiceWorkerGlobalScope;
declare const HOLDFAST_FILES: readonly string[];
declare const HOLDFAST_VERSION: string;

const cacheName = `holdfast-app-${HOLDFAST_VERSION}`;
const page = "/";

self.addEventListener("install", (event) => event.waitUntil(keepAll()));
self.addEventListener("activate", (event) => event.waitUntil(dropOthers()));
self.addEventListener("message", ({ data }) => {
  if ((data as { take?: string } | null)?.take === "over") void self.skipWaiting();
});
self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== self.location.origin || pathname.startsWith("/api/")) return;
  event.respondWith(kept(request.mode === "navigate" ? page : pathname, request));
});
answerPush(self);

async function keepAll(): Promise<void> {
  const cache = await caches.open(cacheName);
  // Hashed names may come from the browser's own cache, the page and the icons must be today's.
  await cache.addAll(
    [page, ...HOLDFAST_FILES].map(
      (path) => new Request(path, { cache: path.startsWith("/assets/") ? "default" : "reload" }),
    ),
  );
}

async function dropOthers(): Promise<void> {
  const names = await caches.keys();
  await Promise.all(
    names
      .filter((name) => name.startsWith("holdfast-app-") && name !== cacheName)
      .map((name) => caches.delete(name)),
  );
  await self.clients.claim();
}

async function kept(path: string, request: Request): Promise<Response> {
  const cache = await caches.open(cacheName);
  return (await cache.match(path)) ?? fetch(request);
}
