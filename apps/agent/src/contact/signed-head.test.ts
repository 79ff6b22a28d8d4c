import { chainStart, linkEvent } from "@holdfast/core/event-chain/event-chain";
import { signDocument } from "@holdfast/envelope/documents";
import { generateSigningKey } from "@holdfast/envelope/keys";
import { describe, expect, test } from "vitest";
import { signedThrough } from "./signed-head.ts";

const { publicKey, privateKey } = await generateSigningKey();
const trusted = new Map([["bundle-key", publicKey]]);
const { event } = linkEvent(chainStart(new Uint8Array(32).fill(7)), 1000, { type: "came-online" });

const head = (content: object = {}, kid = "bundle-key") =>
  signDocument(
    "chain-head",
    { version: 1, endpointId: "ep-1", sequence: 1, mac: event.mac, atMs: 2000, ...content },
    { kid, privateKey },
  );
const through = async (headSignature: string, eventsThrough = 1) =>
  signedThrough({ eventsThrough, headSignature }, "ep-1", trusted, [event]);

describe("what may be forgotten after a contact (SECURITY §7)", () => {
  test("is what the server signed that it holds", async () => {
    expect(await through(await head())).toBe(1);
    expect(await signedThrough({ eventsThrough: 1, headSignature: await head() }, "ep-1", trusted, [])).toBe(
      1,
    );
  });

  test.each([
    ["another number than the signed one", () => head(), 2],
    ["another endpoint's head", () => head({ endpointId: "ep-2" }), 1],
    ["the head of another chain", () => head({ mac: "A".repeat(43) }), 1],
    ["a key that is not the enterprise's", () => head({}, "somebody-else"), 1],
    ["no signature at all", async () => "", 1],
  ])("is nothing for %s", async (_what, signature, eventsThrough) => {
    expect(await through(await signature(), eventsThrough)).toBe(0);
  });
});
