import { createHash, timingSafeEqual } from "node:crypto";
import { thumbprint } from "@holdfast/envelope/keys";
import type { EnrolmentCreation, EnrolmentQuery } from "@holdfast/protocol/admin-api";
import type { EnrolmentAnswer, EnrolmentRequest } from "@holdfast/protocol/endpoint-api";
import { formatEnrolmentCode } from "@holdfast/protocol/enrolment-code";
import { durationSeconds } from "@holdfast/protocol/primitives";
import { currentManifest } from "../keys/key-manifest.ts";
import { auditDraft } from "../store/audit-draft.ts";
import type { EndpointRow } from "../store/endpoints-store.ts";
import type { EnrolmentRow } from "../store/enrolments-store.ts";
import type { Page } from "../store/page.ts";
import type { Transaction } from "../store/store.ts";
import type { Actor } from "./actor.ts";
import { report } from "./audit.ts";
import { refusalOfChange } from "./authorization.ts";
import { groupsForNew, wrongGroups } from "./groups.ts";
import type { Outcome } from "./outcome.ts";
import { invalid, notFound, ok, refused } from "./outcome.ts";
import type { AppPorts } from "./ports.ts";
import { newId, newSecret } from "./ports.ts";
import { reachOf, said } from "./reach.ts";

export type EnrolmentView = Omit<EnrolmentRow, "secretHash" | "createdBy">;

const defaultValiditySeconds = 86_400;
const longestValiditySeconds = 30 * 86_400;

/** A one-time code for one endpoint; it carries the pin of the authority, so that nobody clicks through a warning. */
export async function issueEnrolment(
  ports: AppPorts,
  actor: Actor,
  serverUrl: string,
  request: EnrolmentCreation,
): Promise<Outcome<EnrolmentView & { code: string; command: string }>> {
  const seconds = request.validFor === undefined ? defaultValiditySeconds : durationSeconds(request.validFor);
  if (seconds === null || seconds < 1 || seconds > longestValiditySeconds)
    return invalid("validFor", "From PT1S to P30D.");
  const id = newId(ports, "enr");
  const secret = newSecret(ports, 20);
  const groupIds = groupsForNew(actor, request.groupIds);
  const result = await ports.store.transaction(async (tx): Promise<Outcome<EnrolmentRow>> => {
    const no =
      (await wrongGroups(tx, actor, groupIds)) ??
      (await refusalOfChange(tx, actor, "endpoints.enrol", { kind: "new-endpoint", groupIds }));
    if (no) return no;
    const made: EnrolmentRow = {
      id,
      secretHash: hashOf(secret),
      name: request.name,
      site: request.site ?? ports.server.site,
      profile: request.profile ?? { name: "pam", buffer: 5 },
      createdBy: actor.name,
      createdAtMs: tx.now(),
      expiresAtMs: tx.now() + seconds * 1000,
      usedAtMs: null,
      endpointId: null,
    };
    await tx.enrolments.insert(made);
    await report(tx, actor, "enrolment-issued", {
      detail: { enrolmentId: id, name: made.name, site: made.site, expiresAtMs: made.expiresAtMs, groupIds },
    });
    // The code is in the groups that the endpoint will be in: who sees the one sees the other.
    for (const groupId of groupIds) await tx.authorization.groups.add(groupId, "enrolment", id);
    return ok(made);
  });
  if (result.kind === "refused") return result;
  const row = result.value;
  const code = formatEnrolmentCode({ enrolmentId: id, secret, authorityPin: ports.server.authorityPin });
  return ok({ ...viewEnrolment(row), code, command: `holdfast enroll --server ${serverUrl} --code ${code}` });
}

export function listEnrolments(
  ports: AppPorts,
  actor: Actor,
  query: EnrolmentQuery,
): Promise<Page<EnrolmentView>> {
  return ports.store.read(async (tx) => {
    const page = await tx.lists.enrolments({ ...said(query), ...reachOf(actor), atMs: tx.now() });
    return { items: page.items.map(viewEnrolment), next: page.next };
  });
}

/** A code that went to the wrong place is of no use any more. */
export function endEnrolment(ports: AppPorts, actor: Actor, id: string): Promise<Outcome<null>> {
  return ports.store.transaction(async (tx) => {
    const row = await tx.enrolments.get(id);
    const groupIds = await tx.authorization.groups.of("enrolment", id);
    const no = await refusalOfChange(tx, actor, "endpoints.enrol", { kind: "new-endpoint", groupIds });
    if (!row || no) return notFound("enrolment code");
    if (!(await tx.enrolments.end(id, tx.now())))
      return refused(
        "conflict",
        "This code was used or has expired; revoke the endpoint if it enrolled one.",
      );
    await report(tx, actor, "enrolment-ended", { detail: { enrolmentId: id, name: row.name } });
    return ok(null);
  });
}

/** The code admits exactly one device, whose key signed the request. */
export async function enrolEndpoint(
  ports: AppPorts,
  proofThumbprint: string,
  request: EnrolmentRequest,
): Promise<Outcome<Omit<EnrolmentAnswer, "holdfast" | "inReplyTo">>> {
  const deviceKeyThumbprint = await thumbprint(request.deviceKey);
  if (deviceKeyThumbprint !== proofThumbprint)
    return refused("proof-invalid", "The request is not signed with the device key that it names.");
  const endpointId = newId(ports, "ep");
  const chainKey = ports.entropy(32);
  const sealedChainKey = ports.secrets.seal("chain-key", endpointId, chainKey);
  const nonce = newSecret(ports, 16);

  const result = await ports.store.transaction(async (tx) => {
    const enrolment = await tx.enrolments.get(request.enrolmentId);
    const secretFits = sameHash(hashOf(request.secret), enrolment?.secretHash ?? hashOf(""));
    if (!secretFits || enrolment === null || tx.now() >= enrolment.expiresAtMs) return null;
    if (enrolment.usedAtMs !== null) return enrolledBefore(ports, tx, enrolment, deviceKeyThumbprint);
    if (await tx.endpoints.byThumbprint(deviceKeyThumbprint)) return "known-key" as const;
    if (!(await tx.enrolments.redeem(enrolment.id, endpointId, tx.now()))) return null;
    const row: EndpointRow = {
      id: endpointId,
      name: enrolment.name,
      site: enrolment.site,
      status: "active",
      hostName: request.hostName,
      // Whoever issued the code says what the endpoint is; the agent may only ask for fewer codes (OTP-18).
      profile: request.profile.name === enrolment.profile.name ? request.profile : enrolment.profile,
      keyProtection: request.keyProtection,
      deviceKeyThumbprint,
      deviceKey: request.deviceKey,
      encryptionKey: request.encryptionKey,
      agentVersion: request.agentVersion,
      enrolledAtMs: tx.now(),
      lastContactAtMs: null,
      levelAtMs: null,
      nonce,
      previousNonce: null,
      contactsTaken: [],
      chainSequence: 0,
      chainMac: "",
      sealedChainKey,
    };
    await tx.endpoints.insert(row);
    const groupIds = await tx.authorization.groups.of("enrolment", enrolment.id);
    for (const groupId of groupIds) await tx.authorization.groups.add(groupId, "endpoint", endpointId);
    await report(tx, { name: `endpoint:${endpointId}` }, "endpoint-enrolled", {
      endpointId,
      outcome: "succeeded",
      detail: {
        enrolmentId: enrolment.id,
        hostName: row.hostName,
        name: row.name,
        site: row.site,
        keyProtection: row.keyProtection,
        by: enrolment.createdBy,
        groupIds,
      },
    });
    return { row, chainKey, manifest: await currentManifest(tx) };
  });
  if (result === "known-key") return refused("conflict", "This device key is enrolled already.");
  if (result === null) {
    const draft = auditDraft(ports.clock.now(), { name: "enrolment" }, "endpoint-enrolled", {
      outcome: "refused",
      reason: "enrolment-code-invalid",
      detail: { hostName: request.hostName },
    });
    await ports.store.note([draft]);
    return refused(
      "enrolment-code-invalid",
      "This enrolment code is not valid: it is mistyped, used or expired. Ask for a new one.",
    );
  }
  const { row, manifest } = result;
  return ok({
    endpointId: row.id,
    name: row.name,
    site: row.site,
    chainKey: Buffer.from(result.chainKey).toString("base64url"),
    rootKey: ports.signer.rootKey,
    manifest: manifest.document,
    nonce: row.nonce,
  });
}

/** The answer was lost: the same device, which has not been heard of since, gets it again. Nobody else does. */
async function enrolledBefore(
  ports: AppPorts,
  tx: Transaction,
  { endpointId }: EnrolmentRow,
  deviceKeyThumbprint: string,
) {
  const row = endpointId === null ? null : await tx.endpoints.get(endpointId);
  const unheard = row?.status === "active" && row.lastContactAtMs === null && row.chainSequence === 0;
  if (row?.deviceKeyThumbprint !== deviceKeyThumbprint || !unheard) return null;
  const chainKey = ports.secrets.open("chain-key", row.id, row.sealedChainKey);
  return { row, chainKey, manifest: await currentManifest(tx) };
}

function viewEnrolment({ secretHash: _hash, createdBy: _by, ...row }: EnrolmentRow): EnrolmentView {
  return row;
}

function hashOf(secret: string): string {
  return createHash("sha256").update("holdfast enrolment secret v1").update(secret).digest("base64url");
}

function sameHash(a: string, b: string): boolean {
  return timingSafeEqual(Buffer.from(a), Buffer.from(b));
}
