import { z } from "zod";
import { displayText, epochMs, identifier, userName } from "./primitives.ts";

/** The outage pages of the administration API: who could sign in where without the network, and what is planned. */

const people = z.number().int().nonnegative();

export const obstacle = z.enum([
  "policy-forbids",
  "no-password",
  "time-token-only",
  "passkey-only",
  "no-token",
  "never-signed-in-at-an-endpoint",
  "rights-used-up-or-ended",
]);

/** "If the network went now, who could sign in where, for how long, and who could not" (UNI-3, MDA-33). */
export const outageSummary = z.strictObject({
  asOfMs: epochMs,
  endpoints: z.strictObject({
    active: people,
    connected: people,
    /** Where at least one person could sign in. */
    usable: people,
  }),
  people: z.strictObject({ active: people, couldSignIn: people, couldNot: people }),
  /** How many could still sign in somewhere after so long without the network. */
  lasting: z.array(z.strictObject({ afterSeconds: people, people, endpoints: people })),
  /** When the first of those rights ends; null: there is none. */
  firstEndsAtMs: epochMs.nullable(),
  /** Why the others could not, most people first, with what to do about it. */
  obstacles: z.array(z.strictObject({ code: obstacle, people, title: z.string(), next: z.string() })),
  /** Orders to delete that endpoints have not confirmed: old rights are honoured there until they make contact. */
  revocationsPending: people,
});
export type OutageSummary = z.infer<typeof outageSummary>;

export const outagePeopleQuery = z.strictObject({
  obstacle: obstacle.optional(),
  after: z.string().max(200).optional(),
  limit: z.coerce.number().int().min(1).max(500).default(100),
});
/** Somebody who could sign in nowhere, and the first thing to mend. */
export const outagePerson = z.strictObject({
  userId: identifier,
  userName,
  displayName: displayText,
  obstacle,
  title: z.string(),
  next: z.string(),
});
export const outagePeople = z.strictObject({ items: z.array(outagePerson), next: z.string().nullable() });
export type OutagePeople = z.infer<typeof outagePeople>;

export const maintenanceWindowCreation = z
  .strictObject({
    name: displayText,
    /** Absent: every site. */
    site: displayText.optional(),
    fromMs: epochMs,
    toMs: epochMs,
  })
  .refine(({ fromMs, toMs }) => toMs > fromMs, {
    path: ["toMs"],
    message: "The window ends before it begins.",
  })
  .refine(({ fromMs, toMs }) => toMs - fromMs <= 31 * 86_400_000, {
    path: ["toMs"],
    message: "A window lasts 31 days at most.",
  });
export type MaintenanceWindowCreation = z.infer<typeof maintenanceWindowCreation>;

export const maintenanceWindowView = z.strictObject({
  id: identifier,
  name: displayText,
  site: displayText.nullable(),
  fromMs: epochMs,
  toMs: epochMs,
  /** As the audit names him, and what he is called now; null: nothing but that is known. */
  announcedBy: z.string(),
  announcedByName: z.string().nullable(),
  /** Who made the API key that did it. */
  announcedByPerson: z.string().nullable(),
  announcedAtMs: epochMs,
  cancelledAtMs: epochMs.nullable(),
  state: z.enum(["planned", "under-way", "over", "cancelled"]),
});
export type MaintenanceWindowView = z.infer<typeof maintenanceWindowView>;
export const maintenanceWindowQuery = z.strictObject({
  after: z.string().max(200).optional(),
  limit: z.coerce.number().int().min(1).max(500).default(100),
});
export type MaintenanceWindowQuery = z.infer<typeof maintenanceWindowQuery>;
export const maintenanceWindowList = z.strictObject({
  items: z.array(maintenanceWindowView),
  next: z.string().nullable(),
});

export const readinessGap = z.enum(["no-right-now", "ends-before", "too-few-sign-ins", "not-stored-yet"]);

export const readinessQuery = z.strictObject({
  state: z.enum(["ready", "gaps", "nobody"]).optional(),
  after: z.string().max(400).optional(),
  limit: z.coerce.number().int().min(1).max(500).default(100),
});
/** Cache readiness for a window that was announced (MDA-33): "2 of 3 ready", and the third by name. */
export const readinessView = z.strictObject({
  asOfMs: epochMs,
  /** Of the endpoints that hold anything of anybody. */
  ready: people,
  of: people,
  /** Endpoints where nobody could sign in without a server. */
  nobody: people,
  items: z.array(
    z.strictObject({
      endpointId: identifier,
      endpointName: displayText,
      site: displayText,
      connected: z.boolean(),
      lastContactAtMs: epochMs.nullable(),
      state: z.enum(["ready", "gaps", "nobody"]),
      people,
      gaps: z.array(z.strictObject({ code: readinessGap, people, text: z.string() })),
    }),
  ),
  next: z.string().nullable(),
});
export type ReadinessView = z.infer<typeof readinessView>;

/** What a new enterprise needs, in order (MDA-32). */
export const checklist = z.strictObject({
  items: z.array(
    z.strictObject({
      code: z.enum([
        "people",
        "offline-policy",
        "tokens",
        "endpoint",
        "first-sign-in",
        "first-offline-right",
        "second-superadministrator",
        "backup",
      ]),
      title: z.string(),
      detail: z.string(),
      done: z.boolean(),
      waitsFor: z.string().nullable(),
      optional: z.boolean(),
    }),
  ),
});
export type Checklist = z.infer<typeof checklist>;

/** GET /api/v1/live (server-sent events): what a console should look at again. */
export const liveMessage = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("hello") }),
  z.strictObject({ type: z.literal("heartbeat") }),
  z.strictObject({
    type: z.literal("changed"),
    topics: z.array(z.enum(["endpoints", "audit", "alerts", "outage"])).min(1),
  }),
]);
export type LiveMessage = z.infer<typeof liveMessage>;
