import { z } from "zod";
import { keyProtection } from "./endpoint-api.ts";
import { displayText, epochMs, identifier, userName } from "./primitives.ts";
import { refusalReason } from "./refusals.ts";

/**
 * The agent's control socket (`control.sock`, root only): one JSON line in, JSON lines out, the last of them
 * `{"done": …}`. Spoken by `holdfast status|enroll|doctor`.
 */
export const controlRequest = z.discriminatedUnion("do", [
  z.strictObject({ do: z.literal("status") }),
  z.strictObject({
    do: z.literal("enroll"),
    server: z.url({ protocol: /^https$/ }),
    code: z.string().max(256),
  }),
  z.strictObject({ do: z.literal("contact") }),
]);
export type ControlRequest = z.infer<typeof controlRequest>;

/** A thing a person must know, from the one health registry (STYLE habit 14). */
export const healthItem = z.strictObject({
  code: z.string().regex(/^[a-z-]+$/),
  severity: z.enum(["info", "warning", "error"]),
  title: z.string().max(200),
  detail: z.string().max(1000),
  next: z.string().max(500).nullable(),
});
export type HealthItem = z.infer<typeof healthItem>;

export const agentStatus = z.strictObject({
  agentVersion: z.string(),
  enrolled: z.boolean(),
  endpoint: z.strictObject({ id: identifier, name: displayText, site: displayText }).nullable(),
  connection: z.strictObject({
    state: z.enum(["online", "offline", "connecting", "not-enrolled"]),
    server: z.string().nullable(),
    sinceMs: epochMs.nullable(),
    why: z.string().nullable(),
    lastContactMs: epochMs.nullable(),
  }),
  keyProtection,
  offlineEnabledHere: z.boolean(),
  effectiveTimeMs: epochMs,
  users: z.array(
    z.strictObject({
      userId: identifier,
      userName,
      /** Null: may sign in offline now. */
      refusal: refusalReason.nullable(),
      remaining: z.number().int().nonnegative(),
      notAfterMs: epochMs,
      failures: z.number().int().nonnegative(),
      lockedUntilMs: epochMs.nullable(),
      lastOnlineMs: epochMs.nullable(),
      bundle: z.strictObject({ epoch: z.number().int(), sequence: z.number().int() }),
      refillWaiting: z.boolean(),
    }),
  ),
  eventsWaiting: z.number().int().nonnegative(),
  health: z.array(healthItem),
});
export type AgentStatus = z.infer<typeof agentStatus>;

export const controlAnswer = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("progress"), text: z.string() }),
  z.strictObject({ kind: z.literal("status"), status: agentStatus }),
  z.strictObject({
    kind: z.literal("enrolled"),
    endpointId: identifier,
    name: displayText,
    site: displayText,
  }),
  z.strictObject({ kind: z.literal("contacted"), online: z.boolean(), detail: z.string() }),
  z.strictObject({ kind: z.literal("refused"), why: z.string(), next: z.string().nullable() }),
]);
export type ControlAnswer = z.infer<typeof controlAnswer>;
