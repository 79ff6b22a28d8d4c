import { expect, test } from "vitest";
import { printable } from "./printable.ts";

test("what a terminal might obey is made visible, everything else stays", () => {
  expect(printable("a\u001b[2Jb\u202ec\u0007\nd\u2028e – ä 木")).toBe(
    "a\ufffd[2Jb\ufffdc\ufffd d\ufffde – ä 木",
  );
});
