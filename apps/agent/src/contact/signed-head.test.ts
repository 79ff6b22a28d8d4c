import { chainStart, linkEvent } from "@holdfast/core/event-chain/event-chain";
import { signDocument } from "@holdfast/envelope/documents";
import { generateSigningKey } from "@holdfast/envelope/keys";
import { describe, expect, test } from "vitest";
import { signedHead } from "./signed-head.ts";

const { publicKey, privateKey } = await generateSigningKey();
const trusted = new Map([["bundle-key", publicKey]]);
const { event } = linkEvent(chainStart(new Uint8Array(32).fill(7)), 1000, { type: "came-online" });

const head = (content: object = {}, kid = "bundle-key") =>
  signDocument(
    "chain-head",
    { version: 1, endpointId: "ep-1", sequence: 1, mac: event.mac, atMs: 2000, ...content },
    { kid, privateKey },
  );
const told = async (headSignature: string, eventsThrough = 1, sent = [event]) =>
  signedHead({ eventsThrough, headSignature }, "ep-1", trusted, sent);

describe("what may be forgotten after a contact (SECURITY §7)", () => {
  test("is what the server signed that it holds", async () => {
    expect(await told(await head())).toEqual({ through: 1, anotherChain: false });
    expect(await told(await head(), 1, [])).toEqual({ through: 1, anotherChain: false });
  });

  test("shows a store that was set back, where the server holds another event of the same number", async () => {
    expect(await told(await head({ mac: "A".repeat(43) }))).toEqual({ through: 1, anotherChain: true });
  });

  test.each([
    ["another number than the signed one", () => head(), 2],
    ["another endpoint's head", () => head({ endpointId: "ep-2" }), 1],
    ["a key that is not the enterprise's", () => head({}, "somebody-else"), 1],
    ["no signature at all", async () => "", 1],
  ])("is nothing for %s", async (_what, signature, eventsThrough) => {
    expect(await told(await signature(), eventsThrough)).toEqual({ through: 0, anotherChain: false });
  });
});
