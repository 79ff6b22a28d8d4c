import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  hkdfSync,
  randomBytes,
  timingSafeEqual,
} from "node:crypto";
import { type Algorithm, hashRaw } from "@node-rs/argon2";
import { z } from "zod";

/**
 * The encrypted file of a backup (docs/decisions/0006). Two lines of text, then the content in chunks:
 *
 *   holdfast-backup/1
 *   {"madeAtMs":…,"key":{"kind":"passphrase","memoryKib":65536,"passes":3,"lanes":1,"salt":…}} SP mac
 *   chunk chunk … last chunk
 *
 * secret     = Argon2id(passphrase, salt), or the bytes of the key file
 * key, macKey = HKDF-SHA-256(secret, salt, "holdfast backup v1 content" | "… header")
 * mac        = HMAC-SHA-256(macKey, first line ‖ the second up to its space)
 * chunk      = AES-256-GCM(key, nonce = 11 bytes of counter ‖ 1 byte: 1 for the last, else 0) of 64 KiB, the last shorter
 *
 * That is the STREAM construction, as age has it: no chunk can be left out, repeated, moved, or cut off at the end.
 */
export type BackupSecret =
  | { readonly kind: "passphrase"; readonly passphrase: string }
  | { readonly kind: "key-file"; readonly key: string };

export class BackupUnreadable extends Error {
  override readonly name = "BackupUnreadable";
}

const mark = "holdfast-backup/1";
const chunkBytes = 65_536;
const tagBytes = 16;
const longestHead = 4096;
const salt = z.string().regex(/^[A-Za-z0-9_-]{22}$/);
const head = z.strictObject({
  madeAtMs: z.number().int().nonnegative(),
  key: z.discriminatedUnion("kind", [
    z.strictObject({
      kind: z.literal("passphrase"),
      // Somebody else's file must not cost all of this machine's memory.
      memoryKib: z.number().int().min(8192).max(1_048_576),
      passes: z.number().int().min(1).max(10),
      lanes: z.literal(1),
      salt,
    }),
    z.strictObject({ kind: z.literal("key-file"), salt }),
  ]),
});
type Head = z.infer<typeof head>;

export async function* encryptBackup(
  content: AsyncIterable<Uint8Array>,
  secret: BackupSecret,
  madeAtMs: number,
): AsyncGenerator<Uint8Array> {
  const saltText = randomBytes(16).toString("base64url");
  const key: Head["key"] =
    secret.kind === "passphrase"
      ? { kind: "passphrase", memoryKib: 65_536, passes: 3, lanes: 1, salt: saltText }
      : { kind: "key-file", salt: saltText };
  const keys = await keysOf(secret, key);
  const signed = `${mark}\n${JSON.stringify({ madeAtMs, key } satisfies Head)}`;
  yield Buffer.from(`${signed} ${macOf(keys.header, signed).toString("base64url")}\n`);
  let counter = 0;
  let held = Buffer.alloc(0);
  for await (const part of content) {
    held = held.length === 0 ? Buffer.from(part) : Buffer.concat([held, part]);
    // The last chunk is only known for one when nothing comes after it.
    while (held.length > chunkBytes) {
      yield seal(keys.content, counter, false, held.subarray(0, chunkBytes));
      counter += 1;
      held = held.subarray(chunkBytes);
    }
  }
  yield seal(keys.content, counter, true, held);
}

/** The content, chunk by chunk, each checked before it is given on; throws BackupUnreadable at the first that is not right. */
export async function* decryptBackup(
  file: AsyncIterable<Uint8Array>,
  secret: BackupSecret,
): AsyncGenerator<Uint8Array> {
  let held = Buffer.alloc(0);
  let keys: Awaited<ReturnType<typeof keysOf>> | null = null;
  let counter = 0;
  for await (const part of file) {
    held = held.length === 0 ? Buffer.from(part) : Buffer.concat([held, part]);
    if (keys === null) {
      const end = held.indexOf(0x0a, mark.length + 1);
      if (end === -1) {
        if (held.length > longestHead) throw notOne();
        continue;
      }
      keys = await openHead(held.subarray(0, end).toString("utf8"), secret);
      held = held.subarray(end + 1);
    }
    while (held.length > chunkBytes + tagBytes) {
      yield unseal(keys.content, counter, false, held.subarray(0, chunkBytes + tagBytes));
      counter += 1;
      held = held.subarray(chunkBytes + tagBytes);
    }
  }
  if (keys === null) throw notOne();
  if (held.length < tagBytes) throw cutOff();
  yield unseal(keys.content, counter, true, held);
}

/** When it was made, as the file says without its key. */
export function backupMadeAt(start: Uint8Array): number | null {
  const [first, second] = Buffer.from(start.subarray(0, longestHead)).toString("utf8").split("\n");
  const parsed = head.safeParse(jsonOf(second?.split(" ")[0] ?? ""));
  return first === mark && parsed.success ? parsed.data.madeAtMs : null;
}

async function openHead(text: string, secret: BackupSecret) {
  const space = text.lastIndexOf(" ");
  const [signed, mac] = [text.slice(0, space), text.slice(space + 1)];
  const [first, second] = signed.split("\n");
  const parsed = head.safeParse(jsonOf(second ?? ""));
  if (first !== mark || !parsed.success) throw notOne();
  const { key } = parsed.data;
  if (key.kind !== secret.kind)
    throw new BackupUnreadable(
      key.kind === "passphrase"
        ? "The backup opens with a passphrase, and a key file was given."
        : "The backup opens with a key file, and a passphrase was given.",
    );
  const keys = await keysOf(secret, key);
  const told = Buffer.from(mac, "base64url");
  const expected = macOf(keys.header, signed);
  if (told.length !== expected.length || !timingSafeEqual(told, expected))
    throw new BackupUnreadable(
      `This is not the backup's ${key.kind === "passphrase" ? "passphrase" : "key file"}.`,
    );
  return keys;
}

async function keysOf(secret: BackupSecret, key: Head["key"]) {
  const saltBytes = Buffer.from(key.salt, "base64url");
  const bytes =
    secret.kind === "passphrase" && key.kind === "passphrase"
      ? await hashRaw(secret.passphrase.normalize("NFKC"), {
          algorithm: 2 as Algorithm,
          memoryCost: key.memoryKib,
          timeCost: key.passes,
          parallelism: key.lanes,
          outputLen: 32,
          salt: saltBytes,
        })
      : Buffer.from(secret.kind === "key-file" ? secret.key.trim() : "", "utf8");
  const derive = (info: string) =>
    Buffer.from(hkdfSync("sha256", bytes, saltBytes, `holdfast backup v1 ${info}`, 32));
  return { content: derive("content"), header: derive("header") };
}

function macOf(key: Uint8Array, signed: string): Buffer {
  return createHmac("sha256", key).update(signed).digest();
}

function nonceOf(counter: number, last: boolean): Buffer {
  const nonce = Buffer.alloc(12);
  nonce.writeBigUInt64BE(BigInt(counter), 3);
  nonce[11] = last ? 1 : 0;
  return nonce;
}

function seal(key: Uint8Array, counter: number, last: boolean, chunk: Uint8Array): Buffer {
  const cipher = createCipheriv("aes-256-gcm", key, nonceOf(counter, last));
  return Buffer.concat([cipher.update(chunk), cipher.final(), cipher.getAuthTag()]);
}

function unseal(key: Uint8Array, counter: number, last: boolean, sealed: Uint8Array): Buffer {
  const decipher = createDecipheriv("aes-256-gcm", key, nonceOf(counter, last));
  decipher.setAuthTag(sealed.subarray(sealed.length - tagBytes));
  try {
    return Buffer.concat([decipher.update(sealed.subarray(0, sealed.length - tagBytes)), decipher.final()]);
  } catch {
    throw last
      ? cutOff()
      : new BackupUnreadable(
          `The backup is damaged ${counter * (chunkBytes + tagBytes)} bytes after its head.`,
        );
  }
}

function notOne(): BackupUnreadable {
  return new BackupUnreadable("This is no Holdfast backup of this version.");
}

function cutOff(): BackupUnreadable {
  return new BackupUnreadable("The backup is cut off or damaged at its end: it is not complete.");
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
