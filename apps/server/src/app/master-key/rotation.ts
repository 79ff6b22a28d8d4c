import type { MasterKeyView } from "@holdfast/protocol/operating-api";
import type { Logger } from "pino";
import type { MasterKeySource, MasterKeys } from "../../keys/master-key.ts";
import { newMasterKey, writeMasterKeys } from "../../keys/master-key.ts";
import type { Secrets } from "../../keys/secrets.ts";
import type { Store } from "../../store/store.ts";
import type { Actor } from "../actor.ts";
import { report } from "../audit.ts";
import type { Outcome } from "../outcome.ts";
import { ok, refused } from "../outcome.ts";
import { rewrapEverything } from "./rewrap-everything.ts";

export type MasterKeyRotation = {
  /** Makes a new master key and begins to wrap everything under it; answers when the key is on disk. */
  begin(actor: Actor): Promise<Outcome<MasterKeyView>>;
  /** Goes on with what a stopped server left: more than one key in the file. */
  resume(): void;
  view(): MasterKeyView;
  /** All that something in the store may be wrapped under now, the one in force first. */
  keys(): MasterKeys;
  /** For tests and for stopping: until no rotation is under way. */
  idle(): Promise<void>;
};

/** The id of the key that a rotation of ours leads to. */
const rotationSetting = "master-key.rotation";
/** A server not seen for this long does not count as running. */
const aliveMs = 90_000;

/**
 * Changes the master key while the server serves (DESIGN §5). The file first holds both keys, the new one in front, so
 * that a server that is killed at any moment opens everything and goes on; it loses the old one once nothing in the store
 * is wrapped under it any more. In memory the old one stays until the next start, for what clients still bring back.
 */
export function createMasterKeyRotation(ports: {
  readonly store: Store;
  readonly secrets: Secrets;
  readonly keys: MasterKeys;
  /** Null where the key is not this server's to change. */
  readonly file: { readonly stateDir: string; readonly source: MasterKeySource } | null;
  readonly serverId: string;
  readonly log: Logger;
  now(): number;
}): MasterKeyRotation {
  const { store, secrets, file, log } = ports;
  let keys = ports.keys;
  let rotation: MasterKeyView["rotation"] = null;
  let underWay: Promise<void> | null = null;

  const run = async (actor: Actor): Promise<void> => {
    const progress = (rewrapped: number) => {
      rotation = { startedAtMs: rotation?.startedAtMs ?? ports.now(), rewrapped, finishedAtMs: null };
    };
    progress(0);
    let total = 0;
    // Somebody may have read a record before it was wrapped anew and have written it since: until a pass finds nothing.
    for (let found = -1; found !== 0; ) {
      const before = total;
      found = await rewrapEverything(store, secrets, (count) => progress(before + count));
      total += found;
    }
    const masterKeyId = secrets.masterKeyId();
    // Keys that an administrator put there are his to take out: other servers may be about to use them.
    const ours = (await store.read((tx) => tx.settings.get(rotationSetting))) === masterKeyId;
    if (ours && file?.source === "file") {
      keys = [keys[0]];
      await writeMasterKeys(file.stateDir, keys);
    }
    await store.transaction(async (tx) => {
      if (ours) await tx.settings.remove(rotationSetting);
      await report(tx, actor, "master-key-rotated", { detail: { masterKeyId, rewrapped: total } });
    });
    if (ours) {
      log.info({ rewrapped: total }, "every secret is wrapped under the new master key; the old one is gone");
    } else {
      log.info(
        { rewrapped: total },
        "every secret is wrapped under the first master key; the others may be removed",
      );
    }
    rotation = {
      startedAtMs: rotation?.startedAtMs ?? ports.now(),
      rewrapped: total,
      finishedAtMs: ports.now(),
    };
  };
  const start = (actor: Actor) => {
    underWay = run(actor)
      .catch((err) =>
        log.error(
          { err },
          "secrets could not be wrapped under the new master key; the old one is still needed",
        ),
      )
      .finally(() => {
        underWay = null;
      });
  };
  const view = (): MasterKeyView => ({
    masterKeyId: secrets.masterKeyId(),
    source: file?.source ?? "memory",
    rotation,
  });

  return {
    view,
    keys: () => keys,
    idle: async () => {
      while (underWay) await underWay;
    },
    resume() {
      if (keys.length > 1 && underWay === null) start({ name: "server" });
    },
    async begin(actor) {
      if (underWay) return refused("conflict", "A rotation of the master key is under way.");
      if (file?.source !== "file")
        return refused(
          "conflict",
          "The master key does not come from the file in the state directory. Put a new one in front where it comes from, and start the server again.",
        );
      const servers = await store.read((tx) => tx.servers.list());
      const others = servers.filter(
        ({ id, lastSeenAtMs }) => id !== ports.serverId && ports.now() - lastSeenAtMs < aliveMs,
      );
      if (others.length > 0)
        return refused(
          "conflict",
          `${others.length === 1 ? "Another server uses" : "Other servers use"} this store (${others.map(({ url }) => url).join(", ")}) and must have the new key first: put it in front of each one's file, and start them again one after the other.`,
        );
      const fresh = newMasterKey();
      await store.transaction((tx) => tx.settings.set(rotationSetting, fresh.id));
      keys = [fresh, ...keys];
      await writeMasterKeys(file.stateDir, keys);
      secrets.useMasterKey(fresh);
      start(actor);
      return ok(view());
    },
  };
}
