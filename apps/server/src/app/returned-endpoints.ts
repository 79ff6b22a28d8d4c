import { nextChainKey } from "@holdfast/core/event-chain/event-chain";
import { verifyDocument } from "@holdfast/envelope/documents";
import type { ChainHead } from "@holdfast/protocol/chain-head";
import type { ContactRequest } from "@holdfast/protocol/endpoint-api";
import type { EndpointMemory } from "@holdfast/protocol/endpoint-memory";
import { bundleKeys } from "../keys/kept-keys.ts";
import { auditDraft } from "../store/audit-draft.ts";
import type { EndpointRow } from "../store/endpoints-store.ts";
import type { RestoreItemKind } from "../store/restore-store.ts";
import type { Transaction } from "../store/store.ts";
import { lastSuperadministrator } from "./administrators.ts";
import { report } from "./audit.ts";
import { endpointActor } from "./bundles.ts";
import type { Outcome } from "./outcome.ts";
import { ok, refused } from "./outcome.ts";
import type { AppPorts } from "./ports.ts";
import { withFloor } from "./restored-tokens.ts";
import { newRevocations, queueRevocations } from "./revocations.ts";
import { markRevoked } from "./users.ts";

/** Uses of a token that are believed beyond what the endpoint was handed before the backup. */
const mostCodesSince = 1000;
/** A chain that went on further than this is enrolled anew rather than walked. */
const mostLinksSince = 5000;

/**
 * The first contact of an endpoint after a restore (SECURITY §7). The server knows neither the nonce that it gave last,
 * nor which contacts it has taken, nor the events it has confirmed since the backup; the endpoint proves the latter by
 * the head that the server signed, and tells what it remembers. Only what makes anything stricter is believed: floors
 * rise, and what was revoked, disabled or changed since is so again, for an administrator to confirm.
 */
export async function receiveReturned(
  ports: AppPorts,
  endpoint: EndpointRow,
  nonce: string | null,
  request: ContactRequest,
): Promise<Outcome<null>> {
  const item = await ports.store.read((tx) => tx.restore.get("endpoint", endpoint.id));
  if (item?.status !== "open") return ok(null);
  const { memory } = request;
  if (!memory)
    return refused("restored", "The server was restored from a backup: tell what this endpoint remembers.");
  const head = await signedHead(ports, endpoint.id, memory.headSignature);
  const key = ports.secrets.open("chain-key", endpoint.id, endpoint.sealedChainKey);
  const behind = head === null ? 0 : head.sequence - endpoint.chainSequence;
  const goesOn = behind > 0 && behind <= mostLinksSince;
  const sealedChainKey = goesOn
    ? ports.secrets.seal("chain-key", endpoint.id, keyAfter(key, behind))
    : endpoint.sealedChainKey;
  const unknown = await usersUnknown(ports, memory);
  const orders = newRevocations(
    ports,
    unknown.map(({ userId }) => ({ endpointId: endpoint.id, userId, tokenId: null, reason: "user-deleted" })),
  );
  await ports.store.transaction(async (tx) => {
    const row = await tx.endpoints.get(endpoint.id);
    const open = await tx.restore.get("endpoint", endpoint.id);
    if (!row || open?.status !== "open" || row.chainSequence !== endpoint.chainSequence) return;
    const found = finder(tx, endpoint);
    if (goesOn && head) await bridgeChain(tx, row, head);
    else if (behind > 0 || (memory.headSignature !== null && head === null))
      await found("chain-not-proven", endpoint.id, { through: row.chainSequence });
    await tx.endpoints.update({
      ...row,
      status: memory.revoked ? "revoked" : row.status,
      ...(nonce === null ? {} : { nonce, contactsTaken: [] }),
      ...(goesOn && head ? { chainSequence: head.sequence, chainMac: head.mac, sealedChainKey } : {}),
    });
    if (memory.revoked && row.status === "active")
      await found("endpoint-revoked", endpoint.id, { name: row.name });
    for (const user of memory.users) await takeUser(tx, endpoint, user, found);
    for (const { userId, userName } of unknown)
      await found("user-unknown", userId, { userName, endpointId: endpoint.id });
    await queueRevocations(tx, { name: "server" }, orders);
    await tx.restore.end("endpoint", endpoint.id, "settled");
    await report(tx, endpointActor(endpoint), "endpoint-returned-after-restore", {
      endpointId: endpoint.id,
      detail: { chainThrough: head?.sequence ?? row.chainSequence, users: memory.users.length },
    });
  });
  return ok(null);
}

type Found = (kind: RestoreItemKind, subjectId: string, detail: Record<string, unknown>) => Promise<void>;

function finder(tx: Transaction, endpoint: EndpointRow): Found {
  return async (kind, subjectId, detail) => {
    await tx.restore.put({
      kind,
      subjectId,
      atMs: tx.now(),
      status: "open",
      detail: { ...detail, toldBy: endpoint.id },
    });
    await report(tx, endpointActor(endpoint), "restore-finding", {
      endpointId: endpoint.id,
      reason: kind,
      detail: { subjectId, ...detail },
    });
  };
}

async function takeUser(
  tx: Transaction,
  endpoint: EndpointRow,
  told: EndpointMemory["users"][number],
  found: Found,
): Promise<void> {
  const user = await tx.users.get(told.userId);
  const held = await tx.bundles.get(endpoint.id, told.userId);
  if (!user) return;
  const handed = new Map(
    (await tx.bundles.handedOut(endpoint.id)).map(({ tokenId, handedThrough }) => [tokenId, handedThrough]),
  );
  for (const { tokenId, floor, revoked } of told.tokens) {
    const token = await tx.tokens.get(tokenId);
    if (token?.userId !== user.id || token.kind !== "hotp") continue;
    const name = { userId: user.id, userName: user.name };
    if (floor > token.nextCounter) {
      const most = Math.max(token.nextCounter, (handed.get(tokenId) ?? -1) + 1) + mostCodesSince;
      if (floor > most) await found("counter-jump", tokenId, { ...name, floor, believedUpTo: most });
      const nextCounter = Math.min(floor, most);
      await tx.tokens.update(withFloor(token, nextCounter));
    }
    // Of a token that had been revoked before the backup, this store knows it itself.
    if (revoked && token.status === "enabled" && held?.status === "active") {
      const now = await tx.tokens.get(tokenId);
      if (now) await tx.tokens.update({ ...now, status: "disabled" });
      await found("token-revoked", tokenId, name);
    }
  }
  // Without a bundle here when the backup was made, what this endpoint remembers of him may be older than it.
  if (held?.status !== "active") return;
  const before = await tx.users.get(user.id);
  if (!before) return;
  let after = before;
  if (told.status === "disabled" && before.status === "active") {
    // One endpoint's word must not leave the enterprise without anybody who could contradict it.
    const last = (await lastSuperadministrator(tx, user.id)) !== null;
    await found("user-disabled", user.id, { userName: user.name, ...(last ? { leftActive: true } : {}) });
    if (!last) after = { ...after, status: "disabled" };
    if (!last)
      await report(tx, endpointActor(endpoint), "user-disabled", {
        userId: user.id,
        reason: "disabled-before-restore",
      });
  }
  if (told.credentialEpoch > before.credentialEpoch) {
    after = { ...after, passwordVerifier: null, credentialEpoch: told.credentialEpoch };
    await found("password-changed", user.id, { userName: user.name });
  }
  if (after !== before) await tx.users.update(after);
  if (!told.holds) await markRevoked(tx, user.id, endpoint.id);
}

async function usersUnknown(ports: AppPorts, memory: EndpointMemory): Promise<EndpointMemory["users"]> {
  return ports.store.read(async (tx) => {
    const unknown: EndpointMemory["users"] = [];
    for (const user of memory.users)
      if (user.holds && (await tx.users.get(user.userId)) === null) unknown.push(user);
    return unknown;
  });
}

/** The head that this enterprise signed, by whichever bundle key. */
async function signedHead(
  ports: AppPorts,
  endpointId: string,
  document: string | null,
): Promise<ChainHead | null> {
  if (document === null) return null;
  const keys = await ports.store.read(bundleKeys);
  const read = await verifyDocument("chain-head", document, new Map(keys.map(({ kid, key }) => [kid, key])));
  return read.kind === "ok" && read.content.endpointId === endpointId ? read.content : null;
}

function keyAfter(key: Uint8Array, links: number): Uint8Array {
  let at = key;
  for (let link = 0; link < links; link += 1) at = nextChainKey(at);
  return at;
}

/** Events that the server has had and lost with what came after the backup: the chain says so, and goes on. */
async function bridgeChain(tx: Transaction, row: EndpointRow, head: ChainHead): Promise<void> {
  for (let sequence = row.chainSequence + 1; sequence <= head.sequence; sequence += 1) {
    const lost = auditDraft(tx.now(), { name: "server" }, "event-lost-with-backup", {
      endpointId: row.id,
      detail: { sequence },
    });
    await tx.endpointEvent(row.id, sequence, lost, sequence === head.sequence ? head.mac : "");
  }
}
