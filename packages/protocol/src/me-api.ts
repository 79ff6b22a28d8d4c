import { z } from "zod";
import { newPassword, offlineOutlookEntry } from "./admin-api.ts";
import { factor, workflow } from "./policy.ts";
import { displayText, epochMs, identifier, userName } from "./primitives.ts";
import { refusalReason } from "./refusals.ts";
import { webApp } from "./session-api.ts";
import { temporaryCodeUse, temporaryCodeWorkflow } from "./temporary-codes-api.ts";

/** What people do for themselves at the portal: /api/v1/me, always about who is signed in. */

/** GET /api/v1/me. */
export const profileView = z.strictObject({
  user: z.strictObject({ id: identifier, userName, displayName: displayText }),
  productName: displayText,
  organisationName: z.string(),
  /** How to reach the help desk, in the administrators' words; may be empty. */
  helpDeskContact: z.string(),
  hasPassword: z.boolean(),
  minimumPasswordLength: z.number().int(),
  /** What may be enrolled, renamed and removed without the help desk (TC-46). */
  mayEnrol: z.array(factor),
  /** Whether a sign-in without the network is possible at all, and what stands against it (OTP-3, OTP-4). */
  offline: z.discriminatedUnion("able", [
    z.strictObject({ able: z.literal(true) }),
    z.strictObject({ able: z.literal(false), why: z.string(), next: z.string() }),
  ]),
  /** The code that the help desk gave him and that has not ended; null: none. Never the code itself (TC-23). */
  temporaryCode: z
    .strictObject({
      use: temporaryCodeUse,
      workflows: z.array(temporaryCodeWorkflow).min(1).max(2),
      createdAtMs: epochMs,
      expiresAtMs: epochMs,
      uses: z.number().int().nonnegative(),
      lastUsedAtMs: epochMs.nullable(),
      /** False while the enterprise has switched temporary codes off (AMB-TC-7). */
      accepted: z.boolean(),
    })
    .nullable(),
  warnings: z.array(z.strictObject({ code: z.string(), message: z.string() })),
});
export type ProfileView = z.infer<typeof profileView>;

/** PUT /api/v1/me/password. */
export const ownPasswordChange = z.strictObject({ password: newPassword });

export const ownSessionView = z.strictObject({
  id: identifier,
  app: webApp,
  /** The one that asks. */
  current: z.boolean(),
  signedInAtMs: epochMs,
  lastSeenAtMs: epochMs,
  address: z.string(),
  userAgent: z.string(),
});
export type OwnSessionView = z.infer<typeof ownSessionView>;
export const ownSessionList = z.strictObject({ items: z.array(ownSessionView) });

/** One of the user's own recent sign-ins or attempts, wherever it was. */
export const ownSignInView = z.strictObject({
  /** Names the event where it is reported. */
  id: identifier,
  atMs: epochMs,
  outcome: z.enum(["succeeded", "refused"]),
  reason: refusalReason.nullable(),
  mode: z.enum(["online", "offline"]),
  workflow: workflow.nullable(),
  factors: z.array(factor),
  /** The endpoint's name, or the app's; null: another program. */
  where: z.string().nullable(),
  address: z.string().nullable(),
});
export type OwnSignInView = z.infer<typeof ownSignInView>;
export const ownSignInPage = z.strictObject({
  items: z.array(ownSignInView),
  next: z.string().nullable(),
});
export const ownSignInQuery = z.strictObject({
  after: z.string().max(200).optional(),
  limit: z.coerce.number().int().min(1).max(100).default(25),
});
export type OwnSignInQuery = z.infer<typeof ownSignInQuery>;

/** POST /api/v1/me/sign-ins/:id/report, "this wasn't me": what was done, and what the person does next. */
export const signInReport = z.strictObject({
  endedSessions: z.number().int().nonnegative(),
  next: z.string(),
  helpDeskContact: z.string(),
});
export type SignInReport = z.infer<typeof signInReport>;

/** GET /api/v1/me/offline: what each endpoint holds of oneself. */
export const ownOfflineQuery = z.strictObject({
  after: z.string().max(200).optional(),
  limit: z.coerce.number().int().min(1).max(500).default(100),
});
export type OwnOfflineQuery = z.infer<typeof ownOfflineQuery>;
export const ownOfflineList = z.strictObject({
  items: z.array(offlineOutlookEntry.omit({ userId: true, userName: true })),
  next: z.string().nullable(),
});

export const appPasswordView = z.strictObject({
  id: identifier,
  /** The application's. */
  name: displayText,
  createdAtMs: epochMs,
  lastUsedAtMs: epochMs.nullable(),
});
export type AppPasswordView = z.infer<typeof appPasswordView>;
export const appPasswordList = z.strictObject({ items: z.array(appPasswordView) });
export const appPasswordCreation = z.strictObject({ name: displayText.max(100) });
/** The password is told here and never again. */
export const appPasswordIssued = appPasswordView.extend({ password: z.string() });
export type AppPasswordIssued = z.infer<typeof appPasswordIssued>;

/** POST /api/v1/app-password-checks, by an application's gateway with an API key of the scope `sign-in`. */
export const appPasswordCheck = z.strictObject({
  userName,
  name: displayText.max(100),
  password: z.string().max(100),
});
export type AppPasswordCheck = z.infer<typeof appPasswordCheck>;
export const appPasswordVerdict = z.strictObject({ right: z.boolean(), userId: identifier.nullable() });
