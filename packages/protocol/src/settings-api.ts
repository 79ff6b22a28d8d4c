import { z } from "zod";
import { phoneType } from "./phone-types.ts";
import { displayText, duration, durationSeconds } from "./primitives.ts";
import { temporaryCodeSettings } from "./temporary-codes-api.ts";

/** Settings of the whole enterprise, kept in the store and the same at every server. */

/** Text of several lines, without other control characters. */
const lines = z
  .string()
  .max(1000)
  .regex(/^(?:[^\p{Cc}]|\n)*$/u);

function between(least: string, most: string) {
  const [from, to] = [durationSeconds(least) ?? 0, durationSeconds(most) ?? 0];
  return duration.refine(
    (text) => {
      const seconds = durationSeconds(text);
      return seconds !== null && seconds >= from && seconds <= to;
    },
    { message: `from ${least} to ${most}` },
  );
}

const session = (most: string) =>
  z.strictObject({
    /** Without a request for this long, a session is over. */
    idle: between("PT1M", most),
    /** However busy it is. */
    longest: between("PT5M", most),
  });

/** The tab **Authenticator App** (REG-15). */
export const authenticatorAppSettings = z.strictObject({
  /** How phones are registered from now on: over a connection that they keep, or without any (REG-12, REG-17). */
  onlineAccess: z.boolean(),
  /** What a newly registered phone can do; of a phone that was registered offline only what works so. */
  types: z.array(phoneType).min(1).max(4),
});
export type AuthenticatorAppSettings = z.infer<typeof authenticatorAppSettings>;

export const enterpriseSettings = z.strictObject({
  /** What screens and authenticator apps call this product (TC-11). */
  productName: displayText.max(60),
  /** Whose enterprise it is; empty: nothing is shown. */
  organisationName: z.union([z.literal(""), displayText]),
  /** How people reach the help desk, as the portal and refusals show it; empty: nothing is shown. */
  helpDeskContact: lines,
  consoleSession: session("P1D"),
  portalSession: session("P30D"),
  /** How long after proving himself an administrator may do dangerous things. */
  freshSignIn: between("PT1M", "PT1H"),
  /** Changed at PUT /api/v1/settings/temporary-codes, which needs a right of its own (TC-15). */
  temporaryCodes: temporaryCodeSettings,
  /** Changed at PUT /api/v1/settings/authenticator-app, which needs a right of its own. */
  authenticatorApp: authenticatorAppSettings,
});
export type EnterpriseSettings = z.infer<typeof enterpriseSettings>;

export const settingsView = enterpriseSettings.extend({
  /** Goes up with every change. */
  version: z.number().int().nonnegative(),
});
export type SettingsView = z.infer<typeof settingsView>;

export const settingsChange = enterpriseSettings
  .omit({ temporaryCodes: true, authenticatorApp: true })
  .partial()
  .extend({
    consoleSession: session("P1D").partial().optional(),
    portalSession: session("P30D").partial().optional(),
    /** Of the settings that were looked at; changed meanwhile: refused. */
    version: z.number().int().nonnegative().optional(),
  });
export type SettingsChange = z.infer<typeof settingsChange>;
