import type { Factor } from "@holdfast/protocol/policy";
import { refusalReason } from "@holdfast/protocol/refusals";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { clockTime, span } from "./lock-time.ts";
import { refusalMessages, refusalText, TOKEN_CAUTION } from "./refusal-text.ts";
import { promptTexts, remainingText, successMessages, typedPromptText } from "./sign-in-text.ts";

const nowMs = Date.UTC(2026, 5, 1, 14, 1, 0);

describe("refusals", () => {
  test.each(refusalReason.options)("%s says what happened and what to do next, in one line", (reason) => {
    const text = refusalText({ reason, nowMs });
    const message = refusalMessages[reason];
    expect(text).toBe(`${message.text} ${message.next}`);
    expect(message.text).toMatch(/^[A-Z][^\n]*\.$/);
    expect(message.next).toMatch(/^[A-Z][^\n]*\.$/);
    expect(text.length).toBeLessThanOrEqual(400);
  });

  test("what would confirm a name or a password is told only after a right password", () => {
    const afterPassword = refusalReason.options.filter(
      (reason) => refusalMessages[reason].tellTo === "after-right-password",
    );
    expect(afterPassword).toEqual([
      "token-out-of-step",
      "code-exposed",
      "token-suspended-here",
      "no-token",
      "temporary-code-needed",
      "token-cached-offline",
      "user-disabled",
      "pin-expired",
      "no-administrator-role",
      "second-factor-needed",
    ]);
  });

  test("OTP-27: a token out of step is told the other ways in, and how it comes back", () => {
    const told = (...otherWays: Factor[]) => refusalText({ reason: "token-out-of-step", nowMs, otherWays });
    expect(told("totp", "temporary-code", "passkey")).toContain(
      "Sign in with the code of your authenticator app, the temporary code that your help desk gave you or your passkey, in a browser instead.",
    );
    expect(told("recovery-code")).toContain(
      "Sign in with a recovery code instead. Ask your help desk to resynchronise",
    );
    expect(told()).toBe(refusalText({ reason: "token-out-of-step", nowMs }));
  });

  test("the caution about the token's button comes with every exhaustion (OTP-22, OTP-25)", () => {
    for (const reason of ["cache-exhausted", "sign-ins-exhausted"] as const) {
      expect(refusalText({ reason, nowMs })).toContain(TOKEN_CAUTION);
    }
  });

  test("a lock tells its end as a time of day and as a wait", () => {
    const lockedUntilMs = nowMs + 3.5 * 60_000;
    expect(refusalText({ reason: "locked", nowMs, lockedUntilMs })).toContain(
      "until 14:05 UTC (in 4 minutes)",
    );
    expect(refusalText({ reason: "locked", nowMs, lockedUntilMs, timeZoneOffsetMinutes: 120 })).toContain(
      "until 16:05 (in 4 minutes)",
    );
  });

  test("a lock whose end is unknown or past promises no time", () => {
    for (const lockedUntilMs of [null, nowMs, nowMs - 1]) {
      expect(refusalText({ reason: "locked", nowMs, lockedUntilMs })).not.toMatch(/\d/);
    }
  });

  test("a lock's end is never told for another reason", () => {
    expect(refusalText({ reason: "wrong-credentials", nowMs, lockedUntilMs: nowMs + 60_000 })).toBe(
      refusalText({ reason: "wrong-credentials", nowMs }),
    );
  });
});

describe("times in words", () => {
  test.each([
    [0, "1 second"],
    [1, "1 second"],
    [1001, "2 seconds"],
    [59_001, "1 minute"],
    [60_001, "2 minutes"],
    [119 * 60_000 + 1, "2 hours"],
    [47 * 3_600_000 + 1, "2 days"],
    [30 * 86_400_000, "30 days"],
  ])("%i ms is %s", (durationMs, text) => expect(span(durationMs)).toBe(text));

  test.each([
    [0, null, "00:00 UTC"],
    [1, 0, "00:01"],
    [nowMs, -300, "09:01"],
    [0, -60, "23:00"],
    [23 * 3_600_000 + 59 * 60_000 + 1, null, "00:00 UTC"],
    [nowMs, 345, "19:46"],
  ])("%i at offset %s is %s", (atMs, offset, text) => expect(clockTime(atMs, offset)).toBe(text));

  test("a span never promises an end before it comes", () => {
    const unitMs: Record<string, number> = { second: 1000, minute: 60_000, hour: 3_600_000, day: 86_400_000 };
    fc.assert(
      fc.property(fc.nat(10 ** 11), (durationMs) => {
        const [count, unit] = span(durationMs).split(" ");
        expect(Number(count) * (unitMs[(unit ?? "").replace(/s$/, "")] ?? 0)).toBeGreaterThanOrEqual(
          durationMs,
        );
      }),
    );
  });
});

describe("prompts and successes", () => {
  test("REG-27: a prompt for a code names what may be typed instead, within the width of a phone and of RADIUS", () => {
    expect(typedPromptText("code", [])).toBe("One-time code: ");
    expect(typedPromptText("code", ["push"])).toBe("One-time code (or type push): ");
    expect(typedPromptText("code", ["passkey", "push"])).toBe("One-time code (or type push): ");
    const all = typedPromptText("code", ["push", "sms-code", "email-code"]);
    expect(all).toBe("One-time code (or type push, sms or email): ");
    expect(all.length).toBeLessThan(45);
    // At these no word is taken, so none is named.
    expect(typedPromptText("password", ["push"])).toBe("Password: ");
    expect(typedPromptText("password-and-code", ["push"])).toBe("Password followed by one-time code: ");
  });

  test("prompts", () => {
    expect(promptTexts).toEqual({
      password: "Password: ",
      code: "One-time code: ",
      passkey: "Passkey: ",
      pin: "PIN: ",
      card: "Card: ",
      "password-and-code": "Password followed by one-time code: ",
      "sms-code": "Code sent to your phone: ",
      "email-code": "Code sent by e-mail: ",
      "bypass-code": "Bypass code: ",
      ocra: "Answer: ",
      push: "Approve on your phone, then press Enter: ",
      "qr-challenge": "Answer shown by your phone: ",
    });
  });

  test.each([
    [12, "12 offline sign-ins left here."],
    [5, "5 offline sign-ins left here. Sign in once while connected to refill."],
    [1, "1 offline sign-in left here. Sign in once while connected to refill."],
    [0, `That was the last offline sign-in here. Sign in once while connected to refill. ${TOKEN_CAUTION}`],
  ])("%i left, warned from 5 on (OTP-25)", (remaining, text) =>
    expect(remainingText(remaining, 5)).toBe(text),
  );

  const offline = {
    mode: "offline",
    remaining: 12,
    warnBelow: 5,
    nowMs,
    notAfterMs: null,
    clockBehindMs: 0,
  } as const;

  test("online nothing is said", () => {
    expect(successMessages({ ...offline, mode: "online", clockBehindMs: 10 ** 9 })).toEqual([]);
  });

  test("a lease in its last day and a clock set back are told (UNI-6)", () => {
    const messages = successMessages({
      ...offline,
      notAfterMs: nowMs + 3_600_000,
      clockBehindMs: 30 * 86_400_000,
    });
    expect(messages[1]).toContain("ends here in 60 minutes");
    expect(messages[2]).toContain("30 days behind");
  });

  test("an ordinary offline success says only what is left", () => {
    expect(successMessages({ ...offline, notAfterMs: nowMs + 2 * 86_400_000 })).toEqual([
      "12 offline sign-ins left here.",
    ]);
  });
});
