import type { EndpointEventBody } from "@holdfast/protocol/endpoint-events";
import { brokenStore } from "./broken-store.ts";
import type { Held } from "./facts.ts";
import { factsOf, holdingOf } from "./facts.ts";
import { Journal } from "./journal.ts";
import { MergePart } from "./merge-part.ts";
import { Records } from "./records.ts";
import { SealedFiles } from "./sealed-files.ts";
import { SignInPart } from "./sign-in-part.ts";
import { SupplyPart } from "./supply-part.ts";
import type { LocalRules, OfflineStore, OfflineStoreOptions } from "./types.ts";

/** Writes for the time alone come no more often, because each is a tick of the counter, and a TPM's wears out. */
const keepTimeEveryMs = 600_000;

/**
 * Opens the sealed store of one endpoint (SECURITY §1), or makes it where `chainKey` is given and none is there. What
 * a crash left half done is finished, and what cannot be a crash's doing is told by `condition`.
 */
export async function openOfflineStore(options: OfflineStoreOptions): Promise<OfflineStore> {
  const opened = await Journal.open(options);
  if (opened.kind === "tampered") return brokenStore(options, opened.file, opened.why);
  const sealed = new SealedFiles(options.files, options.random);
  const damaged = await sealed.load(opened.journal.state);
  const records = new Records(options, opened.journal, sealed);
  await recover(records, damaged);
  return door(records);
}

/** Finishes the last write, reports what was interrupted or damaged, and removes files that nobody names. */
async function recover(records: Records, damaged: readonly string[]): Promise<void> {
  const { journal, sealed } = records;
  await journal.finishInterrupted();
  const interrupted = records.users.flatMap(({ userId, pending }) =>
    pending.map((attemptId) => ({ type: "sign-in-interrupted", attemptId, userId }) as const),
  );
  const known = new Set(
    journal.undelivered.map(({ body }) => (body.type === "tamper-detected" ? body.file : "")),
  );
  const tampered = damaged
    .filter((file) => !known.has(file))
    .map((file) => ({ type: "tamper-detected", file, why: "changed or missing" }) as const);
  const events = [...interrupted, ...tampered, ...records.clockEvents()];
  const changed = records.users
    .filter((user) => user.pending.length > 0)
    .map((user) => ({ ...user, pending: [] }));
  if (events.length > 0) await records.save(changed, events);
  else await sealed.removeAllBut(journal.state);
  await records.serial.idle();
}

function door(records: Records): OfflineStore {
  const { journal, serial, options } = records;
  const supply = new SupplyPart(records);
  const signIn = new SignInPart(records, (userId, storeKey) => supply.openWaiting(userId, storeKey));
  const merge = new MergePart(records);

  const factsAbout = (held: Held | null, rules: LocalRules, workflow: Parameters<OfflineStore["facts"]>[2]) =>
    factsOf(held, records.barred(), rules, workflow ?? "workstation", journal.now().behindMs);
  const save = (events: readonly EndpointEventBody[]) =>
    serial.run(async () =>
      (await records.save([], events)) ? ("stored" as const) : ("storage-failed" as const),
    );

  return {
    facts: async (userName, rules, workflow) => factsAbout(records.heldByName(userName), rules, workflow),
    newAttempt: (attemptId) => signIn.newAttempt(attemptId),
    commit: (...commit) => signIn.commit(...commit),
    note: (audit, context) => signIn.note(audit, context),
    openSlot: (...slot) => signIn.openSlot(...slot),
    checkCode: (...code) => signIn.checkCode(...code),
    checkBypass: (...bypass) => signIn.checkBypass(...bypass),
    challenge: (userName) => signIn.challenge(userName),
    showQrChallenge: (userName, about) => signIn.showQrChallenge(userName, about),
    checkQrAnswer: (...answer) => signIn.checkQrAnswer(...answer),
    burnTime: (password) => signIn.burnTime(password),
    preparePasswordSlot: (...slot) => supply.preparePasswordSlot(...slot),
    storeBundle: (document, prepared) => supply.storeBundle(document, prepared),
    onlineSuccess: (userId, consumed) => merge.onlineSuccess(userId, consumed),
    applyContact: (answer, signedTimeMs, anotherChain) =>
      merge.applyContact(answer, signedTimeMs, anotherChain),
    revoke: (document) => merge.revoke(document),
    appendEvent: (body) => save([body]),
    events: async (limit) => ({
      events: journal.undelivered.slice(0, limit),
      more: journal.undelivered.length > limit,
    }),
    onNews: (heard) => records.onNews(heard),
    contactBegins: () => merge.contactBegins(),
    eventsDelivered: (through) =>
      serial.run(async () => ((await journal.deliver(through)) ? "stored" : "storage-failed")),
    holdings: async (rules) => {
      const { nowMs } = journal.now();
      const held = records.users
        .filter((user) => user.sealed)
        .map((user) => ({ user, sealed: records.sealed.get(user) }));
      return held.map((one) => holdingOf(one, factsAbout(one, rules, "workstation"), nowMs));
    },
    memory: async () => ({
      revoked: journal.state.revoked,
      users: records.users.map((user) => ({
        userId: user.userId,
        userName: user.userName,
        status: user.status,
        credentialEpoch: user.credentialEpoch,
        holds: user.sealed !== null,
        tokens: user.tokens.map(({ tokenId, floor, revoked }) => ({ tokenId, floor, revoked })),
      })),
    }),
    accountStatus: async (userName) => records.heldByName(userName)?.user.status ?? "unknown",
    effectiveTime: () => journal.now(),
    persistTime: async () => {
      const events = records.clockEvents();
      if (events.length > 0 || journal.unkeptMs() >= keepTimeEveryMs) await save(events);
    },
    close: async () => {
      await serial.idle();
      await save(records.clockEvents());
      await serial.idle();
    },
    condition: () => records.condition(),
    protection: options.device.protection,
  };
}
