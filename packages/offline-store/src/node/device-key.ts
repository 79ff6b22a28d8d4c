import { createHmac, randomBytes } from "node:crypto";
import { mkdir, readFile, stat } from "node:fs/promises";
import { basename, dirname } from "node:path";
import type { DeviceHmac } from "../types.ts";
import { replace } from "./durable-files.ts";

const keyLength = 32;

/**
 * The machine's HMAC key in a file that only its owner may read; made where there is none. It protects nothing against
 * somebody who has the disk: then only the users' own secrets do (SECURITY §1). A TPM takes its place behind the same
 * port.
 */
export async function fileDeviceHmac(path: string): Promise<DeviceHmac> {
  const key = await readOrMake(path);
  return {
    protection: "file",
    hmac: async (message) => new Uint8Array(createHmac("sha256", key).update(message).digest()),
  };
}

async function readOrMake(path: string): Promise<Uint8Array> {
  const found = await stat(path).catch((fault: unknown) => {
    if (fault instanceof Error && "code" in fault && fault.code === "ENOENT") return null;
    throw fault;
  });
  if (!found) {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    await replace(dirname(path), basename(path), randomBytes(keyLength));
  } else if ((found.mode & 0o077) !== 0 || found.uid !== process.getuid?.()) {
    throw new Error(
      `offline store: ${path} must belong to the service and be closed to everybody else (chmod 600)`,
    );
  }
  const key = await readFile(path);
  if (key.length !== keyLength) throw new Error(`offline store: ${path} does not hold a device key`);
  return key;
}
