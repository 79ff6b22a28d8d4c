import { createHash } from "node:crypto";
import { readDeviceId } from "@holdfast/core/registration/device-id";
import { buildRegistrationLink } from "@holdfast/core/registration/link";
import type { Registration, RegistrationAnswer } from "@holdfast/core/registration/registration";
import { deviceIdTries, registrationMs, stepRegistration } from "@holdfast/core/registration/registration";
import type { PhoneType } from "@holdfast/protocol/phone-types";
import type {
  PhoneRegistration,
  PhoneRegistrationCreation,
  PhoneRegistrationView,
} from "@holdfast/protocol/phones-api";
import QRCode from "qrcode";
import type { PhoneRegistrationRow, PhoneRow } from "../../store/phones-store.ts";
import type { Transaction } from "../../store/store.ts";
import { report } from "../audit.ts";
import { refusedOneFactor } from "../me/own-authenticators.ts";
import type { Self } from "../me/self.ts";
import type { Outcome, Refused } from "../outcome.ts";
import { notFound, ok, refused } from "../outcome.ts";
import type { AppPorts } from "../ports.ts";
import { newId, newSecret } from "../ports.ts";
import { settingsOf } from "../settings.ts";
import { endRegistration, endRegistrations } from "./ending.ts";
import { registerOffline } from "./offline-registration.ts";
import { ownerForPhones } from "./rights.ts";
import { codeShape } from "./tokens-of-phone.ts";
import { phoneView } from "./view.ts";

/** What the person does at the portal, or in a terminal, to register a phone. */

export const mostPhones = 10;

/** A QR code in the mode of the moment (REG-12, REG-16); one that was begun before is void. */
export async function beginRegistration(
  ports: AppPorts,
  self: Self,
  request: PhoneRegistrationCreation,
): Promise<Outcome<PhoneRegistration>> {
  const origin = ports.phones.origin();
  if (origin === null)
    return refused("conflict", "The authenticator app is not served here; an administrator can set it up.");
  const oneFactor = await refusedOneFactor(ports, self);
  if (oneFactor) return oneFactor;
  const id = newId(ports, "reg");
  const token = newSecret(ports, 32);
  const seed = ports.entropy(32);
  const begun = await ports.store.transaction(async (tx) => {
    const owner = await ownerForPhones(tx, self.actor, self.userId);
    if (owner.kind === "refused") return owner;
    const of = await phoneOf(tx, self.userId, request);
    if (of.kind === "refused") return of;
    const settings = await settingsOf(ports, tx);
    const { onlineAccess, types: all } = settings.authenticatorApp;
    const mode = onlineAccess ? "online" : "offline";
    // Moving to another phone keeps what an administrator chose for this one.
    const wanted = of.value?.mode === "online" ? of.value.types : all;
    const types = onlineAccess ? wanted : withoutPush(wanted);
    if (types.length === 0)
      return refused("conflict", "Phones are registered without the network here, and then cannot do push.");
    await endRegistrations(tx, self.actor, self.userId, "replaced");
    const expiresAtMs = tx.now() + registrationMs;
    const common = { kind: request.kind, expiresAtMs, anotherPhoneTried: false, state: "waiting" } as const;
    const decision: Registration =
      mode === "online"
        ? { ...common, mode, tokenHash: hashOf(token) }
        : { ...common, mode, triesLeft: deviceIdTries };
    const row: PhoneRegistrationRow = {
      id,
      userId: self.userId,
      phoneId: of.value?.id ?? null,
      sessionId: self.sessionId,
      label: request.kind === "new" ? (request.label ?? null) : null,
      decision,
      types: [...types],
      sealedSeed: mode === "offline" ? ports.secrets.sealTicket(seedPurpose(id), Buffer.from(seed)) : null,
      claim: null,
      sealedStaged: null,
      version: 1,
      createdAtMs: tx.now(),
    };
    await tx.phones.registrations.insert(row);
    await report(tx, self.actor, "phone-registration-begun", {
      userId: self.userId,
      detail: { registrationId: id, kind: request.kind, mode, phoneId: row.phoneId },
    });
    const replaces = of.value && (of.value.mode === "online" ? of.value.id : of.value.registrationId);
    return ok({ row, account: owner.value.user.name, enterprise: settings.productName, replaces });
  });
  if (begun.kind === "refused") return begun;
  const { row, account, enterprise, replaces } = begun.value;
  const { mode, expiresAtMs } = row.decision;
  const common = { origin, registrationId: id, enterprise, account };
  const link = buildRegistrationLink(
    mode === "online"
      ? { ...common, kind: "online", token, expiresAtMs, purpose: request.kind, phoneId: row.phoneId }
      : { ...common, ...codeShape, kind: "offline", seed, types: row.types, replaces },
  );
  seed.fill(0);
  const options = { errorCorrectionLevel: "M", margin: 4 } as const;
  const [svg, terminal] = await Promise.all([
    QRCode.toString(link, { ...options, type: "svg" }),
    QRCode.toString(link, { ...options, margin: 2, errorCorrectionLevel: "L", type: "utf8" }),
  ]);
  return ok({ id, kind: request.kind, mode, phoneId: row.phoneId, expiresAtMs, link, qr: { svg, terminal } });
}

export function readRegistration(
  ports: AppPorts,
  self: Self,
  id: string,
): Promise<Outcome<PhoneRegistrationView>> {
  return ports.store.read(async (tx) => {
    const row = await own(tx, self, id);
    if (row.kind === "refused") return row;
    const { next } = stepRegistration(row.value.decision, { on: "look" }, tx.now());
    return ok(await view(tx, { ...row.value, decision: next }));
  });
}

/** The six digits are the same on both screens. */
export function confirmDigits(
  ports: AppPorts,
  self: Self,
  id: string,
  digits: string,
): Promise<Outcome<PhoneRegistrationView>> {
  return ports.store.transaction(async (tx) => {
    const found = await own(tx, self, id);
    if (found.kind === "refused") return found;
    const { next, answer } = stepRegistration(found.value.decision, { on: "confirm", digits }, tx.now());
    const row = { ...found.value, decision: next };
    await tx.phones.registrations.update(row);
    if (answer.kind === "refused") return refusedConfirmation(answer);
    await report(tx, self.actor, "phone-registration-confirmed", {
      userId: self.userId,
      detail: { registrationId: id, phoneName: row.claim?.phoneName ?? null },
    });
    return ok(await view(tx, row));
  });
}

export function endOwnRegistration(
  ports: AppPorts,
  self: Self,
  id: string,
  why: "cancelled" | "digits-differ",
): Promise<Outcome<PhoneRegistrationView>> {
  return ports.store.transaction(async (tx) => {
    const found = await own(tx, self, id);
    if (found.kind === "refused") return found;
    return ok(await view(tx, await endRegistration(tx, self.actor, found.value, why)));
  });
}

/** What the phone showed; three tries (REG-2). */
export async function enterDeviceId(
  ports: AppPorts,
  self: Self,
  id: string,
  typed: string,
): Promise<Outcome<PhoneRegistrationView>> {
  const found = await ports.store.read((tx) => own(tx, self, id));
  if (found.kind === "refused") return found;
  const { sealedSeed } = found.value;
  const seed = sealedSeed === null ? null : ports.secrets.openTicket(seedPurpose(id), sealedSeed);
  const { next, answer } = stepRegistration(found.value.decision, { on: "look" }, ports.clock.now());
  if (seed === null || next.state !== "waiting" || answer.kind !== "looked")
    return ports.store.read(async (tx) => ok(await view(tx, { ...found.value, decision: next })));
  const read = readDeviceId(seed, id, typed);
  if (read.kind === "refused" && read.reason === "form")
    return refused(
      "conflict",
      "A Device ID has twelve letters and digits, such as 7KQ4-MXW3-NA52. Look again.",
    );
  const registered = await registerOffline(ports, self, found.value, seed, read);
  seed.fill(0);
  if (registered.kind === "refused") return registered;
  return readRegistration(ports, self, id);
}

export function seedPurpose(id: string): string {
  return `phone registration ${id}`;
}

export function hashOf(token: string): string {
  return createHash("sha256").update(token).digest("base64url");
}

export function withoutPush(types: readonly PhoneType[]): PhoneType[] {
  return types.filter((type) => type !== "push");
}

async function phoneOf(
  tx: Transaction,
  userId: string,
  request: PhoneRegistrationCreation,
): Promise<Outcome<PhoneRow | null>> {
  if (request.kind === "rescan") {
    const phone = await tx.phones.get(request.phoneId);
    return phone?.userId === userId && phone.status !== "revoked" ? ok(phone) : notFound("phone");
  }
  return (await tx.phones.ofUser(userId)).length >= mostPhones
    ? refused("conflict", `${mostPhones} phones are the most that one user has; remove one first.`)
    : ok(null);
}

async function own(tx: Transaction, { userId }: Self, id: string): Promise<Outcome<PhoneRegistrationRow>> {
  const row = await tx.phones.registrations.get(id);
  return row?.userId === userId ? ok(row) : notFound("registration");
}

async function view(tx: Transaction, row: PhoneRegistrationRow): Promise<PhoneRegistrationView> {
  const { id, decision, phoneId } = row;
  const { kind, mode, expiresAtMs, anotherPhoneTried } = decision;
  const common = { id, kind, mode, phoneId, expiresAtMs, anotherPhoneTried };
  switch (decision.state) {
    case "waiting":
      return {
        ...common,
        state: "waiting",
        triesLeft: decision.mode === "offline" ? decision.triesLeft : null,
      };
    case "scanned": {
      const { digits, phoneName } = decision.claim;
      return { ...common, state: "scanned", digits, phoneName };
    }
    case "finishing":
      return { ...common, state: "finishing", phoneName: decision.claim.phoneName };
    case "done": {
      const phone = await tx.phones.get(decision.phoneId);
      return phone === null || phone.status === "revoked"
        ? { ...common, state: "ended", why: "cancelled" }
        : { ...common, state: "done", phone: phoneView(phone, tx.now()) };
    }
    case "ended":
      return { ...common, state: "ended", why: decision.why };
  }
}

function refusedConfirmation({ reason }: Extract<RegistrationAnswer, { kind: "refused" }>): Refused {
  return reason === "other-digits"
    ? refused("conflict", "The phone shows other digits by now; compare them again.")
    : refused("conflict", "No phone has scanned the QR code yet.");
}
