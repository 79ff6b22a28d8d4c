import type { OwnSignInQuery, OwnSignInView, SignInReport } from "@holdfast/protocol/me-api";
import { factor, workflow } from "@holdfast/protocol/policy";
import { refusalReason } from "@holdfast/protocol/refusals";
import type { AuditRow } from "../../store/audit-rows.ts";
import type { Page } from "../../store/page.ts";
import { raiseAlert } from "../alerts.ts";
import { report } from "../audit.ts";
import type { Outcome } from "../outcome.ts";
import { notFound, ok } from "../outcome.ts";
import type { AppPorts } from "../ports.ts";
import { endIn } from "../sessions/sessions.ts";
import { settingsOf } from "../settings.ts";
import { removeAppPasswordsOf } from "./app-passwords.ts";
import type { Self } from "./self.ts";

/** The audit of one's own sign-ins, without what only administrators see. */
export async function listOwnSignIns(
  ports: AppPorts,
  { userId }: Self,
  { after, limit }: OwnSignInQuery,
): Promise<Page<OwnSignInView>> {
  const { items, next } = await ports.store.audit({
    userId,
    type: "sign-in",
    limit,
    ...(after === undefined ? {} : { after }),
  });
  const ids = new Set(items.flatMap(({ endpointId }) => (endpointId === null ? [] : [endpointId])));
  const names = new Map<string, string>();
  await ports.store.read(async (tx) => {
    for (const id of ids) names.set(id, (await tx.endpoints.get(id))?.name ?? "a computer that was removed");
  });
  return { next, items: items.map((row) => ownSignIn(row, names)) };
}

function ownSignIn(row: AuditRow, names: ReadonlyMap<string, string>): OwnSignInView {
  const { detail } = row;
  const [, app] = /^browser:(console|portal)/.exec(row.actor) ?? [];
  return {
    id: row.id.toString(36),
    atMs: row.atMs,
    outcome: row.outcome === "succeeded" ? "succeeded" : "refused",
    reason: refusalReason.safeParse(row.reason).data ?? null,
    mode: row.mode ?? "online",
    workflow: workflow.safeParse(detail.workflow).data ?? null,
    factors: factor.array().safeParse(detail.factors).data ?? [],
    where: row.endpointId === null ? (app ?? text(detail.service)) : (names.get(row.endpointId) ?? null),
    address: text(detail.remoteHost),
  };
}

function text(value: unknown): string | null {
  return typeof value === "string" && value !== "" ? value : null;
}

/** "This wasn't me": administrators are alerted, and whoever it was is out of every session at once. */
export async function reportSignIn(ports: AppPorts, self: Self, id: string): Promise<Outcome<SignInReport>> {
  const event = await ownEvent(ports, self, id);
  if (event === null) return notFound("sign-in");
  return ports.store.transaction(async (tx) => {
    const detail = { auditId: event.id, atMs: event.atMs, outcome: event.outcome, actor: event.actor };
    await raiseAlert(ports, tx, {
      kind: "sign-in-reported",
      userId: self.userId,
      endpointId: event.endpointId,
      detail,
    });
    await report(tx, self.actor, "sign-in-reported", {
      userId: self.userId,
      endpointId: event.endpointId,
      detail,
    });
    const sessions = await tx.web.sessions.ofUser(self.userId);
    for (const row of sessions) await endIn(tx, self.actor, row, "sign-in-reported");
    await removeAppPasswordsOf(tx, self.actor, self.userId);
    const { helpDeskContact } = await settingsOf(ports, tx);
    return ok({
      endedSessions: sessions.length,
      next:
        event.outcome === "succeeded"
          ? "Every session of yours was ended, this one too, your application passwords were removed, and your administrators were alerted. Call your help desk now: somebody may know your password and have your second factor. Then sign in again and change your password."
          : "Every session of yours was ended, this one too, your application passwords were removed, and your administrators were alerted. Nobody got in with this attempt. Sign in again and change your password if you are not sure that you alone know it.",
      helpDeskContact,
    });
  });
}

/** Found again among one's own only, whatever id is asked for. */
async function ownEvent(ports: AppPorts, { userId }: Self, id: string): Promise<AuditRow | null> {
  const wanted = Number.parseInt(id, 36);
  if (!Number.isSafeInteger(wanted)) return null;
  let after: string | undefined;
  for (let page = 0; page < searchedPages; page++) {
    const { items, next } = await ports.store.audit({
      userId,
      type: "sign-in",
      limit: 500,
      ...(after === undefined ? {} : { after }),
    });
    const found = items.find((row) => row.id === wanted);
    if (found) return found;
    if (next === null) return null;
    after = next;
  }
  return null;
}

/** Nobody scrolls past this many of his own sign-ins to report one. */
const searchedPages = 10;
