import type { RestoreItem, RestoreReport } from "@holdfast/protocol/operating-api";
import { lastRestore } from "../operations/backup/restored-store.ts";
import type { RestoreItemKind, RestoreItemRow } from "../store/restore-store.ts";
import type { Actor } from "./actor.ts";
import { report } from "./audit.ts";
import type { Outcome } from "./outcome.ts";
import { notFound, ok } from "./outcome.ts";
import type { AppPorts } from "./ports.ts";
import { isClosed } from "./restored-tokens.ts";

/** What a restored backup leaves for people to look at (SECURITY §7). */
export async function readRestoreReport(ports: AppPorts): Promise<RestoreReport> {
  const [restored, rows] = await ports.store.read(
    async (tx) => [await lastRestore(tx), await tx.restore.list({})] as const,
  );
  return {
    restored: restored && {
      epoch: restored.epoch,
      madeAtMs: restored.madeAtMs,
      restoredAtMs: restored.restoredAtMs,
    },
    tokensWaiting: restored === null ? 0 : await countWaiting(ports),
    items: rows.map(viewOf),
  };
}

/** Somebody has looked into it. A confirmed endpoint is waited for no longer, and is taken for a copy when it comes back. */
export async function confirmRestoreItem(
  ports: AppPorts,
  actor: Actor,
  kind: RestoreItemKind,
  subjectId: string,
): Promise<Outcome<RestoreItem>> {
  return ports.store.transaction(async (tx) => {
    const row = await tx.restore.get(kind, subjectId);
    if (!row) return notFound("entry in the report");
    if (await tx.restore.end(kind, subjectId, "confirmed"))
      await report(tx, actor, "restore-confirmed", { reason: kind, detail: { kind, subjectId } });
    return ok(viewOf({ ...row, status: row.status === "open" ? "confirmed" : row.status }));
  });
}

async function countWaiting(ports: AppPorts): Promise<number> {
  let count = 0;
  for (let after: { after?: string } = {}; ; ) {
    const page = await ports.store.read((tx) => tx.tokens.list({ limit: 500, ...after }));
    count += page.items.filter((token) => token.status === "enabled" && isClosed(token)).length;
    if (page.next === null) return count;
    after = { after: page.next };
  }
}

const texts: Readonly<Record<RestoreItemKind, string>> = {
  "changes-lost":
    "What was changed between the backup and the restore is gone, revocations among it; recovery codes were taken away, because each is good for once. Passkeys, tokens and other authenticators that were removed are there again, and so are passwords of before. Compare with an audit that was kept elsewhere, and do again what is still wanted.",
  "api-key": "If this key was revoked since the backup, it is valid again. Revoke it or confirm it.",
  "role-holder":
    "If this person's role was taken away or changed since the backup, it is held again. Take it away or confirm it.",
  phone:
    "If this phone was removed since the backup, because it was lost or handed on, it is in force again: its codes, answers and approvals open what they opened then. Ask its owner; remove it or confirm it.",
  endpoint:
    "Has not come back since the restore: what happened there is not known yet. Confirm only what will never come back, and revoke it.",
  "user-disabled":
    "Was disabled since the backup, as an endpoint remembers, and is disabled again; only the last superadministrator is left active. Disable or enable him as it should be.",
  "password-changed":
    "Had a new password since the backup, as an endpoint remembers; the old one is not taken any more. Set one.",
  "token-revoked":
    "Was revoked since the backup, as an endpoint remembers, and is disabled. Revoke or enable it.",
  "counter-jump":
    "An endpoint tells of codes far beyond those it was handed. Resynchronise this token with its owner.",
  "user-unknown":
    "An endpoint holds a bundle of a user who was made since the backup; it was ordered to delete it. Make the user again.",
  "endpoint-revoked": "Was revoked since the backup, as it says itself, and is revoked again.",
  "chain-not-proven":
    "Its events since the backup could not be proven whole. If it stays refused, enrol it anew.",
};

function viewOf(row: RestoreItemRow): RestoreItem {
  return { ...row, text: texts[row.kind] };
}
