import { durationSeconds } from "@holdfast/protocol/primitives";
import type {
  SigningCreated,
  SigningCreation,
  SigningStatus,
  SigningView,
} from "@holdfast/protocol/signing-api";
import type { SigningRow } from "../../store/signing-store.ts";
import type { Transaction } from "../../store/store.ts";
import type { Actor } from "../actor.ts";
import { report } from "../audit.ts";
import type { Outcome } from "../outcome.ts";
import { invalid, notFound, ok, refused } from "../outcome.ts";
import type { AppPorts } from "../ports.ts";
import { newId } from "../ports.ts";
import { tellPhonesLater, withdrawOfSigning } from "../push/withdrawing.ts";
import { signerFacts } from "./signer.ts";

/** What applications ask and hear. They see their own requests and nobody else's. */

/** The API key of an application. */
export type Application = { readonly id: string; readonly name: string; readonly actor: Actor };
/** Where the portal is; null: not served. */
export type PortalUrl = () => string | null;

const shortestMs = 60_000;
const longestMs = 86_400_000;
const usualMs = 3_600_000;
const mostPending = 50;
/** The audit keeps statements for as long as it is kept itself. */
const keptMs = 90 * 86_400_000;

export function requestSigning(
  ports: AppPorts,
  portalUrl: PortalUrl,
  application: Application,
  request: SigningCreation,
): Promise<Outcome<SigningCreated>> {
  const lifetimeMs =
    request.expiresIn === undefined ? usualMs : (durationSeconds(request.expiresIn) ?? 0) * 1000;
  if (lifetimeMs < shortestMs || lifetimeMs > longestMs)
    return Promise.resolve(invalid("expiresIn", "The person has a minute at least, and a day at most."));
  const portal = portalUrl();
  if (portal === null || ports.relyingParty("portal") === null) return Promise.resolve(noPortal);
  const id = newId(ports, "sig");
  return ports.store.transaction(async (tx) => {
    const before = await tx.signing.requests.byRequest(application.id, request.requestId);
    const user = await tx.users.byName(request.userName);
    if (before !== null) {
      const same =
        before.userId === user?.id &&
        before.digest === request.digest &&
        before.documentTitle === request.documentTitle;
      return same
        ? ok(created(before, portal, tx.now()))
        : refused("conflict", "This request id was used for another document or person.");
    }
    if (user?.status !== "active") return notFound("active user");
    const { obstacle } = await signerFacts(ports, tx, user);
    if (obstacle !== null) {
      await report(tx, application.actor, "signing-refused", {
        userId: user.id,
        outcome: "refused",
        reason: obstacle.code,
        detail: { requestId: request.requestId, applicationName: application.name },
      });
      return refused("conflict", `This user cannot sign orders now (${obstacle.code}).`);
    }
    const pending = await tx.signing.requests.pendingOfUser(user.id, tx.now());
    // Each application's own: one that floods somebody, even once its key is revoked, must not shut the others out.
    if (pending.filter(({ applicationId }) => applicationId === application.id).length >= mostPending)
      return refused("conflict", `${mostPending} orders of yours wait for this person's signature already.`);
    const row: SigningRow = {
      id,
      applicationId: application.id,
      applicationName: application.name,
      requestId: request.requestId,
      userId: user.id,
      documentTitle: request.documentTitle,
      digest: request.digest,
      status: "pending",
      createdAtMs: tx.now(),
      expiresAtMs: tx.now() + lifetimeMs,
      endedAtMs: null,
      statement: null,
    };
    await tx.signing.requests.insert(row);
    await report(tx, application.actor, "signing-requested", { userId: user.id, detail: about(row) });
    return ok(created(row, portal, tx.now()));
  });
}

export function readSigning(
  ports: AppPorts,
  portalUrl: PortalUrl,
  application: Application,
  id: string,
): Promise<Outcome<SigningView>> {
  return ports.store.read(async (tx) => {
    const row = await ofApplication(tx, application, id);
    return row === null ? notFound("signing") : ok(await viewSigning(tx, row, portalUrl()));
  });
}

export async function cancelSigning(
  ports: AppPorts,
  portalUrl: PortalUrl,
  application: Application,
  id: string,
): Promise<Outcome<SigningView>> {
  let asked: string | null = null;
  const cancelled = await ports.store.transaction<Outcome<SigningView>>(async (tx) => {
    const row = await ofApplication(tx, application, id);
    if (row === null) return notFound("signing");
    const end = { status: "cancelled", atMs: tx.now(), statement: null } as const;
    if (!(await tx.signing.requests.end(id, end)))
      return refused("conflict", `This signing is ${statusOf(row, tx.now())} already.`);
    await report(tx, application.actor, "signing-cancelled", { userId: row.userId, detail: about(row) });
    asked = (await withdrawOfSigning(tx, row)) ? row.userId : null;
    const now = await tx.signing.requests.get(id);
    return now === null ? notFound("signing") : ok(await viewSigning(tx, now, portalUrl()));
  });
  if (asked !== null) tellPhonesLater(ports, asked);
  return cancelled;
}

/** What was over long ago is in the audit. */
export function forgetSignings(ports: AppPorts): Promise<number> {
  return ports.store.transaction((tx) => tx.signing.requests.forget(tx.now() - keptMs));
}

/** What the audit says of a signing in each of its events. */
export function about(row: SigningRow): Record<string, unknown> {
  const { id: signingId, applicationName, requestId, documentTitle, digest } = row;
  return { signingId, applicationName, requestId, documentTitle, digest };
}

export function statusOf({ status, expiresAtMs }: SigningRow, nowMs: number): SigningStatus {
  return status === "pending" && nowMs >= expiresAtMs ? "expired" : status;
}

async function ofApplication(
  tx: Transaction,
  { id: applicationId }: Application,
  id: string,
): Promise<SigningRow | null> {
  const row = await tx.signing.requests.get(id);
  return row?.applicationId === applicationId ? row : null;
}

function created(row: SigningRow, portal: string, nowMs: number): SigningCreated {
  const { id, expiresAtMs } = row;
  return { id, url: urlOf(portal, id), status: statusOf(row, nowMs), expiresAtMs };
}

async function viewSigning(tx: Transaction, row: SigningRow, portal: string | null): Promise<SigningView> {
  const user = await tx.users.get(row.userId);
  if (user === null) throw new Error(`the signing ${row.id} is of nobody`);
  const { id, requestId, documentTitle, digest, createdAtMs, expiresAtMs, endedAtMs, statement } = row;
  return {
    ...{ id, requestId, documentTitle, digest, createdAtMs, expiresAtMs, endedAtMs, statement },
    status: statusOf(row, tx.now()),
    userName: user.name,
    url: urlOf(portal ?? "", id),
  };
}

function urlOf(portal: string, id: string): string {
  return `${portal}/sign/${id}`;
}

const noPortal = refused(
  "conflict",
  "Orders are signed at the portal with passkeys, and this server has no portal under a host name.",
);
