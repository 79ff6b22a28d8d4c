import type { Logger } from "pino";
import type { PushPorts } from "../app/push/ports.ts";
import type { VapidKey } from "../keys/vapid-key.ts";
import type { PushSubscriptionRow } from "../store/push-store.ts";
import type { Store } from "../store/store.ts";
import { createOutbox } from "./outbox.ts";

/**
 * Wakes the app by its browser's push service (RFC 8030, RFC 8291, RFC 8292) where no stream of its own is open. What is
 * sent says that something waits and nothing else: the push service reads no name, no place and no number.
 */
export type PushDelivery = PushPorts & {
  readonly figures: () => { readonly sent: number; readonly failed: number; readonly gone: number };
  stop(graceMs: number): Promise<void>;
};

/** As long as a request waits; later it is worth nothing. */
const ttlSeconds = 60;
const timeoutMs = 10_000;
export const webPushPayload = JSON.stringify({ holdfast: 1, type: "push-requests" });

export function createPushDelivery({
  store,
  log,
  vapid,
  services,
  contact,
}: {
  readonly store: Pick<Store, "transaction">;
  readonly log: Logger;
  readonly vapid: VapidKey;
  /** Host names of push services, or what they end with. */
  readonly services: readonly string[];
  /** The server's own address, for who runs a push service and has a question. */
  readonly contact: () => string;
}): PushDelivery {
  // A ward that begins its shift asks at once; each costs one small write.
  const background = createOutbox(log, { atOnce: 16, mostWaiting: 20_000 });
  const posts = createOutbox(log);
  const figures = { sent: 0, failed: 0, gone: 0 };

  const isPushService = (endpoint: string): boolean => {
    const url = URL.parse(endpoint);
    if (url?.protocol !== "https:" || url.username !== "" || url.password !== "") return false;
    return services.some((host) => url.hostname === host || url.hostname.endsWith(`.${host}`));
  };

  const post = async ({ phoneId, endpoint, p256dh, auth }: PushSubscriptionRow) => {
    // The list of services may be shorter than when this was subscribed.
    if (!isPushService(endpoint)) return;
    // Loaded with the first message: it takes memory and time to start, and the app's own stream needs none of it.
    const { default: webPush } = await import("web-push");
    try {
      await webPush.sendNotification({ endpoint, keys: { p256dh, auth } }, webPushPayload, {
        vapidDetails: { subject: subjectOf(contact()), ...vapid },
        TTL: ttlSeconds,
        urgency: "high",
        topic: "push-requests",
        timeout: timeoutMs,
      });
      figures.sent++;
    } catch (err) {
      const status = err instanceof webPush.WebPushError ? err.statusCode : null;
      if (status === 404 || status === 410) {
        figures.gone++;
        await store.transaction((tx) => tx.push.subscriptions.remove(phoneId, endpoint));
        return;
      }
      figures.failed++;
      // Never the address: whoever has it, and the keys, could wake the phone.
      const why = err instanceof Error ? err.name : "unknown";
      log.warn({ phoneId, status, why }, "a browser's push service took no message");
    }
  };

  return {
    background,
    isPushService,
    vapidPublicKey: vapid.publicKey,
    notify: (subscriptions) => {
      for (const row of subscriptions) posts.add("a wake-up by web push", () => post(row));
    },
    figures: () => ({ ...figures }),
    stop: async (graceMs) => {
      await Promise.all([background.stop(graceMs), posts.stop(graceMs)]);
    },
  };
}

/** RFC 8292 §2.1: a mailto or https URI. A name that only this machine knows is of no use to a push service. */
function subjectOf(url: string): string {
  const parsed = URL.parse(url);
  return parsed?.hostname.includes(".") ? `https://${parsed.host}` : "mailto:holdfast@localhost";
}
