import { eightDigits, grouped } from "@holdfast/core/help-desk-codes/bypass-challenge";
import { groupedBypassCode, mostUsesOfBypassCode } from "@holdfast/core/help-desk-codes/bypass-code";
import {
  afterAnswerGiven,
  afterCodeGiven,
  type BypassStanding,
  rotationDue,
} from "@holdfast/core/help-desk-codes/bypass-standing";
import type {
  BypassCodeAnswer,
  BypassCodeRequest,
  BypassKind,
  BypassResponseAnswer,
  BypassResponseRequest,
} from "@holdfast/protocol/bypass-api";
import type { BundleRow } from "../../store/bundles-store.ts";
import type { EndpointRow } from "../../store/endpoints-store.ts";
import type { Transaction } from "../../store/store.ts";
import type { UserRow } from "../../store/users-store.ts";
import type { Actor } from "../actor.ts";
import { report } from "../audit.ts";
import { refusalOfChange, userResource } from "../authorization.ts";
import { connectionsOf } from "../endpoint-connections.ts";
import { readLockout } from "../lockout-counters.ts";
import type { Outcome, Refused } from "../outcome.ts";
import { invalid, notFound, ok, refused } from "../outcome.ts";
import type { AppPorts } from "../ports.ts";
import { policyOf } from "../users.ts";
import { answerFor, bypassCodeFor } from "./secrets.ts";
import { putStanding, standingOf } from "./standing.ts";

/**
 * The help desk's part in a sign-in at an endpoint without a network (OTP-23): it reads out a code, or the answer to the
 * challenge that the endpoint shows. Who called is for the help desk to know; who gave what to whom is in the audit.
 */

/** Shown once, and derived again where it is asked for again: what was not heard on the phone must not end the call. */
export function giveBypassCode(
  ports: AppPorts,
  actor: Actor,
  userId: string,
  { endpointId, reason }: BypassCodeRequest,
): Promise<Outcome<BypassCodeAnswer>> {
  return ports.store.transaction(async (tx) => {
    const found = await mayGive(tx, actor, userId, endpointId, "code");
    if (found.kind === "refused") return found;
    const { user, endpoint, held, standing } = found.value;
    if (rotationDue(standing)) {
      return refuseGiving(tx, actor, userId, endpointId, "waiting", conflicts.waiting);
    }
    const { number } = standing;
    await putStanding(tx, endpointId, userId, afterCodeGiven(standing, actor.name, tx.now()));
    await report(tx, actor, "bypass-code-given", {
      userId,
      endpointId,
      detail: { number, ...(reason === undefined ? {} : { reason }) },
    });
    const code = groupedBypassCode(bypassCodeFor(ports, { endpointId, userId, number }));
    return ok({
      code,
      number,
      notAfterMs: held.notAfterMs,
      mostUses: mostUsesOfBypassCode,
      tell: [
        `It takes the place of the one-time code at ${endpoint.name} only, and never that of the password.`,
        "At the prompt for the one-time code, press Enter and type it; hyphens and capitals do not matter.",
        `It works ${mostUsesOfBypassCode} times at most, and until the computer has been in contact or ${user.name} has signed in online.`,
      ],
      warnings: await warningsAbout(tx, user, held, true),
    });
  });
}

export function giveBypassAnswer(
  ports: AppPorts,
  actor: Actor,
  userId: string,
  { endpointId, challenge: typed, reason }: BypassResponseRequest,
): Promise<Outcome<BypassResponseAnswer>> {
  return ports.store.transaction(async (tx) => {
    const found = await mayGive(tx, actor, userId, endpointId, "challenge");
    if (found.kind === "refused") return found;
    const challenge = eightDigits(typed);
    if (challenge === null)
      return invalid("challenge", "A challenge has eight digits, as the computer shows it.");
    const { user, endpoint, held, standing } = found.value;
    await putStanding(tx, endpointId, userId, afterAnswerGiven(standing, challenge, actor.name, tx.now()));
    await report(tx, actor, "bypass-answer-given", {
      userId,
      endpointId,
      detail: { challenge, ...(reason === undefined ? {} : { reason }) },
    });
    return ok({
      answer: grouped(answerFor(ports, { endpointId, userId }, challenge)),
      tell: [
        `It answers the challenge ${grouped(challenge)} at ${endpoint.name}, once, within ten minutes of its being shown.`,
        "The computer shows the same challenge again for these ten minutes, so the person may start over with the password.",
      ],
      warnings: await warningsAbout(tx, user, held, false),
    });
  });
}

const conflicts = {
  "user-disabled": "This user is disabled.",
  code: "The user's policy has no bypass codes.",
  challenge: "The user's policy has no answers to challenges.",
  "nothing-held": "This endpoint holds nothing by which this user could sign in offline.",
  "lease-over": "The time for this user's offline sign-ins at this endpoint is over: he must sign in online.",
  waiting:
    "The last code was used or has ended, and the next has not reached this endpoint yet. Answer its challenge instead.",
};

type Found = {
  readonly user: UserRow;
  readonly endpoint: EndpointRow;
  readonly held: BundleRow;
  readonly standing: BypassStanding;
};

async function mayGive(
  tx: Transaction,
  actor: Actor,
  userId: string,
  endpointId: string,
  kind: BypassKind,
): Promise<Outcome<Found>> {
  const no = await refusalOfChange(tx, actor, "users.bypass-codes", await userResource(tx, userId));
  if (no) return no;
  const [user, endpoint] = [await tx.users.get(userId), await tx.endpoints.get(endpointId)];
  if (user === null) return notFound("user");
  if (endpoint === null) return notFound("endpoint");
  const { document: policy } = await policyOf(tx, user);
  const held = await tx.bundles.get(endpointId, userId);
  const standing = await standingOf(tx, endpointId, userId);
  const why = ((): keyof typeof conflicts | null => {
    if (user.status !== "active") return "user-disabled";
    if (!policy.offline.enabled || !policy.offline.bypass.includes(kind)) return kind;
    if (held === null || standing === null || held.status !== "active" || held.tokenId === null)
      return "nothing-held";
    return tx.now() >= held.notAfterMs ? "lease-over" : null;
  })();
  if (why !== null || held === null || standing === null)
    return refuseGiving(
      tx,
      actor,
      userId,
      endpointId,
      why ?? "nothing-held",
      conflicts[why ?? "nothing-held"],
    );
  return ok({ user, endpoint, held, standing });
}

async function refuseGiving(
  tx: Transaction,
  actor: Actor,
  userId: string,
  endpointId: string,
  reason: string,
  text: string,
): Promise<Refused> {
  await report(tx, actor, "bypass-refused", { userId, endpointId, outcome: "refused", reason });
  return refused("conflict", text);
}

async function warningsAbout(
  tx: Transaction,
  user: UserRow,
  held: BundleRow,
  code: boolean,
): Promise<string[]> {
  const warnings: string[] = [];
  const connected = (await connectionsOf(tx, [held.endpointId])).get(held.endpointId)?.connected ?? false;
  if (connected)
    warnings.push(
      "This computer is connected now: an online sign-in needs neither codes nor answers of this kind.",
    );
  if (code && held.acknowledgedSequence !== held.sequence)
    warnings.push(
      "This computer has not confirmed its newest data: it may not know this code yet. The answer to its challenge works in any case.",
    );
  const { lockedUntilMs } = readLockout(await tx.users.state(user.id), "common");
  if (lockedUntilMs !== null && lockedUntilMs > tx.now())
    warnings.push(
      "This account is locked at the server. A computer without a network has its own count of failures.",
    );
  return warnings;
}
