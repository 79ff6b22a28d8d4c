import type { Revocation } from "@holdfast/protocol/bundle";
import type { ContactAnswer } from "@holdfast/protocol/endpoint-api";
import type { EndpointEventBody } from "@holdfast/protocol/endpoint-events";
import type { SealedUser, StoredUser } from "@holdfast/protocol/stored-files";
import { usableSlots } from "./facts.ts";
import type { StateDraft } from "./journal.ts";
import type { Records } from "./records.ts";
import { afterContact, afterOnlineSuccess, afterRevocation, serverKnowsAll } from "./users.ts";

/** What the server's word changes: contact, revocation, a success online. */
export class MergePart {
  readonly #records: Records;
  /** Who has signed in online since a contact last asked: of them its answer may demand what has just been done. */
  readonly #signedInSince = new Set<string>();

  constructor(records: Records) {
    this.#records = records;
  }

  contactBegins(): Promise<void> {
    return this.#records.serial.run(async () => {
      this.#signedInSince.clear();
      await this.#records.closeCounts();
    });
  }

  onlineSuccess(
    userId: string,
    consumed: { readonly tokenId: string; readonly counter: number } | null,
  ): Promise<"stored" | "storage-failed"> {
    const records = this.#records;
    return records.serial.run(async () => {
      this.#signedInSince.add(userId);
      const user = records.user(userId);
      if (!user) return "stored";
      const after = afterOnlineSuccess(user, consumed, records.journal.now().nowMs);
      return (await records.save([after], [])) ? "stored" : "storage-failed";
    });
  }

  applyContact(
    received: ContactAnswer,
    signedTimeMs: number | null,
    anotherChain = false,
  ): Promise<{ lockSessionsOf: string[]; refillsDue: string[] }> {
    const records = this.#records;
    return records.serial.run(async () => {
      const { journal } = records;
      const answer = this.#withoutWhatIsDone(received);
      if (signedTimeMs !== null) journal.setFromServer(signedTimeMs);
      const { draft, events, dropAll } = this.#judgeRollback(answer, anotherChain);
      const changed = records.users.flatMap((before) => {
        const after = this.#afterContact(before, answer, dropAll);
        return JSON.stringify(after) === JSON.stringify(before) ? [] : [after];
      });
      if (changed.length > 0 || events.length > 0 || signedTimeMs !== null)
        await records.save(changed, events, draft);
      const listed = (wanted: (entry: ContactAnswer["users"][number]) => boolean) =>
        answer.users.filter(wanted).map((entry) => entry.userName);
      return {
        lockSessionsOf: listed((entry) => entry.freshSignInNeeded || entry.status === "disabled"),
        refillsDue: listed((entry) => entry.refillDue && this.#mayRefill(entry.userId)),
      };
    });
  }

  async revoke(
    document: string,
  ): Promise<{ kind: "done"; revocation: Revocation } | { kind: "refused"; why: string }> {
    const records = this.#records;
    const opened = await records.options.trust.openRevocation(document);
    if (opened.kind === "refused") return opened;
    const { revocation } = opened;
    if (revocation.endpointId !== records.options.endpointId)
      return { kind: "refused", why: "other-endpoint" };
    return records.serial.run(async () => {
      const concerned = records.users.filter(
        (user) => revocation.userId === null || user.userId === revocation.userId,
      );
      const changed: StoredUser[] = [];
      for (const user of concerned) {
        const after = await this.#afterRevocation(user, revocation);
        if (!after) return { kind: "refused", why: "storage-failed" };
        changed.push(after);
      }
      const done: EndpointEventBody = { type: "revocation-done", revocationId: revocation.id };
      const draft: StateDraft = revocation.reason === "endpoint-revoked" ? { revoked: true } : {};
      const written = await records.save(changed, this.#isWaiting(done) ? [] : [done], draft);
      return written ? { kind: "done", revocation } : { kind: "refused", why: "storage-failed" };
    });
  }

  /** Who signs in online while a contact is under way has met what its answer, made before that, demands of him. */
  #withoutWhatIsDone(answer: ContactAnswer): ContactAnswer {
    const users = answer.users.map((entry) =>
      this.#signedInSince.has(entry.userId) ? { ...entry, freshSignInNeeded: false } : entry,
    );
    return { ...answer, users };
  }

  /**
   * A store found older than its counter is cleared and begins anew once the server has been heard. One that is older
   * than what the server holds of it, or tells otherwise, is a copy or was set back unnoticed: it stays barred until
   * enrolled anew, because its chain has been continued elsewhere.
   */
  #judgeRollback(
    answer: ContactAnswer,
    anotherChain: boolean,
  ): {
    draft: StateDraft;
    events: EndpointEventBody[];
    dropAll: boolean;
  } {
    const { state } = this.#records.journal;
    if (answer.eventsThrough > state.chain.sequence || anotherChain) {
      if (state.rolledBack?.healable === false) return { draft: {}, events: [], dropAll: false };
      const found = { fileGeneration: state.chain.sequence, counter: answer.eventsThrough };
      const event: EndpointEventBody = { type: "rollback-detected", ...found };
      return { draft: { rolledBack: { ...found, healable: false } }, events: [event], dropAll: true };
    }
    if (!state.rolledBack?.healable) return { draft: {}, events: [], dropAll: false };
    const events = this.#records.users
      .filter((user) => user.sealed)
      .map(
        ({ userId }) =>
          ({ type: "bundle-destroyed", userId, why: "the store had been rolled back" }) as const,
      );
    return { draft: { rolledBack: null }, events, dropAll: true };
  }

  #afterContact(before: StoredUser, answer: ContactAnswer, dropAll: boolean): StoredUser {
    const kept = dropAll ? { ...before, sealed: null } : before;
    const entry = answer.users.find((one) => one.userId === before.userId);
    if (!entry) return kept;
    const known = serverKnowsAll(before, this.#records.journal.undelivered, answer.eventsThrough);
    return afterContact(kept, entry, known);
  }

  #mayRefill(userId: string): boolean {
    const held = this.#records.held(userId);
    return held?.sealed != null && usableSlots(held.user, held.sealed).length > 0;
  }

  /** The user's record after a revocation, his sealed file rewritten where a part of it goes; null: the disk refuses. */
  async #afterRevocation(user: StoredUser, revocation: Revocation): Promise<StoredUser | null> {
    const after = afterRevocation(user, revocation);
    const content = this.#records.sealed.get(user);
    if (!after.sealed || !content) return after;
    const left = whatIsLeft(content, revocation);
    if (left === content) return after;
    const sealed = await this.#records.sealed.add(left);
    return sealed && { ...after, sealed };
  }

  #isWaiting(done: EndpointEventBody): boolean {
    return this.#records.journal.undelivered.some(
      ({ body }) => JSON.stringify(body) === JSON.stringify(done),
    );
  }
}

function whatIsLeft(content: SealedUser, revocation: Revocation): SealedUser {
  if (revocation.reason === "password-changed") {
    const epoch = revocation.credentialEpoch ?? Number.POSITIVE_INFINITY;
    return { ...content, slots: content.slots.filter((slot) => slot.credentialEpoch >= epoch) };
  }
  if (revocation.tokenId !== null && content.bundle.token?.id === revocation.tokenId) {
    return { ...content, codes: null, waiting: null };
  }
  return content;
}
