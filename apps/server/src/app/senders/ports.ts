import type { SendChannel } from "@holdfast/protocol/senders-api";
import type { Catcher } from "../../delivery/catcher.ts";
import type { Delivered } from "../../delivery/message.ts";
import type { Outbox } from "../../delivery/outbox.ts";

/** What sending needs from outside. */
export type Delivery = {
  readonly outbox: Outbox;
  /** Null: messages are sent and never kept; there only where the store is a demo's. */
  readonly catcher: Catcher | null;
  /** Told how each message went. */
  went(channel: SendChannel, delivered: Delivered["kind"]): void;
};
