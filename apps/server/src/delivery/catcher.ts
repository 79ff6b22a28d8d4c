import type { CaughtMessages } from "@holdfast/protocol/senders-api";
import type { Message } from "./message.ts";

export type CaughtMessage = CaughtMessages["items"][number];

/** Keeps messages in memory instead of sending them, for development: this process alone sees them. */
export type Catcher = {
  take(id: string, message: Message, atMs: number): void;
  /** Newest first. */
  caught(): CaughtMessage[];
};

const most = 100;

export function createCatcher(): Catcher {
  const kept: CaughtMessage[] = [];
  return {
    take(id, message, atMs) {
      kept.unshift({ id, ...message, atMs });
      kept.splice(most);
    },
    caught: () => [...kept],
  };
}
