import type { PublicKey } from "@holdfast/protocol/primitives";
import type { StoredUser } from "@holdfast/protocol/stored-files";
import type { BundleRefusal, Preparation } from "./bundles.ts";
import { openInnerOf, refuseBundle, sealPrepared, sealUnattended } from "./bundles.ts";
import { fromBase64url } from "./bytes.ts";
import type { Records } from "./records.ts";
import {
  currentKdf,
  makePasswordSlot,
  openPasswordSlot,
  sealBypass,
  sealCodes,
  sealRefillKey,
} from "./sealing.ts";
import type { OfflineStore, PreparedSlot } from "./types.ts";
import { afterBundle, newUser, serverKnowsAll } from "./users.ts";

type Stored = Awaited<ReturnType<OfflineStore["storeBundle"]>>;

/** How slots, bundles and codes get into the store. */
export class SupplyPart {
  readonly #records: Records;
  readonly #preparations = new WeakMap<PreparedSlot, Preparation>();

  constructor(records: Records) {
    this.#records = records;
  }

  async preparePasswordSlot(
    user: { readonly userId: string; readonly userName: string },
    offlineSalt: string,
    credentialEpoch: number,
    password: string,
  ): Promise<PreparedSlot> {
    const { options, kdf } = this.#records;
    const { device, random, trust } = options;
    const salt = fromBase64url(offlineSalt);
    if (salt?.length !== 16) throw new RangeError("offline store: an offline salt has 16 bytes");
    const binding = this.#records.binding(user.userId);
    const passwordKey = await kdf.deriveInBackground(password, salt, currentKdf);
    const kept = await this.#openKept(user.userId, offlineSalt, credentialEpoch, passwordKey);
    if (kept) {
      passwordKey.fill(0);
      return this.#prepared(kept);
    }
    const storeKey = new Uint8Array(random(32));
    const terms = { kdf: currentKdf, salt: offlineSalt, credentialEpoch };
    const slot = await makePasswordSlot(device, binding, terms, passwordKey, storeKey, random);
    passwordKey.fill(0);
    const pair = await trust.newRefillKey();
    const refill = await sealRefillKey(binding, storeKey, pair, random);
    pair.privateKey.fill(0);
    return this.#prepared({ userId: user.userId, slot, storeKey, refill });
  }

  async storeBundle(document: string, prepared: PreparedSlot | null): Promise<Stored> {
    const records = this.#records;
    const opened = await records.options.trust.openBundle(document);
    return records.serial.run(async () => {
      const stored =
        opened.kind === "refused"
          ? opened
          : await this.#store(opened.bundle, prepared && this.#preparations.get(prepared));
      if (stored.kind === "refused" && stored.why !== "storage-failed") {
        const userId = opened.kind === "ok" ? { userId: opened.bundle.userId } : {};
        await records.save([], [{ type: "bundle-refused", why: stored.why.slice(0, 200), ...userId }]);
      }
      return stored;
    });
  }

  /** Seals the codes of a refill that waited, now that a sign-in has opened the store key. Within the queue. */
  async openWaiting(userId: string, storeKey: Uint8Array): Promise<void> {
    const { options } = this.#records;
    const held = this.#records.held(userId);
    if (!held?.sealed?.refill || held.sealed.waiting === null) return;
    const { user, sealed } = held;
    const { bundle, refill, waiting } = sealed;
    if (!refill || waiting === null) return;
    const binding = this.#records.binding(userId);
    const inner = await openInnerOf(binding, bundle, waiting, storeKey, refill, options.trust);
    if (!inner) {
      const why: BundleRefusal = "inner-refused";
      await this.#records.saveSealed(user, { ...sealed, waiting: null }, [
        { type: "bundle-refused", why, userId },
      ]);
      return;
    }
    const codes = await sealCodes(binding, storeKey, inner, inner.codes, options.random);
    const bypass = await sealBypass(binding, storeKey, inner.bypass, options.random);
    await this.#records.saveSealed(user, { ...sealed, codes, bypass, waiting: null }, []);
  }

  async #store(
    bundle: Parameters<typeof refuseBundle>[0],
    prepared: Preparation | null | undefined,
  ): Promise<Stored> {
    const records = this.#records;
    const { options, journal } = records;
    const { userId, epoch, sequence } = bundle;
    const held = records.held(userId);
    const refusal =
      records.barred()[0] ??
      refuseBundle(bundle, options, held?.user.taken ?? null) ??
      (prepared === undefined ? "slot-outdated" : null) ??
      (records.hasRoom(userId) ? null : "too-many-users");
    if (refusal) return { kind: "refused", why: refusal };
    const built = prepared
      ? await sealPrepared(
          records.binding(userId),
          bundle,
          prepared,
          held?.sealed ?? null,
          options.trust,
          options.random,
        )
      : sealUnattended(bundle, held?.sealed ?? null);
    if (built.kind === "refused") return built;
    const sealed = await records.sealed.add(built.content);
    if (!sealed) return { kind: "refused", why: "storage-failed" };
    const before = held?.user ?? newUser(userId, bundle.userName);
    const known = serverKnowsAll(before, journal.undelivered, journal.state.chain.deliveredThrough);
    const after = afterBundle(before, bundle, sealed, known);
    const seen = prepared ? { lastOnlineMs: journal.now().nowMs } : {};
    const changed: StoredUser[] = [{ ...after, ...seen }, ...this.#namesakes(userId, bundle.userName)];
    const stored = await records.save(changed, [{ type: "bundle-stored", userId, epoch, sequence }]);
    return stored ? { kind: "stored", userId, epoch, sequence } : { kind: "refused", why: "storage-failed" };
  }

  /** A name is one user's: what is held of an earlier bearer goes. */
  #namesakes(userId: string, userName: string): StoredUser[] {
    return this.#records.users
      .filter((user) => user.userName === userName && user.userId !== userId && user.sealed)
      .map((user) => ({ ...user, sealed: null }));
  }

  async #openKept(
    userId: string,
    offlineSalt: string,
    credentialEpoch: number,
    passwordKey: Uint8Array,
  ): Promise<Preparation | null> {
    const sealed = this.#records.held(userId)?.sealed;
    const slot = sealed?.slots.find(
      (one) =>
        one.salt === offlineSalt &&
        one.credentialEpoch === credentialEpoch &&
        sameParameters(one.kdf, currentKdf),
    );
    if (!slot || !sealed?.refill) return null;
    const { device } = this.#records.options;
    const storeKey = await openPasswordSlot(device, this.#records.binding(userId), slot, passwordKey);
    return storeKey && { userId, slot, storeKey, refill: sealed.refill };
  }

  #prepared(preparation: Preparation): PreparedSlot {
    const refillKey: PublicKey = preparation.refill.publicKey;
    const prepared: PreparedSlot = {
      userId: preparation.userId,
      refillKey,
      discard: () => {
        preparation.storeKey.fill(0);
        this.#preparations.delete(prepared);
      },
    };
    this.#preparations.set(prepared, preparation);
    return prepared;
  }
}

function sameParameters(a: typeof currentKdf, b: typeof currentKdf): boolean {
  return a.memoryKiB === b.memoryKiB && a.iterations === b.iterations && a.parallelism === b.parallelism;
}
