import type { OwnSessionView } from "@holdfast/protocol/me-api";
import type { Outcome } from "../outcome.ts";
import { notFound, ok } from "../outcome.ts";
import type { AppPorts } from "../ports.ts";
import { weigh } from "../sessions/live-session.ts";
import { endIn } from "../sessions/sessions.ts";
import type { Self } from "./self.ts";

/** Newest first, of both apps; what is over by time or by a change is left out. */
export function listOwnSessions(ports: AppPorts, self: Self): Promise<{ items: OwnSessionView[] }> {
  return ports.store.read(async (tx) => {
    const items: OwnSessionView[] = [];
    for (const row of await tx.web.sessions.ofUser(self.userId)) {
      const live = await weigh(ports, tx, row);
      if (live === null || "over" in live) continue;
      const { id, app, createdAtMs: signedInAtMs, lastSeenAtMs, address, userAgent } = row;
      items.push({ id, app, current: id === self.sessionId, signedInAtMs, lastSeenAtMs, address, userAgent });
    }
    return { items };
  });
}

/** One of one's own; ending the one that asks is signing out. */
export function endOwnSession(ports: AppPorts, self: Self, id: string): Promise<Outcome<null>> {
  return ports.store.transaction(async (tx) => {
    const row = await tx.web.sessions.get(id);
    if (row === null || row.userId !== self.userId || row.endedAtMs !== null) return notFound("session");
    await endIn(tx, self.actor, row, "ended-by-user");
    return ok(null);
  });
}

export function endOtherSessions(ports: AppPorts, self: Self): Promise<Outcome<null>> {
  return ports.store.transaction(async (tx) => {
    for (const row of await tx.web.sessions.ofUser(self.userId))
      if (row.id !== self.sessionId) await endIn(tx, self.actor, row, "ended-by-user");
    return ok(null);
  });
}
