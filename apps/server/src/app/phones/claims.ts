import { fromBase64url } from "@holdfast/core/encoding/base64url";
import { isUsableChallengeKey } from "@holdfast/core/registration/challenge-key";
import { deviceIdOfKey } from "@holdfast/core/registration/device-id";
import { biometricChallenge, pairingDigits } from "@holdfast/core/registration/pairing-digits";
import type { RegistrationAnswer } from "@holdfast/core/registration/registration";
import { stepRegistration } from "@holdfast/core/registration/registration";
import { isPublicKey, thumbprint as thumbprintOf } from "@holdfast/envelope/keys";
import type {
  PhoneClaim,
  PhoneClaimAnswer,
  PhoneCompletion,
  PhoneFinish,
} from "@holdfast/protocol/phone-api";
import type { PhoneBiometric, PhoneRegistrationRow, PhoneRow } from "../../store/phones-store.ts";
import type { Actor } from "../actor.ts";
import { report } from "../audit.ts";
import { registeredPasskey } from "../authenticators/passkeys.ts";
import { goOn } from "../me/own-authenticators.ts";
import type { Outcome, Refused } from "../outcome.ts";
import { invalid, notFound, ok, refused } from "../outcome.ts";
import type { AppPorts } from "../ports.ts";
import { newId } from "../ports.ts";
import { readinessOf } from "../push/users.ts";
import { changeWithRevocations } from "../revocations.ts";
import { tellOfMethod } from "../senders/notices.ts";
import { settingsOf } from "../settings.ts";
import { biometricAfter } from "./biometric.ts";
import { nothingKept } from "./ending.ts";
import { ordersFor, putInForce } from "./put-in-force.ts";
import { hashOf } from "./registrations.ts";
import { openStaged, type Staged, stagedConfiguration, stagedPurpose } from "./staged.ts";
import { codeKinds, newSeeds } from "./tokens-of-phone.ts";

/** What the phone itself asks during its online registration; the proof's key says which phone it is. */

export async function claimRegistration(
  ports: AppPorts,
  thumbprint: string,
  id: string,
  claim: PhoneClaim,
): Promise<Outcome<PhoneClaimAnswer>> {
  // A stranger has nothing verified who does not even know a registration.
  if ((await ports.store.read((tx) => tx.phones.registrations.get(id))) === null) return unknownCode;
  const keys = await checkedKeys(ports, thumbprint, id, claim);
  if (keys.kind === "refused") return keys;
  const { token, requestKey, approvalKey, challengeKey, phoneName, appVersion } = claim;
  const fresh = ports.entropy(16);
  return ports.store.transaction(async (tx) => {
    const row = await tx.phones.registrations.get(id);
    if (row === null) return unknownCode;
    const transcript = { registrationId: id, token, requestKey, approvalKey, challengeKey };
    const digits = pairingDigits(fresh, transcript);
    const event = {
      on: "claim",
      tokenHash: hashOf(token),
      claim: { thumbprint, digits, phoneName },
    } as const;
    const { next, answer } = stepRegistration(row.decision, event, tx.now());
    const first = answer.kind === "claimed" && !answer.again;
    const nonce = Buffer.from(fresh).toString("base64url");
    const brought = { requestKey, approvalKey, challengeKey, phoneName, appVersion, nonce };
    const kept = { ...row, decision: next, claim: first ? { ...brought, biometric: keys.value } : row.claim };
    await tx.phones.registrations.update(kept);
    if (answer.kind !== "claimed") {
      await report(tx, phoneActor(row, null), "phone-registration-refused", {
        userId: row.userId,
        outcome: "refused",
        reason: answer.kind === "refused" ? answer.reason : answer.kind,
        detail: { registrationId: id, phoneName },
      });
      return answer.kind === "done" ? anotherPhone : refusalOf(answer);
    }
    if (first)
      await report(tx, phoneActor(row, null), "phone-registration-claimed", {
        userId: row.userId,
        detail: { registrationId: id, phoneName },
      });
    const user = await tx.users.get(row.userId);
    if (user === null || kept.claim === null) return unknownCode;
    const before = row.phoneId === null ? null : await tx.phones.get(row.phoneId);
    return ok({
      registrationId: id,
      kind: next.kind,
      phoneId: row.phoneId,
      registeredBy: before?.registrationId ?? null,
      enterprise: (await settingsOf(ports, tx)).productName,
      account: user.name,
      nonce: kept.claim.nonce,
      digits: answer.claim.digits,
      expiresAtMs: next.expiresAtMs,
    });
  });
}

/** Once the person has compared the digits, the phone gets everything it needs; until `finish` none of it counts. */
export function completeRegistration(
  ports: AppPorts,
  thumbprint: string,
  id: string,
): Promise<Outcome<PhoneCompletion>> {
  const [phoneId, now] = [newId(ports, "phn"), () => ports.clock.now()];
  return ports.store.transaction(async (tx) => {
    const row = await tx.phones.registrations.get(id);
    if (row === null) return unknownCode;
    const { next, answer } = stepRegistration(row.decision, { on: "complete", thumbprint }, now());
    const { expiresAtMs } = next;
    switch (answer.kind) {
      case "waiting":
        return ok({ state: "waiting", expiresAtMs });
      case "done":
        return ok({ state: "done", phoneId: answer.phoneId });
      case "ended":
        await tx.phones.registrations.update({ ...row, decision: next, ...nothingKept });
        return ok({ state: "ended", why: answer.why });
      case "hand-out": {
        const before = row.phoneId === null ? null : await tx.phones.get(row.phoneId);
        const staged: Staged = openStaged(ports, row) ?? {
          phoneId: before?.id ?? phoneId,
          deviceId: before?.deviceId ?? deviceIdOfKey(fromBase64url(thumbprint) ?? new Uint8Array()),
          label: before?.label ?? row.label ?? row.claim?.phoneName ?? "Phone",
          types: row.types,
          seeds: newSeeds(ports, row.types),
        };
        const text = Buffer.from(JSON.stringify(staged));
        const sealedStaged = row.sealedStaged ?? ports.secrets.sealTicket(stagedPurpose(id), text);
        await tx.phones.registrations.update({ ...row, decision: next, sealedStaged });
        const configuration = await stagedConfiguration(ports, tx, row.userId, staged);
        return ok({ state: "ready", configuration, expiresAtMs });
      }
      default:
        return refusalOf(answer);
    }
  });
}

/** The phone has stored what it was given. Repeated for ever with the same answer: the first may have been lost. */
export async function finishRegistration(
  ports: AppPorts,
  thumbprint: string,
  id: string,
): Promise<Outcome<PhoneFinish>> {
  const read = await ports.store.read(async (tx) => ({
    row: await tx.phones.registrations.get(id),
    phone: await tx.phones.byThumbprint(thumbprint),
  }));
  // Long after, when the registration itself is forgotten.
  if (read.phone?.registrationId === id) return ok({ state: "done", phoneId: read.phone.id });
  if (read.row === null) return unknownCode;
  const { userId } = read.row;
  const order = await ordersFor(ports, read.row.phoneId);
  const finished = await changeWithRevocations(ports, userId, order, async (tx, queue) => {
    const row = await tx.phones.registrations.get(id);
    if (row === null) return unknownCode;
    const staged = openStaged(ports, row);
    const before = row.phoneId === null ? null : await tx.phones.get(row.phoneId);
    // Whatever it was to take the place of is gone, or its person is stopped: he would go on by it one day.
    const gone = row.phoneId !== null && (before === null || before.status === "revoked");
    const stopped = (await tx.users.get(userId))?.status !== "active";
    const step =
      gone || stopped
        ? stepRegistration(row.decision, { on: "end", why: stopped ? "user-stopped" : "cancelled" }, tx.now())
        : stepRegistration(
            row.decision,
            { on: "finish", thumbprint, phoneId: staged?.phoneId ?? "" },
            tx.now(),
          );
    const { next, answer } = step;
    switch (answer.kind) {
      case "done":
        return ok({ finish: { state: "done", phoneId: answer.phoneId } as const, phone: null, row });
      case "ended":
        await tx.phones.registrations.update({ ...row, decision: next, ...nothingKept });
        return ok({ finish: { state: "ended", why: answer.why } as const, phone: null, row });
      case "switch": {
        if (staged === null || row.claim === null)
          throw new Error("a registration finished without its keys");
        const phone = phoneOf(row, staged, thumbprint, before, tx.now());
        const actor = phoneActor(row, phone.id);
        await putInForce(ports, tx, actor, { before, phone, seeds: staged.seeds });
        await tx.phones.registrations.update({ ...row, decision: next, phoneId: phone.id, ...nothingKept });
        await queue(actor);
        return ok({ finish: { state: "done", phoneId: phone.id } as const, phone, row });
      }
      default:
        return refusalOf(answer);
    }
  });
  if (finished.kind === "refused") return finished;
  const { finish, phone, row } = finished.value;
  if (phone !== null) {
    // What the old keys opened is over.
    ports.phones.drop([phone.id]);
    tellOfMethod(ports, row.userId, "added", "phone");
    const self = { userId, actor: phoneActor(row, phone.id), sessionId: row.sessionId };
    for (const kind of codeKinds) if (phone.types.includes(kind)) await goOn(ports, self, kind);
    // A phone that nobody may ask is no second factor.
    const asked = await ports.store.read((tx) => readinessOf(tx, row.userId));
    if (asked.kind === "ready" && asked.phoneIds.includes(phone.id)) await goOn(ports, self, "push");
  }
  return ok(finish);
}

function phoneOf(
  { id: registrationId, userId, claim }: PhoneRegistrationRow,
  { phoneId, deviceId, label, types }: Staged,
  requestKeyThumbprint: string,
  before: PhoneRow | null,
  nowMs: number,
): PhoneRow {
  if (claim === null) throw new Error("a phone without keys");
  const { requestKey, approvalKey, challengeKey, biometric, phoneName, appVersion } = claim;
  return {
    ...{ id: phoneId, userId, label, deviceId, types, registrationId, requestKeyThumbprint },
    ...{ requestKey, approvalKey, challengeKey, biometric, phoneName, appVersion },
    mode: "online",
    status: "enabled",
    createdAtMs: before?.createdAtMs ?? nowMs,
    lastSyncMs: nowMs,
  };
}

/** A phone acts for its person; who registers one is not yet a phone of anybody. */
export function phoneActor({ userId }: { readonly userId: string }, phoneId: string | null): Actor {
  return { name: phoneId === null ? "phone" : `phone:${phoneId}`, principal: { kind: "person", userId } };
}

/** What guards the keys, where they are keys that can be used. */
async function checkedKeys(
  ports: AppPorts,
  thumbprint: string,
  registrationId: string,
  { token, requestKey, approvalKey, challengeKey, biometric: told }: PhoneClaim,
): Promise<Outcome<PhoneBiometric | null>> {
  if ((await thumbprintOf(requestKey)) !== thumbprint)
    return invalid("requestKey", "The request is not signed by this key.");
  if (approvalKey.x === requestKey.x || !(await isPublicKey(approvalKey)))
    return invalid("approvalKey", "This is no key of its own on the curve P-256.");
  const challenge = fromBase64url(challengeKey);
  if (challenge === null || !isUsableChallengeKey(challenge))
    return invalid(
      "challengeKey",
      "This X25519 key would make a secret that everybody knows (RFC 7748 §6.1).",
    );
  if (told === null) return ok(null);
  const party = ports.relyingParty("authenticator");
  // Made when the app was set up, for a challenge of its own: what counts is that it answers this claim, with its user there.
  const registered = party && (await registeredPasskey(party, null, told.credential));
  if (registered === null)
    return invalid("biometric", "This is no credential of this app that verifies its user.");
  const { credentialId, data } = registered;
  const { publicKey, counter, relyingPartyId } = data;
  const biometric = { credentialId, publicKey, counter, relyingPartyId };
  const transcript = { registrationId, token, requestKey, approvalKey, challengeKey };
  const answered = await biometricAfter(ports, biometric, biometricChallenge(transcript), told.assertion);
  return answered === null
    ? invalid("biometric", "The phone’s biometric did not answer for this registration.")
    : ok(answered);
}

const unknownCode = notFound("registration");
const anotherPhone = refused(
  "conflict",
  "Another phone scanned this code first. Ask for a new QR code, and remove the other phone if it is not yours.",
);

function refusalOf(answer: RegistrationAnswer): Refused {
  if (answer.kind === "ended")
    return refused("conflict", `This registration is over: ${endText[answer.why]}.`);
  if (answer.kind !== "refused") return unknownCode;
  switch (answer.reason) {
    case "another-phone":
      return anotherPhone;
    case "not-this-code":
    case "not-this-way":
      return unknownCode;
    default:
      return refused("conflict", "This registration is not as far yet.");
  }
}

const endText = {
  expired: "its time is up",
  cancelled: "it was cancelled at the portal",
  "digits-differ": "the digits were not the same",
  "wrong-device-id": "a wrong Device ID was typed three times",
  replaced: "another one was begun",
  "user-stopped": "the user was locked or a device was reported stolen",
  restored: "the server was restored from a backup",
} as const;
