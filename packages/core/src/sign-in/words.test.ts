import { expect, test } from "vitest";
import { asksForQrOnline } from "./sent-codes.ts";

test("the word for a QR code is one where codes are typed, and nowhere else", () => {
  const typed = (factor: "hotp" | "sms-code" | "password" | "pin", value: string) => ({ factor, value });
  for (const ask of ["code", "sms-code", "email-code", "push"] as const)
    expect([ask, asksForQrOnline(ask, typed("hotp", " QR "))]).toEqual([ask, true]);
  expect(asksForQrOnline("sms-code", typed("sms-code", "qr"))).toBe(true);
  expect(asksForQrOnline("code", typed("hotp", "123456"))).toBe(false);
  // It may be somebody's password.
  expect(asksForQrOnline("password", typed("password", "qr"))).toBe(false);
  expect(asksForQrOnline("pin", typed("pin", "qr"))).toBe(false);
  expect(asksForQrOnline("password-and-code", { factor: "password-and-code", value: "qr" })).toBe(false);
});
