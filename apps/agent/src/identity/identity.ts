import type { KeyPair } from "@holdfast/envelope/keys";
import { exportPrivateKey, importDeviceKey } from "@holdfast/envelope/keys";
import type { DurableFiles } from "@holdfast/offline-store/types";
import { enrolmentKeysFile, identityFile } from "@holdfast/protocol/agent-files";
import type { PublicKey, SigningPublicKey } from "@holdfast/protocol/primitives";

export type DeviceKeys = {
  /** Signs requests (DPoP). */
  readonly deviceKey: KeyPair<PublicKey>;
  /** Opens what the server encrypts to this endpoint. */
  readonly encryptionKey: KeyPair<PublicKey>;
};

/** Who this endpoint is: made by enrolment and never changed after. */
export type Identity = DeviceKeys & {
  readonly endpointId: string;
  readonly name: string;
  readonly site: string;
  readonly rootKey: SigningPublicKey;
};

const identityName = "identity.json";
const pendingName = "enrolment-keys.json";

/** Null: not enrolled. @throws where the file is there and cannot be understood: then nothing may be guessed. */
export async function readIdentity(files: DurableFiles): Promise<Identity | null> {
  const content = await files.read(identityName);
  if (content === null) return null;
  const parsed = identityFile.safeParse(json(content));
  if (!parsed.success) throw new Error(`${identityName} in the state directory is damaged`);
  const { endpointId, name, site, rootKey } = parsed.data;
  return { endpointId, name, site, rootKey, ...(await keysOf(parsed.data, identityName)) };
}

/** Ends enrolment: from here on this endpoint is enrolled. */
export async function writeIdentity(
  files: DurableFiles,
  identity: Omit<Identity, keyof DeviceKeys>,
): Promise<void> {
  const pending = await files.read(pendingName);
  const keys = enrolmentKeysFile.parse(pending === null ? null : json(pending));
  await files.write(identityName, text({ ...identity, ...keys, version: 1 }));
  await files.remove(pendingName);
}

/** This machine is no endpoint any more, until it is enrolled again. */
export function removeIdentity(files: DurableFiles): Promise<void> {
  return files.remove(identityName);
}

/**
 * The keys for an enrolment. They are kept before the code is used, so that a try whose answer was lost can be repeated
 * by the same endpoint.
 */
export async function keysForEnrolment(
  files: DurableFiles,
  generate: () => Promise<DeviceKeys>,
): Promise<DeviceKeys> {
  const kept = await files.read(pendingName);
  const parsed = kept === null ? null : enrolmentKeysFile.safeParse(json(kept));
  if (parsed?.success) return keysOf(parsed.data, pendingName);
  const made = await generate();
  const content = text({
    version: 1,
    deviceKey: Buffer.from(await exportPrivateKey(made.deviceKey.privateKey)).toString("base64url"),
    encryptionKey: Buffer.from(await exportPrivateKey(made.encryptionKey.privateKey)).toString("base64url"),
  });
  await files.write(pendingName, content);
  content.fill(0);
  // Read back: the keys in use are the stored ones, and cannot leave WebCrypto again.
  return keysForEnrolment(files, generate);
}

/** They stand for another endpoint at the server: the next enrolment makes new ones. */
export function dropEnrolmentKeys(files: DurableFiles): Promise<void> {
  return files.remove(pendingName);
}

async function keysOf(
  stored: { readonly deviceKey: string; readonly encryptionKey: string },
  file: string,
): Promise<DeviceKeys> {
  const deviceKey = await importDeviceKey(Buffer.from(stored.deviceKey, "base64url"), "sign-requests");
  const encryptionKey = await importDeviceKey(Buffer.from(stored.encryptionKey, "base64url"), "decrypt");
  if (deviceKey === null || encryptionKey === null)
    throw new Error(`a key in ${file} in the state directory is damaged`);
  return { deviceKey, encryptionKey };
}

function json(content: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(content).toString("utf8"));
  } catch {
    return undefined;
  }
}

function text(value: unknown): Uint8Array {
  return Buffer.from(`${JSON.stringify(value, null, 2)}\n`, "utf8");
}
