import type { EndpointEventBody } from "@holdfast/protocol/endpoint-events";

const onceInMs = 60_000;

/** Malformed input becomes one event a minute per door and kind, so that a flood of it does not fill the chain. */
export class MalformedInput {
  readonly #append: (body: EndpointEventBody) => void;
  readonly #reportedAtMs = new Map<string, number>();

  constructor(append: (body: EndpointEventBody) => void) {
    this.#append = append;
  }

  report(from: "pam" | "control" | "server", why: string): void {
    const key = `${from} ${why}`;
    const nowMs = performance.now();
    const before = this.#reportedAtMs.get(key);
    if (before !== undefined && nowMs - before < onceInMs) return;
    this.#reportedAtMs.set(key, nowMs);
    this.#append({ type: "malformed-input", from, why });
  }
}
