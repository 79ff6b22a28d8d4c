import { expect, test } from "vitest";
import { effectOf } from "./policy-effect.ts";

const policy: Parameters<typeof effectOf>[0] = {
  lockout: { failures: 5, duration: "PT5M", joinRemoteAccess: false },
  offline: {
    enabled: true,
    maxAge: "P7D",
    maxSignIns: null,
    cacheSize: null,
    destroyAfterFailures: null,
    warnBelow: 5,
    bypass: [],
  },
  hotp: { windowSize: 40, remoteAccessWhileCached: true },
  totp: { driftSteps: 1 },
  pin: { minimumLength: 6, maxAge: null },
  push: { reportLocks: false },
  password: { minimumLength: 8 },
  enrolment: {
    rights: ["totp"],
    delaySignIns: 2,
    remoteAllowed: true,
    remoteByPassword: true,
    remoteDelaySignIns: 0,
  },
  workflows: {
    workstation: [["password"], ["hotp"]],
    "remote-access": [["password"], ["hotp"]],
    "self-service": [["password"], ["hotp"]],
    administration: [["password"], ["hotp"]],
    "order-signing": null,
  },
};

test("OTP-17, TC-46: a policy is told in sentences, with the numbers that follow from it", () => {
  expect(effectOf(policy)).toEqual([
    "Without the server a user goes on signing in for 7 days after the last contact, with the client profile's number of codes (PAM with buffer 5: 35; workstation logon manager: 30).",
    "5 failed attempts in a row lock for 5 minutes; remote access counts apart.",
    "Somebody without a second factor may put enrolling off 2 times.",
  ]);
});

test("OTP-9: a policy that forbids offline sign-in says so first", () => {
  const [first] = effectOf({ ...policy, offline: { ...policy.offline, enabled: false } });
  expect(first).toBe("Without the server nobody of this policy can sign in.");
});

test("a policy that takes codes by SMS or e-mail says what they are worth", () => {
  const steps = [
    ["password"],
    ["hotp", "sms-code", "email-code"],
  ] satisfies typeof policy.workflows.workstation;
  const told = effectOf({ ...policy, workflows: { ...policy.workflows, "self-service": steps } });
  expect(told.slice(3)).toEqual([
    "Codes by SMS are taken: whoever talks the phone company into a new SIM card receives them.",
    "Codes by e-mail are taken: they prove no more than that somebody can read a mailbox.",
  ]);
});
