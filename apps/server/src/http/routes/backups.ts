import { Readable } from "node:stream";
import {
  backupRequest,
  restoreConfirmation,
  restoreItem,
  restoreReport,
} from "@holdfast/protocol/operating-api";
import { rights } from "@holdfast/protocol/rights";
import type { Actor } from "../../app/actor.ts";
import { refusalOfChange } from "../../app/authorization.ts";
import { ok, refused } from "../../app/outcome.ts";
import type { AppPorts } from "../../app/ports.ts";
import { confirmRestoreItem, readRestoreReport } from "../../app/restore-report.ts";
import type { BackupSecret } from "../../operations/backup/container.ts";
import type { Route } from "../route.ts";
import { administrator, alreadySent, freshAdministrator, ofEnterprise, route } from "../route.ts";

/** Null where the store has no file or database of its own to be read. */
export type MakeBackup =
  | ((actor: Actor, secret: BackupSecret, withMasterKeys: boolean) => AsyncGenerator<Uint8Array>)
  | null;

/** Backups, and what a restored one leaves open. Restoring is done on the server's own host. */
export function backupRoutes(ports: AppPorts, makeBackup: MakeBackup): Route[] {
  return [
    route(
      "POST",
      "/api/v1/backups",
      ofEnterprise(freshAdministrator("properties.keys")),
      {
        summary: "Make a backup, encrypted to a passphrase or key; the file is the answer",
        answer: null,
        contentType: "application/octet-stream",
        body: backupRequest,
      },
      async ({ actor, body, reply }) => {
        const no = await ports.store.transaction((tx) =>
          refusalOfChange(tx, actor, "properties.make-backup", everything),
        );
        if (no) return no;
        if (makeBackup === null) return refused("conflict", "A store in memory has no backups.");
        const parts = makeBackup(actor, body.secret, body.withMasterKeys);
        // What can be refused is refused before the first byte; what breaks later cuts the connection.
        const first = await parts.next();
        await reply
          .headers({
            "content-type": "application/octet-stream",
            "content-disposition": 'attachment; filename="holdfast.backup"',
          })
          .send(Readable.from(continued(first, parts), { objectMode: false, highWaterMark: 256 * 1024 }));
        return alreadySent;
      },
    ),
    route(
      "GET",
      "/api/v1/restore-report",
      ofEnterprise(administrator("properties.read")),
      { summary: "What a restored backup leaves for people to look at", answer: restoreReport },
      async () => ok(await readRestoreReport(ports)),
    ),
    route(
      "POST",
      "/api/v1/restore-report/confirmations",
      ofEnterprise(freshAdministrator("properties.keys")),
      {
        summary: "Confirm an entry of the report: somebody has looked into it",
        answer: restoreItem,
        body: restoreConfirmation,
      },
      ({ actor, body }) => confirmRestoreItem(ports, actor, body.kind, body.subjectId),
    ),
  ];
}

const everything = { kind: "backup", rights, scope: "enterprise" } as const;

async function* continued(first: IteratorResult<Uint8Array, void>, rest: AsyncGenerator<Uint8Array>) {
  if (first.done !== true) yield first.value;
  yield* rest;
}
