import { z } from "zod";
import { duration } from "./primitives.ts";

/** What the sign-in is for (the vendors' "Windows access" is `workstation`). */
export const workflow = z.enum([
  "workstation",
  "remote-access",
  "self-service",
  "administration",
  "order-signing",
]);
export type Workflow = z.infer<typeof workflow>;

/** What one signs in to. Orders are signed by requests of their own. */
export const signInWorkflow = workflow.exclude(["order-signing"]);
export type SignInWorkflow = z.infer<typeof signInWorkflow>;

export const factor = z.enum([
  "password",
  "hotp",
  "totp",
  "passkey",
  "recovery-code",
  "pin",
  "card",
  "temporary-code",
  "sms-code",
  "email-code",
  "bypass-code",
  "ocra",
  "push",
  "qr-challenge",
]);
/** What a user proves himself with. */
export type Factor = z.infer<typeof factor>;

/**
 * A workflow's steps in order, each a list of alternatives of which one is enough. Which factors may stand where is
 * checked when a policy is written (core, policy/workflow-rules.ts).
 */
export const workflowSteps = z.array(z.array(factor).min(1).max(10)).min(1).max(3);
export type WorkflowSteps = z.infer<typeof workflowSteps>;

/**
 * User policy, exactly one per user: lockout, offline rights and limits. Durations are ISO 8601 with second
 * granularity (UNI-12).
 */
export const userPolicy = z.strictObject({
  lockout: z.strictObject({
    /** Consecutive failures that lock (UNI-2, OTP-32). */
    failures: z.number().int().min(1).max(100),
    /** How long the lock lasts. */
    duration: duration,
    /**
     * Remote access counts its failures apart, so that a stranger on the VPN cannot lock out a ward (SECURITY §3).
     * True: one counter for everything.
     */
    joinRemoteAccess: z.boolean(),
  }),
  offline: z.strictObject({
    /** Off by default: an administrator allows offline sign-in, nobody gets it by accident. */
    enabled: z.boolean(),
    /** Longest time since the last online contact in which this user may sign in offline. Never unlimited. */
    maxAge: duration,
    /** Most offline sign-ins from one bundle; null lets the cache decide. */
    maxSignIns: z.number().int().min(1).max(1000).nullable(),
    /** Codes handed to an endpoint; null lets the client profile decide (OTP-16, OTP-17). */
    cacheSize: z.number().int().min(1).max(1000).nullable(),
    /** Consecutive failures after which the bundle is destroyed (OTP-32); null, the default, never. */
    destroyAfterFailures: z.number().int().min(1).max(1000).nullable(),
    /** Remaining sign-ins from which on the user is warned at each sign-in (OTP-25). */
    warnBelow: z.number().int().min(0).max(1000),
    /**
     * What the help desk may give to a user at an endpoint without a network, in place of his codes (OTP-23): a code
     * that it reads out, an answer to the endpoint's challenge, or both. Empty: neither.
     */
    bypass: z.array(z.enum(["code", "challenge"])).max(2),
  }),
  hotp: z.strictObject({
    /** Look-ahead window (RFC 4226 §7.4), "OTP window size" on screen (OTP-19). */
    windowSize: z.number().int().min(1).max(2000),
    /** Whether codes cached by an endpoint may be used for remote access. */
    remoteAccessWhileCached: z.boolean(),
  }),
  totp: z.strictObject({
    /** Time steps accepted before and after the current one (RFC 6238 §5.2). */
    driftSteps: z.number().int().min(0).max(10),
  }),
  pin: z.strictObject({
    minimumLength: z.number().int().min(4).max(16),
    /** After this a PIN must be renewed; null: never. */
    maxAge: duration.nullable(),
  }),
  push: z.strictObject({
    /** Whether "It wasn't me" locks the account, besides the alert that it always raises (REG-27). */
    reportLocks: z.boolean(),
  }),
  password: z.strictObject({
    /** Characters of a new password; no rule about their kinds (NIST SP 800-63B §5.1.1.2). */
    minimumLength: z.number().int().min(8).max(128),
  }),
  enrolment: z.strictObject({
    /** What a person may enrol, rename and remove for himself. */
    rights: z.array(factor).max(10),
    /**
     * How many self-service sign-ins a person without any second factor may put enrolment off (TC-46); 0: he enrols at
     * the first.
     */
    delaySignIns: z.number().int().min(0).max(100),
    /** Whether a person may enrol while he signs in from outside (TC-43, TC-44). */
    remoteAllowed: z.boolean(),
    /**
     * Whether the password alone is enough for that (TC-43); false: he signs in with a temporary code besides, there and
     * at the portal (TC-44).
     */
    remoteByPassword: z.boolean(),
    /** For how many remote sign-ins by the password alone he may put it off (TC-46); null: for ever (TC-45). */
    remoteDelaySignIns: z.number().int().min(0).max(100).nullable(),
  }),
  workflows: z.strictObject({
    workstation: workflowSteps,
    "remote-access": workflowSteps,
    "self-service": workflowSteps,
    administration: workflowSteps,
    /** Null: users of this policy sign no orders. */
    "order-signing": workflowSteps.nullable(),
  }),
});
export type UserPolicy = z.infer<typeof userPolicy>;

/** The Default policy of a new enterprise. */
export const defaultUserPolicy: UserPolicy = {
  lockout: { failures: 5, duration: "PT5M", joinRemoteAccess: false },
  offline: {
    enabled: false,
    maxAge: "P7D",
    maxSignIns: null,
    cacheSize: null,
    destroyAfterFailures: null,
    warnBelow: 5,
    bypass: ["code", "challenge"],
  },
  hotp: { windowSize: 30, remoteAccessWhileCached: true },
  totp: { driftSteps: 1 },
  pin: { minimumLength: 6, maxAge: null },
  push: { reportLocks: false },
  password: { minimumLength: 8 },
  enrolment: {
    rights: ["totp", "push", "passkey", "recovery-code", "pin"],
    delaySignIns: 0,
    remoteAllowed: true,
    remoteByPassword: true,
    remoteDelaySignIns: 0,
  },
  workflows: {
    workstation: [["password"], ["hotp", "totp", "push", "qr-challenge", "temporary-code"]],
    "remote-access": [["password"], ["hotp", "totp", "push", "temporary-code"]],
    "self-service": [
      ["password", "passkey"],
      ["hotp", "totp", "push", "recovery-code"],
    ],
    administration: [
      ["password", "passkey"],
      ["hotp", "totp", "recovery-code"],
    ],
    "order-signing": null,
  },
};

/** Client profiles: how many codes an endpoint asks for where neither token nor user says (OTP-16 to OTP-18). */
export const clientProfile = z.discriminatedUnion("name", [
  z.strictObject({ name: z.literal("wlm") }),
  z.strictObject({ name: z.literal("pam"), buffer: z.number().int().min(0).max(1000) }),
]);
export type ClientProfile = z.infer<typeof clientProfile>;
