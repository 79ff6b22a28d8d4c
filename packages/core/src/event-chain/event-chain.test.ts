import { createHmac, hkdfSync } from "node:crypto";
import type { EndpointEventBody } from "@holdfast/protocol/endpoint-events";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { chainStart, checkLink, linkEvent } from "./event-chain.ts";

const key = new Uint8Array(32).fill(7);
const first: EndpointEventBody = { type: "went-offline", why: "no server answered" };
const second: EndpointEventBody = { type: "came-online" };

function twoLinks() {
  const one = linkEvent(chainStart(key), 1_000, first);
  const two = linkEvent(one.position, 2_000, second);
  return { one, two };
}

describe("event chain (UNI-5)", () => {
  test("a link is what the protocol says, computed independently", () => {
    const { one, two } = twoLinks();
    const mac = (k: Uint8Array, previous: string, event: object) =>
      createHmac("sha256", k)
        .update(Buffer.from(previous, "base64url"))
        .update(JSON.stringify(event))
        .digest("base64url");
    expect(one.event.mac).toBe(mac(key, "", { sequence: 1, atMs: 1_000, body: first }));
    const nextKey = new Uint8Array(hkdfSync("sha256", key, "", "holdfast event chain v1", 32));
    expect(two.event.mac).toBe(mac(nextKey, one.event.mac, { sequence: 2, atMs: 2_000, body: second }));
  });

  test("whoever checks arrives where the writer stands, whatever the order of members in transit", () => {
    const { one, two } = twoLinks();
    const reordered = { ...one.event, body: { why: "no server answered", type: "went-offline" } as const };
    const checked = checkLink(chainStart(key), reordered);
    if (checked.kind !== "linked") throw new Error(checked.why);
    expect(checkLink(checked.position, two.event)).toEqual({ kind: "linked", position: two.position });
  });

  test("a gap, a swap, a change or another key breaks it", () => {
    const { one, two } = twoLinks();
    expect(checkLink(chainStart(key), two.event)).toEqual({ kind: "broken", why: "gap" });
    expect(checkLink(one.position, one.event)).toEqual({ kind: "broken", why: "gap" });
    for (const changed of [
      { ...one.event, atMs: 1_001 },
      { ...one.event, body: second },
      { ...one.event, mac: two.event.mac },
      { ...one.event, mac: "" },
    ]) {
      expect(checkLink(chainStart(key), changed)).toEqual({ kind: "broken", why: "wrong-mac" });
    }
    expect(checkLink(chainStart(new Uint8Array(32)), one.event)).toEqual({
      kind: "broken",
      why: "wrong-mac",
    });
  });

  test("the key after a link does not tell the key before", () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), (start) => {
        const { event, position } = linkEvent(chainStart(start), 1, second);
        expect(position.key).not.toEqual(start);
        expect(checkLink({ ...chainStart(position.key) }, event).kind).toBe("broken");
      }),
    );
  });
});
