import type { Outbox } from "../../delivery/outbox.ts";
import type { PushSubscriptionRow } from "../../store/push-store.ts";

/** What push needs from outside. */
export type PushPorts = {
  /** Apart from mail, whose servers may be slow: a request has a minute. */
  readonly background: Outbox;
  /** Has browsers' push services wake the app where no stream is open; in the background, and nothing waits for it. */
  readonly notify: (subscriptions: readonly PushSubscriptionRow[]) => void;
  /** The public half of the server's VAPID key (RFC 8292 §3.2). */
  readonly vapidPublicKey: string;
  /** Whether this is the address of a push service that the server may call. */
  readonly isPushService: (endpoint: string) => boolean;
};
