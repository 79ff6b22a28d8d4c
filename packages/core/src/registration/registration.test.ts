import { x25519PublicOf } from "@holdfast/envelope/x25519";
import { expect, test } from "vitest";

test("x", async () => {
  expect(await x25519PublicOf(new Uint8Array(32).fill(7))).toHaveLength(43);
});
