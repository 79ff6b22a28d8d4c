import { groupedCode, newTemporaryCode } from "@holdfast/core/help-desk-codes/temporary-code";
import type { GenerationRefusal } from "@holdfast/core/help-desk-codes/temporary-code-standing";
import {
  eligibleWorkflows,
  isUsualFactor,
  refusalOfGeneration,
} from "@holdfast/core/help-desk-codes/temporary-code-standing";
import { temporaryCodeTold } from "@holdfast/core/messages/temporary-code-text";
import type { UserPolicy } from "@holdfast/protocol/policy";
import { durationSeconds } from "@holdfast/protocol/primitives";
import type { TemporaryCodeCreated, TemporaryCodeCreation } from "@holdfast/protocol/temporary-codes-api";
import type { Transaction } from "../../store/store.ts";
import type { TemporaryCodeRow } from "../../store/temporary-codes-store.ts";
import type { UserRow } from "../../store/users-store.ts";
import type { Actor } from "../actor.ts";
import { report } from "../audit.ts";
import { refusalOfChange, userResource } from "../authorization.ts";
import type { Outcome, Refused } from "../outcome.ts";
import { invalid, notFound, ok, refused } from "../outcome.ts";
import type { AppPorts } from "../ports.ts";
import { newId } from "../ports.ts";
import { tellOfMethod } from "../senders/notices.ts";
import { settingsOf } from "../settings.ts";
import { policyOf, tooBusy } from "../users.ts";
import { endedDraft, endTemporaryCode } from "./ending.ts";
import { temporaryCodeVerifier } from "./verifier.ts";

/** Makes a user a temporary code, in the place of the one before. Its text leaves with this answer and is not kept. */
export async function generateTemporaryCode(
  ports: AppPorts,
  actor: Actor,
  userId: string,
  request: TemporaryCodeCreation,
): Promise<Outcome<TemporaryCodeCreated>> {
  const zone = timeZoneOf(request.timeZone);
  if (zone === null) return invalid("timeZone", "This time zone is not known here.");
  // Before anything costs an Argon2id.
  const before = await ports.store.transaction((tx) => mayGenerate(ports, tx, actor, userId, request));
  if (before.kind === "refused") return before;
  const code = newTemporaryCode(before.value.settings, ports.entropy);
  const salt = Buffer.from(ports.entropy(16));
  const verifier = await hashed(ports, code, salt);
  if (verifier === "busy") return tooBusy(ports);
  const id = newId(ports, "tmp");
  const made = await ports.store.transaction(async (tx): Promise<Outcome<TemporaryCodeCreated>> => {
    const again = await mayGenerate(ports, tx, actor, userId, request);
    if (again.kind === "refused") return again;
    const { policy } = again.value;
    const createdAtMs = tx.now();
    const row: TemporaryCodeRow = {
      userId,
      id,
      use: request.use,
      workflows: [...new Set(request.workflows ?? eligibleWorkflows(policy))],
      salt: salt.toString("base64url"),
      verifier,
      reason: request.reason,
      createdBy: actor.name,
      createdAtMs,
      expiresAtMs: createdAtMs + (durationSeconds(request.lifetime) ?? 0) * 1000,
      uses: 0,
      lastUsedAtMs: null,
      refusedTries: 0,
      endedAtMs: null,
      endedWhy: null,
    };
    const replaced = await endedBefore(tx, actor, userId, createdAtMs);
    await tx.temporaryCodes.put(row);
    const { use, workflows, expiresAtMs, reason } = row;
    await report(tx, actor, replaced === null ? "temporary-code-generated" : "temporary-code-replaced", {
      userId,
      detail: {
        temporaryCodeId: id,
        ...(replaced === null ? {} : { replacedId: replaced }),
        ...{ use, workflows, expiresAtMs, reason },
      },
    });
    const tell = temporaryCodeTold({
      until: momentIn(zone, expiresAtMs),
      once: use === "once",
      hasUsualMethod: await hasUsualMethod(tx, userId),
      mayEnrol: policy.enrolment.rights.some(isUsualFactor),
    });
    return ok({ id, code: groupedCode(code), expiresAtMs, tell });
  });
  // Whoever talked the help desk into it did not tell the person.
  if (made.kind === "ok") tellOfMethod(ports, userId, "added", "temporary-code");
  return made;
}

/** From then on it is refused wherever it is typed (TC-41). */
export function revokeTemporaryCode(ports: AppPorts, actor: Actor, userId: string): Promise<Outcome<null>> {
  return ports.store.transaction(async (tx) => {
    const no = await refusalOfChange(tx, actor, "users.temporary-codes", await userResource(tx, userId));
    if (no) return no;
    if ((await tx.users.get(userId)) === null) return notFound("user");
    return (await endTemporaryCode(tx, actor, userId, "revoked"))
      ? ok(null)
      : refused("not-found", "This user has no temporary code.");
  });
}

type Allowed = {
  readonly user: UserRow;
  readonly policy: UserPolicy;
  readonly settings: Awaited<ReturnType<typeof settingsOf>>["temporaryCodes"];
};

async function mayGenerate(
  ports: AppPorts,
  tx: Transaction,
  actor: Actor,
  userId: string,
  request: TemporaryCodeCreation,
): Promise<Outcome<Allowed>> {
  const no = await refusalOfChange(tx, actor, "users.temporary-codes", await userResource(tx, userId));
  if (no) return no;
  const user = await tx.users.get(userId);
  if (user === null) return notFound("user");
  const { document: policy } = await policyOf(tx, user);
  const { temporaryCodes: settings } = await settingsOf(ports, tx);
  const refusal = refusalOfGeneration(request, settings, policy);
  if (refusal === null) return ok({ user, policy, settings });
  const { use, lifetime, workflows } = request;
  await report(tx, actor, "temporary-code-refused", {
    userId,
    outcome: "refused",
    reason: refusal.reason,
    detail: { use, lifetime, ...(workflows === undefined ? {} : { workflows }) },
  });
  return answerFor(refusal);
}

function answerFor({ path, text }: GenerationRefusal): Refused {
  return path === null ? refused("conflict", text) : invalid(path, text);
}

/** The id of the good one that is over now; what had expired is no replacement of anything. */
async function endedBefore(
  tx: Transaction,
  actor: Actor,
  userId: string,
  nowMs: number,
): Promise<string | null> {
  const before = await tx.temporaryCodes.ofUser(userId);
  if (before === null || before.endedWhy !== null) return null;
  const why = nowMs >= before.expiresAtMs ? "expired" : "replaced";
  await tx.audit(endedDraft(nowMs, actor, { ...before, endedAtMs: nowMs, endedWhy: why }));
  return why === "replaced" ? before.id : null;
}

async function hashed(ports: AppPorts, code: string, salt: Uint8Array): Promise<string | "busy"> {
  const place = ports.kdf.enter();
  if (place === null) return "busy";
  try {
    return await temporaryCodeVerifier(place, code, salt);
  } finally {
    place.leave();
  }
}

/** Something that he can take up again once he has it back (TC-27). */
async function hasUsualMethod(tx: Transaction, userId: string): Promise<boolean> {
  const tokens = await tx.tokens.ofUser(userId);
  const others = await tx.authenticators.ofUser(userId);
  return (
    tokens.some(({ status }) => status === "enabled") ||
    others.some(({ kind, status }) => status === "enabled" && isUsualFactor(kind))
  );
}

function timeZoneOf(name = "UTC"): string | null {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: name }).resolvedOptions().timeZone;
  } catch {
    return null;
  }
}

/** `Sunday, 22 November 2026, 14:05:00 UTC`, with the zone's name (TC-21). */
function momentIn(timeZone: string, atMs: number): string {
  const day = new Intl.DateTimeFormat("en-GB", { timeZone, dateStyle: "full" }).format(atMs);
  const time = {
    timeZone,
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    timeZoneName: "short",
  } as const;
  return `${day}, ${new Intl.DateTimeFormat("en-GB", time).format(atMs)} (${timeZone})`;
}
