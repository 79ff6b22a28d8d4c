import { describe, expect, test } from "vitest";
import {
  isOnItsWay,
  LEAST_BETWEEN_MS,
  MOST_TRIES,
  maskedAddress,
  maySend,
  type PendingCode,
  phoneNumberOf,
  SENT_CODE_LIFETIME_MS,
  weighSentCode,
} from "./sent-code.ts";

const nowMs = 1_800_000_000_000;
const pending: PendingCode = {
  id: "c1",
  mac: "right",
  workflow: "self-service",
  sentAtMs: nowMs,
  tries: 0,
  usedAtMs: null,
};
const typed = (mac: string) => (kept: string) => kept === mac;

describe("a code that was sent", () => {
  test("is right once, for what it was asked for, for five minutes", () => {
    const first = weighSentCode(pending, typed("right"), "self-service", nowMs + SENT_CODE_LIFETIME_MS - 1);
    expect(first).toMatchObject({ kind: "right" });
    expect(weighSentCode(first.next, typed("right"), "self-service", nowMs + 1)).toMatchObject({
      kind: "wrong",
      again: true,
    });
    const wrong = { kind: "wrong", next: null, again: false };
    for (const [workflow, atMs] of [
      ["remote-access", nowMs],
      ["self-service", nowMs + SENT_CODE_LIFETIME_MS],
      ["self-service", nowMs - 1],
    ] as const)
      expect(weighSentCode(pending, typed("right"), workflow, atMs)).toEqual(wrong);
    expect(weighSentCode(null, typed("right"), "self-service", nowMs)).toEqual(wrong);
  });

  test("is void after three tries, even for the right one", () => {
    let kept = pending;
    for (let at = 0; at < MOST_TRIES; at++) {
      const weighed = weighSentCode(kept, typed("wrong"), "self-service", nowMs);
      expect(weighed).toMatchObject({ kind: "wrong", next: { tries: at + 1 } });
      if (weighed.next) kept = weighed.next;
    }
    expect(weighSentCode(kept, typed("right"), "self-service", nowMs)).toEqual({
      kind: "wrong",
      next: null,
      again: false,
    });
  });
});

const minutesAgo = (...minutes: number[]) => minutes.map((at) => nowMs - at * 60_000);
test.each<[string, number[], number[], boolean]>([
  ["the first", [], [], true],
  ["the fifth in a quarter of an hour", minutesAgo(1, 2, 3, 4), [], true],
  ["the sixth", minutesAgo(1, 2, 3, 4, 5), [], false],
  ["the sixth to one number, of whichever users", [], minutesAgo(1, 2, 3, 4, 5), false],
  ["the sixth in an hour", minutesAgo(1, 13, 25, 37, 49), [], true],
  [
    "the twenty-first in a day",
    minutesAgo(...Array.from({ length: 20 }, (_, at) => 20 + at * 60)),
    [],
    false,
  ],
])("a message: %s", (_name, toUser, toAddress, expected) => {
  expect(maySend({ toUser, toAddress }, nowMs)).toBe(expected);
});

test("half a minute is given to a code to arrive, whatever happens to the clock", () => {
  const after = (ms: number) => isOnItsWay(pending, nowMs + ms);
  expect([-LEAST_BETWEEN_MS, -1, 0, LEAST_BETWEEN_MS - 1, LEAST_BETWEEN_MS].map(after)).toEqual([
    ...[false, true, true, true, false],
  ]);
});

test("numbers as people write them, and addresses as screens show them", () => {
  expect(phoneNumberOf("0049 (170) 123-45.67")).toBe("+491701234567");
  expect(maskedAddress("+491701234567")).toBe("+49 ••• 67");
  expect(maskedAddress("nora@ward.example")).toBe("n•••@ward.example");
});
