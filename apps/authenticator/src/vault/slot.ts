/** The vault's lock: what is kept of it, and how a biometric or a PIN opens its two keys. */
import type { BiometricFailure, BiometricSlot } from "./biometric.ts";
import { askBiometric, setUpBiometric } from "./biometric.ts";
import { pinHashCost, pinSecret } from "./pin.ts";
import type { PinHash } from "./pin-hash.ts";
import { randomBytes, type Sealed, unwrapCodesKey, unwrapSealingKey, wrap, wrappingKey } from "./sealing.ts";

type Wrapped = { readonly codesKey: Sealed; readonly sealingKey: Sealed };

export type Slot =
  | ({ readonly kind: "pin"; readonly hash: PinHash } & Wrapped)
  | ({ readonly kind: "biometric"; readonly biometric: BiometricSlot } & Wrapped);

/** Extractable only while a slot is made. */
export type SlotKeys = { readonly codesKey: CryptoKey; readonly sealingKey: CryptoKey };

const info = { codes: "holdfast vault codes v1", keys: "holdfast vault keys v1" } as const;

export async function newPinSlot(pin: string, keys: SlotKeys): Promise<Slot> {
  const hash: PinHash = { salt: randomBytes(16), ...pinHashCost };
  const secret = await pinSecret(pin, hash);
  return { kind: "pin", hash, ...(await wrapped(keys, secret, secret)) };
}

export async function newBiometricSlot(
  keys: SlotKeys,
): Promise<{ readonly kind: "ok"; readonly slot: Slot } | BiometricFailure> {
  const made = await setUpBiometric();
  if (made.kind === "refused") return made;
  const { slot: biometric, secrets } = made;
  return {
    kind: "ok",
    slot: { kind: "biometric", biometric, ...(await wrapped(keys, secrets.codes, secrets.keys)) },
  };
}

/** Both keys, because the PIN opens both; null: a wrong PIN. */
export async function openByPin(slot: Extract<Slot, { kind: "pin" }>, pin: string): Promise<SlotKeys | null> {
  const secret = await pinSecret(pin, slot.hash);
  try {
    return {
      codesKey: await unwrapCodesKey(slot.codesKey, await wrappingKey(secret, info.codes)),
      sealingKey: await unwrapSealingKey(slot.sealingKey, await wrappingKey(secret, info.keys)),
    };
  } catch (error) {
    // AES-GCM's tag does not fit: another PIN made another key.
    if (error instanceof DOMException && error.name === "OperationError") return null;
    throw error;
  }
}

/** The codes alone: what asks anew for each approval stays closed. */
export async function openCodesByBiometric(
  slot: Extract<Slot, { kind: "biometric" }>,
): Promise<{ readonly kind: "ok"; readonly codesKey: CryptoKey } | BiometricFailure> {
  const answer = await askBiometric(slot.biometric, ["codes"], randomBytes(32));
  if (answer.kind === "refused") return answer;
  const [secret] = answer.secrets as [Uint8Array<ArrayBuffer>];
  return { kind: "ok", codesKey: await unwrapCodesKey(slot.codesKey, await wrappingKey(secret, info.codes)) };
}

export async function openKeysByBiometric(
  slot: Extract<Slot, { kind: "biometric" }>,
  challenge: Uint8Array<ArrayBuffer>,
): Promise<
  | { readonly kind: "ok"; readonly sealingKey: CryptoKey; readonly assertion: AuthenticationResponseJSON }
  | BiometricFailure
> {
  const answer = await askBiometric(slot.biometric, ["keys"], challenge);
  if (answer.kind === "refused") return answer;
  const [secret] = answer.secrets as [Uint8Array<ArrayBuffer>];
  const sealingKey = await unwrapSealingKey(slot.sealingKey, await wrappingKey(secret, info.keys));
  return { kind: "ok", sealingKey, assertion: answer.assertion };
}

/** To put another lock in its place. */
export async function openBothByBiometric(
  slot: Extract<Slot, { kind: "biometric" }>,
): Promise<{ readonly kind: "ok"; readonly keys: SlotKeys } | BiometricFailure> {
  const answer = await askBiometric(slot.biometric, ["codes", "keys"], randomBytes(32));
  if (answer.kind === "refused") return answer;
  const [codes, keys] = answer.secrets as [Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>];
  return {
    kind: "ok",
    keys: {
      codesKey: await unwrapCodesKey(slot.codesKey, await wrappingKey(codes, info.codes)),
      sealingKey: await unwrapSealingKey(slot.sealingKey, await wrappingKey(keys, info.keys)),
    },
  };
}

async function wrapped(
  { codesKey, sealingKey }: SlotKeys,
  codesSecret: Uint8Array<ArrayBuffer>,
  keysSecret: Uint8Array<ArrayBuffer>,
): Promise<Wrapped> {
  return {
    codesKey: await wrap("raw", codesKey, await wrappingKey(codesSecret, info.codes), "codes key"),
    sealingKey: await wrap("pkcs8", sealingKey, await wrappingKey(keysSecret, info.keys), "sealing key"),
  };
}
