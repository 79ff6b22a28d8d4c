import { refusalReason } from "@holdfast/protocol/refusals";
import { expect, test } from "vitest";
import { authenticateCode } from "./results.ts";

test("no refusal lets anybody on but where nobody can decide (SECURITY §3)", () => {
  const goesOn = refusalReason.options.filter((reason) => authenticateCode(reason, true) === "unavailable");
  // `unavailable` is what the packaged stack leaves to break-glass accounts; a flood (`busy`) must not lead there.
  expect(goesOn).toEqual(["store-rolled-back", "store-damaged", "storage-failed"]);
  for (const reason of refusalReason.options) {
    expect(authenticateCode(reason, true)).not.toBe("success");
    expect(authenticateCode(reason, true)).not.toBe("ignore");
    expect(authenticateCode(reason, false)).toBe("unavailable");
  }
});
