import { scrypt as scryptByCallback } from "node:crypto";
import { promisify } from "node:util";
import type { ReadDeviceId } from "@holdfast/core/registration/device-id";
import type { Scrypt } from "@holdfast/core/registration/offline-keys";
import { offlineKey, offlineSecret, shownDeviceId } from "@holdfast/core/registration/offline-keys";
import { stepRegistration } from "@holdfast/core/registration/registration";
import { x25519PublicOf } from "@holdfast/envelope/x25519";
import type { PhoneRegistrationRow, PhoneRow } from "../../store/phones-store.ts";
import { report } from "../audit.ts";
import { goOn } from "../me/own-authenticators.ts";
import type { Self } from "../me/self.ts";
import type { Outcome } from "../outcome.ts";
import { ok, refused } from "../outcome.ts";
import type { AppPorts } from "../ports.ts";
import { newId } from "../ports.ts";
import { changeWithRevocations } from "../revocations.ts";
import { tellOfMethod } from "../senders/notices.ts";
import { nothingKept } from "./ending.ts";
import { ordersFor, putInForce } from "./put-in-force.ts";
import { codeKinds, codeShape, type NewSeed, seedOf } from "./tokens-of-phone.ts";

/** The Device ID was typed: right, the phone counts from now on; wrong, one try is gone. */
export async function registerOffline(
  ports: AppPorts,
  self: Self,
  read: PhoneRegistrationRow,
  seed: Uint8Array,
  typed: ReadDeviceId,
): Promise<Outcome<null>> {
  const phoneId = read.phoneId ?? newId(ports, "phn");
  const made = typed.kind === "ok" ? await keysOf(ports, read, seed, typed.drawn) : null;
  const order = await ordersFor(ports, read.phoneId);
  const outcome = await changeWithRevocations(ports, self.userId, order, async (tx, queue) => {
    const row = await tx.phones.registrations.get(read.id);
    // Somebody else typed meanwhile.
    if (row?.version !== read.version)
      return refused("conflict", "This registration changed meanwhile; type the Device ID again.");
    const event = { on: "device-id", right: made !== null, phoneId } as const;
    const { next, answer } = stepRegistration(row.decision, event, tx.now());
    const over = answer.kind !== "wrong-device-id";
    await tx.phones.registrations.update({
      ...row,
      decision: next,
      phoneId: answer.kind === "register" ? phoneId : row.phoneId,
      ...(over ? nothingKept : {}),
    });
    if (answer.kind === "wrong-device-id" || answer.kind === "ended") {
      await report(tx, self.actor, "phone-registration-refused", {
        userId: self.userId,
        outcome: "refused",
        reason: "wrong-device-id",
        detail: { registrationId: row.id, ended: over },
      });
      return refused(
        "conflict",
        answer.kind === "ended"
          ? "This is not the Device ID that the phone shows for this QR code. Three tries are used up: begin again with a new QR code."
          : `This is not the Device ID that the phone shows for this QR code. ${triesText(answer.triesLeft)}`,
      );
    }
    if (answer.kind !== "register" || made === null) return ok(null);
    const before = row.phoneId === null ? null : await tx.phones.get(row.phoneId);
    const phone: PhoneRow = {
      id: phoneId,
      userId: row.userId,
      label: before?.label ?? row.label ?? `Phone ${(await tx.phones.ofUser(row.userId)).length + 1}`,
      mode: "offline",
      deviceId: made.deviceId,
      types: row.types,
      status: "enabled",
      requestKeyThumbprint: null,
      requestKey: null,
      approvalKey: null,
      challengeKey: made.challengeKey,
      biometric: null,
      phoneName: null,
      appVersion: null,
      registrationId: row.id,
      createdAtMs: before?.createdAtMs ?? tx.now(),
      lastSyncMs: null,
    };
    await putInForce(ports, tx, self.actor, { before, phone, seeds: made.seeds });
    await queue(self.actor);
    return ok({ phone });
  });
  if (outcome.kind === "refused" || outcome.value === null)
    return outcome.kind === "refused" ? outcome : ok(null);
  const { phone } = outcome.value;
  ports.phones.drop([phone.id]);
  tellOfMethod(ports, phone.userId, "added", "phone");
  for (const kind of codeKinds) if (phone.types.includes(kind)) await goOn(ports, self, kind);
  return ok(null);
}

function triesText(left: number): string {
  return left === 1 ? "One try is left." : `${left} tries are left.`;
}

/** What the phone made of the same bytes. Of the X25519 key only the public half is kept. */
async function keysOf(
  ports: AppPorts,
  { id, types }: PhoneRegistrationRow,
  seed: Uint8Array,
  drawn: Uint8Array,
): Promise<{ seeds: NewSeed[]; challengeKey: string | null; deviceId: string }> {
  const { algorithm } = codeShape;
  const secret = await offlineSecret(seed, id, drawn, scrypt);
  const seeds = codeKinds
    .filter((kind) => types.includes(kind))
    .map((kind) => seedOf(ports, kind, offlineKey(secret, kind, algorithm)));
  const answers = types.includes("qr-challenge");
  const key = offlineKey(secret, "qr challenge", algorithm);
  const challengeKey = answers ? await x25519PublicOf(key) : null;
  const deviceId = shownDeviceId(secret);
  key.fill(0);
  secret.fill(0);
  return { seeds, challengeKey, deviceId };
}

const inThreadPool = promisify<Buffer, Uint8Array, number, object, Buffer>(scryptByCallback);
/** Off the event loop; it needs 32 MiB, which is what the runtime allows at most unless told. */
const scrypt: Scrypt = (password, salt, { dkLen, ...cost }) =>
  inThreadPool(Buffer.from(password), salt, dkLen, { ...cost, maxmem: 64 * 1024 * 1024 });
