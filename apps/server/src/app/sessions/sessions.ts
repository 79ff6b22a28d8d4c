import { createHash } from "node:crypto";
import type { Factor } from "@holdfast/protocol/policy";
import type { SessionView } from "@holdfast/protocol/session-api";
import type { Transaction } from "../../store/store.ts";
import type { UserRow } from "../../store/users-store.ts";
import type { SessionRow, WebApp } from "../../store/web-store.ts";
import type { Actor } from "../actor.ts";
import { report } from "../audit.ts";
import type { Outcome } from "../outcome.ts";
import { ok, refused } from "../outcome.ts";
import type { AppPorts } from "../ports.ts";
import { newId, newSecret } from "../ports.ts";
import { roleOf } from "../role-of.ts";
import { policyOf } from "../users.ts";
import { whyNoConsole } from "./console-entry.ts";
import type { LiveSession } from "./live-session.ts";
import { limitsOf, viewSession, weigh } from "./live-session.ts";

/** Where a request came from, for lists of sessions and the audit. */
export type Whence = { readonly address: string; readonly userAgent: string };
/** What somebody has just proven. */
export type Proven = {
  readonly userId: string;
  readonly factors: readonly Factor[];
  /** Where the password has been replaced since, it opens nothing. */
  readonly credentialEpoch?: number | undefined;
  /** No second factor was there to be asked for, and one is to be enrolled; 0 left: before anything else (TC-46). */
  readonly enrolmentDue?: { readonly signInsLeft: number } | undefined;
  /** What was right and has expired. */
  readonly renewalDue?: readonly Factor[] | undefined;
};
export type Opened = { readonly token: string; readonly session: LiveSession };

/** Browsers' sessions: the cookie's value is random, the store has its hash alone (SECURITY §6). */
export type Sessions = {
  /** The session of a cookie at this app's origin; null where there is none or it is over. `seen`: it is being used. */
  find(app: WebApp, token: string, seen: boolean): Promise<LiveSession | null>;
  /**
   * Always under a new token: what a browser had before never becomes a session (session fixation). `begunAtMs`: of the
   * request that proved it; whoever was stopped since gets none.
   */
  start(app: WebApp, proven: Proven, whence: Whence, begunAtMs?: number): Promise<Outcome<Opened>>;
  /** Who is signed in has proven himself anew: a new token, and the old one opens nothing. */
  prove(sessionId: string, proven: Proven): Promise<Outcome<Opened>>;
  /** Ends one; nothing where it is over already. */
  end(actor: Actor, sessionId: string, why: string): Promise<void>;
  /** Deletes what is long over. */
  forget(): Promise<number>;
};

/** A session in use is written down this often at most. */
const seenEveryMs = 60_000;
/** How long what is over stays, beyond the longest that a session may last. */
const keptMs = 31 * 86_400_000;
const longestUserAgent = 256;
/** Of one person at one app. */
const mostSessions = 50;

export function createSessions(ports: AppPorts): Sessions {
  const { store, clock } = ports;

  const find: Sessions["find"] = async (app, token, seen) => {
    const found = await store.read(async (tx) =>
      weigh(ports, tx, await tx.web.sessions.byTokenHash(hashOf(token))),
    );
    if (found === null || found.row.app !== app) return null;
    if ("over" in found) {
      await store.transaction((tx) => endIn(tx, userActor(found.row), found.row, found.over));
      return null;
    }
    const { row, settings } = found;
    const nowMs = clock.now();
    const every = Math.min(seenEveryMs, limitsOf(settings, app).idleMs / 4);
    if (!seen || nowMs - row.lastSeenAtMs < every) return found;
    await store.transaction((tx) => tx.web.sessions.seen(row.id, nowMs));
    return { ...found, row: { ...row, lastSeenAtMs: nowMs } };
  };

  return {
    find,
    start: (app, proven, whence, begunAtMs = clock.now()) => {
      const [id, token] = [newId(ports, "ses"), newSecret(ports, 32)];
      return store.transaction(async (tx): Promise<Outcome<Opened>> => {
        const user = await tx.users.get(proven.userId);
        if (user?.status !== "active" || isReplaced(proven, user)) return over;
        if ((await tx.stops.ofUser(user.id)).some(({ atMs }) => atMs > begunAtMs)) return over;
        const role = await roleOf(tx, user.id);
        if (app === "console") {
          const no = whyNoConsole(role, proven.factors);
          if (no) {
            const about = { userId: user.id, outcome: "refused", reason: no.reason ?? null } as const;
            await report(tx, { name: `user:${user.id}` }, "session-refused", {
              ...about,
              detail: { app, ...briefly(whence) },
            });
            return no;
          }
        }
        const nowMs = tx.now();
        const row: SessionRow = {
          id,
          tokenHash: hashOf(token),
          app,
          userId: user.id,
          credentialEpoch: user.credentialEpoch,
          roleId: role?.id ?? null,
          factors: [...proven.factors],
          createdAtMs: nowMs,
          lastSeenAtMs: nowMs,
          freshAtMs: nowMs,
          ...briefly(whence),
          enrolmentDue: proven.enrolmentDue?.signInsLeft === 0,
          renewalDue: app === "portal" && (await renewsPin(tx, user, proven)),
          endedAtMs: null,
        };
        await makeRoom(tx, row);
        await tx.web.sessions.insert(row);
        await report(tx, userActor(row), "session-started", {
          userId: user.id,
          detail: { app, sessionId: id, factors: row.factors, ...briefly(whence) },
        });
        return opened(tx, row, token);
      });
    },
    prove: (sessionId, proven) => {
      const token = newSecret(ports, 32);
      return store.transaction(async (tx): Promise<Outcome<Opened>> => {
        const found = await weigh(ports, tx, await tx.web.sessions.get(sessionId));
        if (found === null || "over" in found || found.user.id !== proven.userId) return over;
        if (isReplaced(proven, found.user)) return over;
        const no = found.row.app === "console" ? whyNoConsole(found.role, proven.factors) : null;
        if (no) return no;
        const change = {
          tokenHash: hashOf(token),
          factors: [...proven.factors],
          freshAtMs: tx.now(),
          credentialEpoch: found.user.credentialEpoch,
        };
        if (!(await tx.web.sessions.renew(sessionId, change))) return over;
        await report(tx, userActor(found.row), "fresh-sign-in", {
          userId: found.user.id,
          detail: { app: found.row.app, sessionId, factors: change.factors },
        });
        return opened(tx, { ...found.row, ...change, lastSeenAtMs: change.freshAtMs }, token);
      });
    },
    end: (actor, sessionId, why) =>
      store.transaction(async (tx) => {
        const row = await tx.web.sessions.get(sessionId);
        if (row !== null) await endIn(tx, actor, row, why);
      }),
    forget: () => store.transaction((tx) => tx.web.sessions.forget(clock.now() - 2 * keptMs)),
  };

  async function opened(tx: Transaction, row: SessionRow, token: string): Promise<Outcome<Opened>> {
    const session = await weigh(ports, tx, row);
    if (session === null || "over" in session) return over;
    return ok({ token, session });
  }
}

export function readSession(ports: AppPorts, sessionId: string): Promise<Outcome<SessionView>> {
  return ports.store.read(async (tx) => {
    const found = await weigh(ports, tx, await tx.web.sessions.get(sessionId));
    return found === null || "over" in found ? over : ok(viewSession(found));
  });
}

export async function endIn(tx: Transaction, actor: Actor, row: SessionRow, why: string): Promise<void> {
  if (!(await tx.web.sessions.end(row.id, tx.now()))) return;
  await report(tx, actor, "session-ended", {
    userId: row.userId,
    reason: why,
    detail: { app: row.app, sessionId: row.id },
  });
}

/** The oldest of one's sessions at an app gives way: nobody signs in at more places, and lists of them stay short. */
async function makeRoom(tx: Transaction, { app, userId }: SessionRow): Promise<void> {
  const open = (await tx.web.sessions.ofUser(userId)).filter((row) => row.app === app);
  for (const row of open.slice(mostSessions - 1))
    await endIn(tx, { name: "server" }, row, "too-many-sessions");
}

/** Nothing waits for a PIN that only the help desk may set. */
async function renewsPin(tx: Transaction, user: UserRow, { renewalDue }: Proven): Promise<boolean> {
  if (!renewalDue?.includes("pin")) return false;
  const { document: policy } = await policyOf(tx, user);
  return policy.enrolment.rights.includes("pin");
}

const over = refused("unauthenticated", "You are not signed in here.");

function isReplaced({ credentialEpoch }: Proven, user: UserRow): boolean {
  return credentialEpoch !== undefined && credentialEpoch !== user.credentialEpoch;
}

function userActor({ userId }: SessionRow): Actor {
  return { name: `user:${userId}` };
}

function briefly({ address, userAgent }: Whence): Whence {
  return {
    address: address.slice(0, 64),
    userAgent: userAgent.replace(/\p{Cc}/gu, "").slice(0, longestUserAgent),
  };
}

function hashOf(token: string): string {
  return createHash("sha256").update("holdfast session v1").update(token).digest("base64url");
}
