import {
  isOnItsWay,
  MOST_TRIES,
  maskedAddress,
  SENT_CODE_LIFETIME_MS,
} from "@holdfast/core/sent-codes/sent-code";
import type { AuthenticatorView } from "@holdfast/protocol/authenticators-api";
import type { AddressProof, AddressProofBegin, AddressProofEnd } from "@holdfast/protocol/senders-api";
import type { AddressProofRow } from "../../store/senders-store.ts";
import type { Transaction } from "../../store/store.ts";
import type { Actor } from "../actor.ts";
import { report } from "../audit.ts";
import { dropAuthenticator, insertAuthenticator } from "../authenticators/authenticators.ts";
import { heldOf } from "../authenticators/data.ts";
import { ownerForChange } from "../authenticators/rights.ts";
import type { Outcome, Refused } from "../outcome.ts";
import { invalid, notFound, ok, refused } from "../outcome.ts";
import type { AppPorts } from "../ports.ts";
import { newId } from "../ports.ts";
import { productNameOf } from "../settings.ts";
import { codeFits, macOfCode, newCode } from "./codes.ts";
import { deliver, enterMessage, noSenderText, withinLimits } from "./deliver.ts";
import { addressOf, wrongAddressText } from "./manage.ts";
import { tellOfMethod } from "./notices.ts";
import { senderOf } from "./sender-settings.ts";
import { channelOf } from "./sign-in-codes.ts";

/**
 * A phone number or a mail address is enrolled in two steps: a code goes there, and who reads it has it. The same for
 * the person at the portal, for an administrator who has him on the telephone, and for a remote sign-in that enrols
 * (TC-43): the actor says which.
 */
export async function beginAddressProof(
  ports: AppPorts,
  actor: Actor,
  userId: string,
  { kind, address: typed }: AddressProofBegin,
): Promise<Outcome<AddressProof>> {
  const channel = channelOf[kind];
  const entered = await ports.store.transaction(async (tx) => {
    const owner = await ownerForChange(tx, actor, userId, kind);
    if (owner.kind === "refused") return owner;
    const address = addressOf(channel, typed);
    if (address === null) return invalid("address", wrongAddressText(channel));
    const sender = await senderOf(tx, channel);
    if (sender === null) return refused("conflict", noSenderText(channel));
    const before = await tx.senders.proofs.latest(userId, kind);
    if (before?.usedAtMs === null && isOnItsWay(before, tx.now()))
      return refused(
        "too-many-requests",
        "A code is on its way. Wait half a minute before you ask for another.",
        {
          retryAfterSeconds: 30,
        },
      );
    if (!(await withinLimits(ports, tx, userId, address, "enrolment")))
      return refused("too-many-requests", "Too many messages went out lately. Try again later.", {
        retryAfterSeconds: 900,
      });
    const [id, code] = [newId(ports, "prf"), newCode(ports.entropy, sender.codeDigits)];
    const mac = macOfCode(ports.lookupMac, id, code);
    const row: AddressProofRow = {
      id,
      userId,
      kind,
      address,
      mac,
      tries: 0,
      sentAtMs: tx.now(),
      usedAtMs: null,
    };
    await tx.senders.proofs.insert(row);
    await report(tx, actor, "address-proof-sent", { userId, detail: { kind, to: maskedAddress(address) } });
    const name = await productNameOf(ports, tx);
    const message = {
      channel,
      to: address,
      subject: channel === "email" ? `${name}: is this your address?` : null,
      text: `${name}: ${code} is the code that adds this ${channel === "sms" ? "number" : "address"} to your account. Good for 5 minutes. You did not ask for it? Then do nothing.`,
    };
    const messageId = await enterMessage(ports, tx, { ...message, purpose: "enrolment", userId });
    return ok({ row, message, messageId });
  });
  if (entered.kind === "refused") return entered;
  const { row, message, messageId } = entered.value;
  ports.delivery.outbox.add("an address's code", async () => {
    await deliver(ports, messageId, message);
  });
  return ok({
    proofId: row.id,
    sentTo: maskedAddress(row.address),
    expiresAtMs: row.sentAtMs + SENT_CODE_LIFETIME_MS,
    triesLeft: MOST_TRIES,
  });
}

/** The code arrived: the number or address is the user's, in the place of the one before. */
export async function endAddressProof(
  ports: AppPorts,
  actor: Actor,
  userId: string,
  proofId: string,
  { code, label }: AddressProofEnd,
  /** For who is not asked anew by a session: whether he may still, in the same transaction. */
  refusalNow: (tx: Transaction) => Promise<Refused | null> = async () => null,
): Promise<Outcome<AuthenticatorView>> {
  let former: string | null = null;
  const made = await ports.store.transaction(async (tx) => {
    const found = await tx.senders.proofs.get(proofId);
    const proof = found?.userId === userId ? found : null;
    const owner = await ownerForChange(tx, actor, userId, proof?.kind ?? "sms-code");
    if (owner.kind === "refused") return owner;
    const no = await refusalNow(tx);
    if (no) return no;
    if (proof === null) return notFound("proof");
    const nowMs = tx.now();
    const ageMs = nowMs - proof.sentAtMs;
    const over =
      proof.usedAtMs !== null || proof.tries >= MOST_TRIES || ageMs < 0 || ageMs >= SENT_CODE_LIFETIME_MS;
    if (over) return refused("conflict", "This code is not good any more. Have another one sent.");
    if (!codeFits(ports.lookupMac, proof.id, code)(proof.mac)) {
      const tries = proof.tries + 1;
      await tx.senders.proofs.update({ ...proof, tries });
      await report(tx, actor, "address-proof-refused", {
        userId,
        outcome: "refused",
        detail: { kind: proof.kind },
      });
      const left = MOST_TRIES - tries;
      return invalid(
        "code",
        left === 0 ? "This is not the code. Have another one sent." : "This is not the code that was sent.",
      );
    }
    await tx.senders.proofs.update({ ...proof, usedAtMs: nowMs });
    const replaced = (await tx.authenticators.ofUser(userId)).filter(({ kind }) => kind === proof.kind);
    for (const row of replaced) await dropAuthenticator(tx, actor, row);
    former = heldOf(replaced, "email-code")[0]?.data.address ?? null;
    return insertAuthenticator(
      ports,
      tx,
      actor,
      { userId, ...owner.value },
      {
        kind: proof.kind,
        label: label ?? (proof.kind === "sms-code" ? "Phone number" : "E-mail address"),
        lookup: null,
        data: { address: proof.address, pending: null },
      },
    );
  });
  if (made.kind === "refused") return made;
  // Whose address it was until now reads no mail that goes to the new one.
  if (former !== null) tellOfMethod(ports, userId, "removed", "email-code", former);
  tellOfMethod(ports, userId, "added", made.value.kind);
  return made;
}
