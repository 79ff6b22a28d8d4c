import { eightDigits } from "@holdfast/core/help-desk-codes/bypass-challenge";
import { bypassCodeForm } from "@holdfast/core/help-desk-codes/bypass-code";
import type { BypassFactor } from "@holdfast/core/sign-in/bypass";
import type { Change, Check, SignInAudit } from "@holdfast/core/sign-in/types";
import type { SealedUser, StoredUser } from "@holdfast/protocol/stored-files";
import { OpenAttempt } from "./attempt.ts";
import { openInnerOf } from "./bundles.ts";
import { bypassesOf, challengeFor, compareBypass, type TypedBypass } from "./bypass.ts";
import { fromBase64url } from "./bytes.ts";
import type { Decoy } from "./decoy.ts";
import { makeDecoy } from "./decoy.ts";
import { floorOf, usableSlots } from "./facts.ts";
import { phonesOf, QrChallenges, qrChallengeId, withNextQrChallenge } from "./qr-challenge.ts";
import type { Records } from "./records.ts";
import { countOf } from "./refusal-counts.ts";
import { currentKdf, findClearCode, findCode, kdfAllowed, openBypass, openPasswordSlot } from "./sealing.ts";
import type { Attempt, CommitContext, OfflineStore } from "./types.ts";
import { applyCommit, eventOf, tokenOf, withoutPending } from "./users.ts";

/** Refusals that wait for the disk to be events of their own; beyond, they are counted. */
const maxNotesWaiting = 200;

/** The store's part in a sign-in: attempts, slots, codes, commits. */
export class SignInPart {
  readonly #records: Records;
  readonly #openWaiting: (userId: string, storeKey: Uint8Array) => Promise<void>;
  #notes: { audit: SignInAudit; context: CommitContext }[] = [];
  #notesQueued = false;
  /** Attempts that have succeeded and not ended. */
  readonly #succeeded = new Set<string>();
  readonly #qrChallenges: QrChallenges;
  readonly #decoys = new WeakMap<SealedUser, Promise<Decoy>>();

  constructor(records: Records, openWaiting: (userId: string, storeKey: Uint8Array) => Promise<void>) {
    this.#records = records;
    this.#openWaiting = openWaiting;
    this.#qrChallenges = new QrChallenges(() => records.options.clocks.sinceBootMs());
  }

  newAttempt(attemptId: string): Attempt {
    return new OpenAttempt(attemptId, (id, opened) => {
      const records = this.#records;
      const succeeded = this.#succeeded.delete(id);
      // Not after a right password alone: how long the next attempt takes would tell of it.
      if (succeeded && opened && records.held(opened.userId)?.sealed?.waiting != null) {
        const storeKey = opened.storeKey.slice();
        records.inBackground(() =>
          this.#openWaiting(opened.userId, storeKey).finally(() => storeKey.fill(0)),
        );
      }
      if (records.users.some((user) => user.pending.includes(id)))
        records.inBackground(() => this.#interrupted(id));
    });
  }

  commit(
    userId: string,
    expectVersion: number,
    write: readonly Change[],
    audit: readonly SignInAudit[],
    context: CommitContext,
  ): Promise<"committed" | "conflict" | "storage-failed"> {
    const records = this.#records;
    return records.serial.run(async () => {
      const before = records.user(userId);
      if (!before || before.version !== expectVersion) return "conflict";
      const after = applyCommit(before, write, audit, context);
      if (after.kind === "conflict") return "conflict";
      const events = [...after.events, ...records.clockEvents()];
      const known = context.triedOnline ? context.attemptId : null;
      if (!(await records.save([after.user], events, {}, known))) return "storage-failed";
      if (audit.some(({ outcome }) => outcome === "succeeded")) this.#succeeded.add(context.attemptId);
      return "committed";
    });
  }

  note(audit: SignInAudit, context: CommitContext): void {
    const records = this.#records;
    const user = audit.userId === null ? null : records.user(audit.userId);
    if (!user) return;
    // A refusal that ends a recorded attempt is always written: there are never more of them than attempts.
    const ends = user.pending.includes(context.attemptId);
    if (!ends && (this.#notes.length >= maxNotesWaiting || records.countsRefusalsOf(user))) {
      const counted = countOf(eventOf(audit, user, context), records.journal.now().nowMs);
      if (counted) records.countUnwritten(user.userId, counted);
      return;
    }
    this.#notes.push({ audit, context });
    if (this.#notesQueued) return;
    this.#notesQueued = true;
    records.inBackground(() => this.#writeNotes());
  }

  async openSlot(userId: string, attempt: Attempt, password: string, alone = false): Promise<Check> {
    const { kdf, options } = this.#records;
    const held = this.#records.held(userId);
    const slot = held?.sealed ? usableSlots(held.user, held.sealed)[0] : undefined;
    if (!slot) {
      await this.burnTime(password);
      return { check: "wrong" };
    }
    const salt = fromBase64url(slot.salt);
    if (!held?.sealed || !kdfAllowed(slot.kdf) || !salt)
      return { check: "unusable", reason: "store-damaged" };
    const decoy = await this.#decoyOf(userId, held.sealed);
    const passwordKey = await kdf.derive(password, salt, slot.kdf);
    if (passwordKey === "busy") return { check: "unusable", reason: "busy" };
    const storeKey = await openPasswordSlot(options.device, this.#records.binding(userId), slot, passwordKey);
    passwordKey.fill(0);
    if (!storeKey) {
      if (!alone)
        await this.#lookInside({ user: held.user, sealed: decoy.sealed }, decoy.storeKey, nothingTyped);
      return { check: "wrong" };
    }
    asOpen(attempt).hold(userId, storeKey);
    return { check: "right" };
  }

  async checkCode(userId: string, attempt: Attempt, code: string): Promise<Check> {
    const storeKey = asOpen(attempt).storeKeyOf(userId);
    // Codes lie under the store key, and only a password opens that: a code alone checks nothing here.
    if (!storeKey) return { check: "unusable", reason: "factor-not-offline-capable" };
    const held = this.#records.held(userId);
    const token = held?.sealed?.bundle.token;
    if (!held?.sealed || !token || tokenOf(held.user, token.id).revoked)
      return { check: "unusable", reason: "no-token" };
    // What is no code is looked for all the same: its form must not tell that the password was right.
    const isCode = /^\d{6,8}$/.test(code) && code.length === token.digits;
    const typed: TypedInside = isCode ? { ...nothingTyped, token: code } : nothingTyped;
    const { counter } = await this.#lookInside({ user: held.user, sealed: held.sealed }, storeKey, typed);
    if (counter === null) return { check: "unusable", reason: "store-damaged" };
    return counter === undefined || !isCode ? { check: "wrong" } : { check: "right", counter };
  }

  async checkBypass(userId: string, attempt: Attempt, factor: BypassFactor, typed: string): Promise<Check> {
    const storeKey = asOpen(attempt).storeKeyOf(userId);
    if (!storeKey) return { check: "unusable", reason: "factor-not-offline-capable" };
    const held = this.#records.held(userId);
    if (!held?.sealed) return { check: "unusable", reason: "no-token" };
    const isCode = factor === "bypass-code";
    const given: TypedInside = {
      token: null,
      code: isCode ? bypassCodeForm(typed) : null,
      answer: isCode ? null : eightDigits(typed),
    };
    const { bypass } = await this.#lookInside({ user: held.user, sealed: held.sealed }, storeKey, given);
    const right = isCode ? bypass.code : bypass.answer;
    return right ? { check: "right", match: { factor, id: factor } } : { check: "wrong" };
  }

  challenge(userName: string): ReturnType<OfflineStore["challenge"]> {
    const records = this.#records;
    return records.serial.run(async () => {
      const held = records.heldByName(userName);
      if (!held?.sealed || !bypassesOf(held.user, held.sealed).some(({ factor }) => factor === "ocra"))
        return null;
      const next = challengeFor(held.user, records.options.random, records.journal.now().nowMs);
      if (next.user !== held.user && !(await records.save([next.user], next.events))) return "storage-failed";
      const shown = next.user.bypass.challenge;
      return shown && { text: shown.text, expiresAtMs: shown.expiresAtMs };
    });
  }

  showQrChallenge(
    userName: string,
    about: Parameters<OfflineStore["showQrChallenge"]>[1],
  ): ReturnType<OfflineStore["showQrChallenge"]> {
    const records = this.#records;
    const { options, journal } = records;
    return records.serial.run(async () => {
      const held = records.heldByName(userName);
      const phones = held?.sealed ? phonesOf(held.user, held.sealed) : [];
      if (!held || phones.length === 0) return null;
      const { userId } = held.user;
      const standing = about.another ? null : this.#qrChallenges.standing(userId, phones);
      if (standing) return standing;
      if (!(await records.save([withNextQrChallenge(held.user)], []))) return "storage-failed";
      const of = { ...about, account: userName, nowMs: journal.now().nowMs };
      return this.#qrChallenges.next(records.binding(userId), phones, of, options.random);
    });
  }

  async checkQrAnswer(userId: string, attempt: Attempt, typed: string): Promise<Check> {
    const held = this.#records.held(userId);
    const phones = held?.sealed ? phonesOf(held.user, held.sealed) : [];
    const proven = asOpen(attempt).storeKeyOf(userId) !== null;
    const right = this.#qrChallenges.check(userId, phones, typed, proven);
    const match = { factor: "qr-challenge", id: qrChallengeId } as const;
    return right ? { check: "right", match } : { check: "wrong" };
  }

  async burnTime(password: string): Promise<void> {
    const { kdf, options } = this.#records;
    const result = await kdf.derive(password, options.random(16), currentKdf);
    if (result !== "busy") result.fill(0);
  }

  /**
   * A refill that waits replaces what was before it; where it does not open, that goes on being good. Everything is
   * compared whatever was typed, so that time tells neither what was asked for nor whether the password was right.
   */
  async #lookInside(
    { user, sealed }: { user: StoredUser; sealed: SealedUser },
    storeKey: Uint8Array,
    typed: TypedInside,
  ): Promise<{ counter: number | undefined | null; bypass: ReturnType<typeof compareBypass> }> {
    const { options, journal } = this.#records;
    const binding = this.#records.binding(user.userId);
    const floor = floorOf(user, sealed);
    const { nowMs } = journal.now();
    const code = typed.token ?? noCode(sealed);
    if (sealed.waiting !== null && sealed.refill) {
      const inner = await openInnerOf(
        binding,
        sealed.bundle,
        sealed.waiting,
        storeKey,
        sealed.refill,
        options.trust,
      );
      if (inner) {
        const bypass = compareBypass(binding, inner.bypass, user, typed, nowMs);
        return { counter: findClearCode(inner.codes, code, floor), bypass };
      }
    }
    const secrets = sealed.bypass && (await openBypass(binding, storeKey, sealed.bypass));
    const bypass = compareBypass(binding, secrets, user, typed, nowMs);
    const { codes } = sealed;
    const none = codes === null || codes.tokenId !== sealed.bundle.token?.id;
    return { counter: none ? undefined : await findCode(binding, storeKey, codes, code, floor), bypass };
  }

  #decoyOf(userId: string, sealed: SealedUser): Promise<Decoy> {
    const { options } = this.#records;
    const kept = this.#decoys.get(sealed);
    if (kept) return kept;
    const made = makeDecoy(this.#records.binding(userId), sealed, options.trust, options.random);
    this.#decoys.set(sealed, made);
    made.catch(() => this.#decoys.delete(sealed));
    return made;
  }

  async #writeNotes(): Promise<void> {
    this.#notesQueued = false;
    const records = this.#records;
    const notes = this.#notes;
    this.#notes = [];
    const changed = new Map<string, StoredUser>();
    const events = notes.flatMap(({ audit, context }) => {
      const userId = audit.userId ?? "";
      const user = changed.get(userId) ?? records.user(userId);
      if (!user) return [];
      const settled = withoutPending(user, context.attemptId);
      if (settled !== user) changed.set(userId, settled);
      return [eventOf(audit, user, context)];
    });
    // What the disk refuses waits for the next note; there are no more of them than sign-ins at a time.
    if (!(await records.save([...changed.values()], events))) this.#notes = [...notes, ...this.#notes];
  }

  /** An attempt that ended with neither verdict nor note: what was counted for it stays. */
  async #interrupted(attemptId: string): Promise<void> {
    const user = this.#records.users.find((one) => one.pending.includes(attemptId));
    if (!user) return;
    const event = { type: "sign-in-interrupted", attemptId, userId: user.userId } as const;
    await this.#records.save([withoutPending(user, attemptId)], [event]);
  }
}

/** What was typed, by what it may be; of each kind something is looked for. */
type TypedInside = TypedBypass & { readonly token: string | null };
const nothingTyped: TypedInside = { token: null, code: null, answer: null };

function noCode({ bundle }: SealedUser): string {
  return "0".repeat(bundle.token?.digits ?? 6);
}

function asOpen(attempt: Attempt): OpenAttempt {
  if (!(attempt instanceof OpenAttempt))
    throw new TypeError("offline store: an attempt of newAttempt is wanted");
  return attempt;
}
