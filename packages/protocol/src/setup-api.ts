import { z } from "zod";
import { newPassword } from "./admin-api.ts";
import { displayText, epochMs, userName } from "./primitives.ts";
import { sessionView } from "./session-api.ts";

/** The console's part of the first start: the first superadministrator, by the one-time link that the server printed. */

/** POST /api/v1/setup/administrator: nothing is kept yet. */
export const administratorSetup = z.strictObject({
  /** What the link carries in its fragment. */
  token: z.string().min(16).max(128),
  userName,
  displayName: displayText.optional(),
  password: newPassword,
});
export type AdministratorSetup = z.infer<typeof administratorSetup>;

/** Ways to go on: one of them is enough. */
export const administratorSetupAsked = z.strictObject({
  continuation: z.string().max(16_384),
  expiresAtMs: epochMs,
  /** For an authenticator app; shown only now. */
  totp: z.strictObject({ otpauthUri: z.string(), secret: z.string() }),
  /**
   * PublicKeyCredentialCreationOptions as JSON (Web Authentication Level 3 §5.1.9); null where this origin has no name
   * that a passkey could be made for.
   */
  passkeyOptions: z.record(z.string(), z.unknown()).nullable(),
});
export type AdministratorSetupAsked = z.infer<typeof administratorSetupAsked>;

/** POST /api/v1/setup/administrator/steps: the app's code, or the passkey's answer as JSON. */
export const administratorSetupStep = z.strictObject({
  continuation: z.string().max(16_384),
  given: z.discriminatedUnion("factor", [
    z.strictObject({ factor: z.literal("totp"), value: z.string().max(64) }),
    z.strictObject({ factor: z.literal("passkey"), value: z.string().max(16_384) }),
  ]),
});
export type AdministratorSetupStep = z.infer<typeof administratorSetupStep>;

/** With it comes the console's cookie: the first administrator is signed in. */
export const administratorSetupAnswer = z.strictObject({
  session: sessionView,
  /** Each stands for the second factor once; told here and never again. */
  recoveryCodes: z.array(z.string()),
});
export type AdministratorSetupAnswer = z.infer<typeof administratorSetupAnswer>;
