import { fromBase64url } from "@holdfast/core/encoding/base64url";
import type { WebPushView } from "@holdfast/protocol/push-api";
import type { Profile } from "../profiles/profile.ts";
import { callServer, signerOf } from "../server-link/call.ts";

/** Notifications while the app is closed, by the browser's own push service (Push API). Optional: open, the app needs none. */

export type WebPushState =
  /** This browser has no push service, or none for an app that is not installed. */
  "unavailable" | "blocked" | "off" | "on";

export async function webPushState(): Promise<WebPushState> {
  if (!("PushManager" in globalThis) || !("Notification" in globalThis)) return "unavailable";
  if (Notification.permission === "denied") return "blocked";
  const registration = await navigator.serviceWorker?.getRegistration();
  if (registration === undefined) return "unavailable";
  return (await registration.pushManager.getSubscription()) === null ? "off" : "on";
}

/** A subscription is the browser's, one for all profiles; each server is told of it. A sentence where it failed. */
export async function switchWebPushOn(profiles: readonly Profile[]): Promise<string | null> {
  if ((await Notification.requestPermission()) !== "granted")
    return "The browser was not allowed to notify you. Allow notifications for this app in its settings.";
  const registration = await navigator.serviceWorker.ready;
  const online = profiles.flatMap((profile) => signerOf(profile) ?? []);
  const [first] = online;
  if (first === undefined) return "No profile on this phone is connected to a server.";
  const view = await callServer<WebPushView>(first, "GET", path);
  if (view.kind !== "ok") return view.kind === "refused" ? view.detail : noServer;
  const key = fromBase64url(view.value.publicKey);
  if (key === null) return noServer;
  let subscription: PushSubscription;
  try {
    subscription = await registration.pushManager.subscribe({
      userVisibleOnly: true,
      applicationServerKey: new Uint8Array(key),
    });
  } catch {
    return "The browser’s push service cannot be reached. Try again with another network; open, the app works without it.";
  }
  const body = bodyOf(subscription);
  for (const signer of online) {
    const told = await callServer(signer, "PUT", path, body);
    if (told.kind === "ok") continue;
    await subscription.unsubscribe().catch(() => false);
    return told.kind === "refused" ? told.detail : noServer;
  }
  return null;
}

const told = new Set<string>();

/** A profile that was registered since, or anew, is woken as well: its server forgets with a rescan. Once a run and key. */
export async function keepWebPush(profile: Profile): Promise<void> {
  const signer = signerOf(profile);
  if (!signer || !profile.types.includes("push") || told.has(signer.requestKey.x)) return;
  told.add(signer.requestKey.x);
  const registration = await navigator.serviceWorker?.getRegistration();
  const subscription = await registration?.pushManager?.getSubscription();
  if (!subscription) return;
  const view = await callServer<WebPushView>(signer, "GET", path);
  if (view.kind === "ok" && view.value.endpoint === null)
    await callServer(signer, "PUT", path, bodyOf(subscription));
}

export async function switchWebPushOff(profiles: readonly Profile[]): Promise<void> {
  const registration = await navigator.serviceWorker?.getRegistration();
  await (await registration?.pushManager.getSubscription())?.unsubscribe();
  // A server that does not hear it finds out at its next message (RFC 8030 §7.3).
  for (const profile of profiles) {
    const signer = signerOf(profile);
    if (signer) await callServer(signer, "PUT", path, { subscription: null });
  }
}

function bodyOf(subscription: PushSubscription) {
  const { endpoint, keys } = subscription.toJSON();
  return { subscription: { endpoint, keys: { p256dh: keys?.p256dh, auth: keys?.auth } } };
}

const path = "/api/v1/phone/web-push";
const noServer = "The server cannot be reached. Try again while there is a network.";
