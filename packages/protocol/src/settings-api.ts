import { z } from "zod";
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
});
export type EnterpriseSettings = z.infer<typeof enterpriseSettings>;

export const settingsView = enterpriseSettings.extend({
  /** Goes up with every change. */
  version: z.number().int().nonnegative(),
});
export type SettingsView = z.infer<typeof settingsView>;

export const settingsChange = enterpriseSettings
  .omit({ temporaryCodes: true })
  .partial()
  .extend({
    consoleSession: session("P1D").partial().optional(),
    portalSession: session("P30D").partial().optional(),
    /** Of the settings that were looked at; changed meanwhile: refused. */
    version: z.number().int().nonnegative().optional(),
  });
export type SettingsChange = z.infer<typeof settingsChange>;
