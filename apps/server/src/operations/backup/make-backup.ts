import type { Actor } from "../../app/actor.ts";
import { note } from "../../app/audit.ts";
import { serverVersion } from "../../app/version.ts";
import { currentEpoch } from "../../keys/key-manifest.ts";
import type { MasterKeys } from "../../keys/master-key.ts";
import { readSnapshot } from "../../store/snapshot/snapshot.ts";
import type { Store } from "../../store/store.ts";
import type { BackupSecret } from "./container.ts";
import { encryptBackup } from "./container.ts";
import type { BackupHead } from "./content.ts";
import { writeContent } from "./content.ts";

export type BackupSource = {
  readonly store: Store;
  /** Where the store is: a snapshot has a connection of its own. */
  readonly location: string;
  /** Null leaves them out: whoever restores must bring them. */
  readonly masterKeys: MasterKeys | null;
  now(): number;
};

/** The store as it stands now, encrypted, while the server goes on. That it was made is in the audit, and so in it. */
export async function* makeBackup(
  { store, location, masterKeys, now }: BackupSource,
  actor: Actor,
  secret: BackupSecret,
): AsyncGenerator<Uint8Array> {
  const madeAtMs = now();
  await note(store, madeAtMs, actor, "backup-made", { detail: { withMasterKeys: masterKeys !== null } });
  const epoch = await store.read(currentEpoch);
  const head: BackupHead = {
    holdfast: "backup v1",
    madeAtMs,
    serverVersion,
    serverId: store.chain,
    epoch,
    masterKeys: masterKeys?.map(({ key }) => Buffer.from(key).toString("base64url")) ?? null,
  };
  yield* encryptBackup(writeContent(head, readSnapshot(location)), secret, madeAtMs);
}
