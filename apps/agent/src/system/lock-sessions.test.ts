import { expect, test } from "vitest";
import { sessionsOf } from "./lock-sessions.ts";

test("the sessions of one user, by systemd-logind's listing, old and new", () => {
  const old = "     21 1000 ada   seat0 tty2\n     c1 1001 adam\n      3 1000 ada         pts/0\n";
  expect(sessionsOf("ada", old)).toEqual(["21", "3"]);
  const recent = "4 1000 ada seat0 4242 user tty2 no -\n5 0 root - 1 user - no -\n";
  expect(sessionsOf("ada", recent)).toEqual(["4"]);
  expect(sessionsOf("ada", "-1 1000 ada\n\n")).toEqual([]);
});
