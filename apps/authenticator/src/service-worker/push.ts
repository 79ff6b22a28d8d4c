/// <reference lib="webworker" />

/** A message by Web Push says only that something waits; what it is, the app asks once it is unlocked. */
export function answerPush(worker: ServiceWorkerGlobalScope): void {
  worker.addEventListener("push", (event) => {
    const shown = worker.registration.showNotification("A sign-in waits for you", {
      body: "Open the app to see where it comes from. If you are not signing in, say so there.",
      tag: "approval",
      icon: "/icons/icon-192.png",
    });
    event.waitUntil(shown);
  });
  worker.addEventListener("notificationclick", (event) => {
    event.notification.close();
    event.waitUntil(show(worker));
  });
}

async function show(worker: ServiceWorkerGlobalScope): Promise<void> {
  const [open] = await worker.clients.matchAll({ type: "window" });
  if (open) await open.focus();
  else await worker.clients.openWindow("/approvals");
}
