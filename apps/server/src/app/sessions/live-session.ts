import type { Role } from "@holdfast/core/authorization/built-in-roles";
import { durationSeconds } from "@holdfast/protocol/primitives";
import type { SessionView } from "@holdfast/protocol/session-api";
import type { SettingsView } from "@holdfast/protocol/settings-api";
import type { Transaction } from "../../store/store.ts";
import type { UserRow } from "../../store/users-store.ts";
import type { SessionRow, WebApp } from "../../store/web-store.ts";
import type { AppPorts } from "../ports.ts";
import { roleOf } from "../role-of.ts";
import { settingsOf } from "../settings.ts";

/** A session that counts, with what it stands for now. */
export type LiveSession = {
  readonly row: SessionRow;
  readonly user: UserRow;
  readonly role: Role | null;
  readonly settings: SettingsView;
};

/** Why a session is over though nobody ended it. */
export type Ended = "idle" | "expired" | "user-disabled" | "password-changed" | "role-changed";

/** Null: it never was one, or was ended. */
export async function weigh(
  ports: AppPorts,
  tx: Transaction,
  row: SessionRow | null,
): Promise<LiveSession | { readonly over: Ended; readonly row: SessionRow } | null> {
  if (row === null || row.endedAtMs !== null) return null;
  const user = await tx.users.get(row.userId);
  if (user === null) return null;
  const settings = await settingsOf(ports, tx);
  const role = await roleOf(tx, user.id);
  const over = whyOver(row, user, role?.id ?? null, settings, ports.clock.now());
  return over === null ? { row, user, role, settings } : { over, row };
}

function whyOver(
  row: SessionRow,
  user: UserRow,
  roleId: string | null,
  settings: SettingsView,
  nowMs: number,
): Ended | null {
  const { idleMs, longestMs } = limitsOf(settings, row.app);
  if (user.status !== "active") return "user-disabled";
  if (user.credentialEpoch !== row.credentialEpoch) return "password-changed";
  if (roleId !== row.roleId) return "role-changed";
  if (nowMs >= row.createdAtMs + longestMs) return "expired";
  // A clock set back must not make a session last: from before its beginning on it is over.
  if (nowMs >= row.lastSeenAtMs + idleMs || nowMs < row.createdAtMs - idleMs) return "idle";
  return null;
}

export function limitsOf(settings: SettingsView, app: WebApp): { idleMs: number; longestMs: number } {
  const { idle, longest } = app === "console" ? settings.consoleSession : settings.portalSession;
  return { idleMs: milliseconds(idle), longestMs: milliseconds(longest) };
}

export function viewSession({ row, user, role, settings }: LiveSession): SessionView {
  const { idleMs, longestMs } = limitsOf(settings, row.app);
  const held = row.app === "console" ? role : null;
  return {
    id: row.id,
    app: row.app,
    user: { id: user.id, userName: user.name, displayName: user.displayName },
    role: held && { id: held.id, name: held.name },
    rights: held ? [...held.rights] : [],
    scope: held?.scope ?? null,
    factors: row.factors,
    enrolmentDue: row.enrolmentDue,
    renewalDue: row.renewalDue,
    signedInAtMs: row.createdAtMs,
    freshUntilMs: row.freshAtMs + milliseconds(settings.freshSignIn),
    idleUntilMs: row.lastSeenAtMs + idleMs,
    expiresAtMs: row.createdAtMs + longestMs,
    productName: settings.productName,
  };
}

function milliseconds(duration: string): number {
  return (durationSeconds(duration) ?? 0) * 1000;
}
