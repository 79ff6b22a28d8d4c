import { z } from "zod";
import { duration } from "./primitives.ts";

/** What the sign-in is for (the vendors' "Windows access" is `workstation`). */
export const workflow = z.enum(["workstation", "remote-access", "self-service", "administration"]);
export type Workflow = z.infer<typeof workflow>;

export const factor = z.enum(["password", "hotp"]);
/** What a user proves himself with in one step. */
export type Factor = z.infer<typeof factor>;

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
  }),
  hotp: z.strictObject({
    /** Look-ahead window (RFC 4226 §7.4), "OTP window size" on screen (OTP-19). */
    windowSize: z.number().int().min(1).max(2000),
    /** Whether codes cached by an endpoint may be used for remote access. */
    remoteAccessWhileCached: z.boolean(),
  }),
  /** The factors a workflow asks for, in this order. */
  workflows: z.strictObject({
    workstation: z.array(factor).min(1).max(2),
    "remote-access": z.array(factor).min(1).max(2),
    "self-service": z.array(factor).min(1).max(2),
    administration: z.array(factor).min(1).max(2),
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
  },
  hotp: { windowSize: 30, remoteAccessWhileCached: true },
  workflows: {
    workstation: ["password", "hotp"],
    "remote-access": ["password", "hotp"],
    "self-service": ["password", "hotp"],
    administration: ["password", "hotp"],
  },
};

/** Client profiles: how many codes an endpoint asks for where neither token nor user says (OTP-16 to OTP-18). */
export const clientProfile = z.discriminatedUnion("name", [
  z.strictObject({ name: z.literal("wlm") }),
  z.strictObject({ name: z.literal("pam"), buffer: z.number().int().min(0).max(1000) }),
]);
export type ClientProfile = z.infer<typeof clientProfile>;
