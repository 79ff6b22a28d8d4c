import { randomBytes } from "node:crypto";
import { describe, expect, test } from "vitest";
import type { BackupSecret } from "./container.ts";
import { backupMadeAt, decryptBackup, encryptBackup } from "./container.ts";

const key: BackupSecret = { kind: "key-file", key: `${randomBytes(32).toString("base64url")}\n` };
const chunk = 65_536 + 16;

async function sealed(content: Uint8Array, secret = key): Promise<Buffer> {
  return joined(encryptBackup(inParts(content, 10_000), secret, 1_700_000_000_000));
}
async function opened(file: Uint8Array, secret = key, partBytes = 7_001): Promise<Buffer> {
  return joined(decryptBackup(inParts(file, partBytes), secret));
}
async function* inParts(content: Uint8Array, bytes: number) {
  for (let from = 0; from < content.length; from += bytes) yield content.subarray(from, from + bytes);
}
async function joined(parts: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const all: Uint8Array[] = [];
  for await (const part of parts) all.push(part);
  return Buffer.concat(all);
}
const headOf = (file: Buffer) => file.indexOf("\n", file.indexOf("\n") + 1) + 1;

describe("the file of a backup", () => {
  test.each([0, 1, 65_535, 65_536, 65_537, 131_072, 200_000])(
    "of %i bytes comes back whole",
    async (bytes) => {
      const content = randomBytes(bytes);
      const file = await sealed(content);
      expect((await opened(file)).equals(content)).toBe(true);
      expect((await opened(file, key, 1_000_000)).equals(content)).toBe(true);
      expect(backupMadeAt(file)).toBe(1_700_000_000_000);
    },
  );

  test("cut off anywhere it is refused", async () => {
    const file = await sealed(randomBytes(200_000));
    const head = headOf(file);
    for (const at of [
      0,
      5,
      head - 1,
      head,
      head + 1,
      head + chunk,
      head + 2 * chunk,
      head + 3 * chunk,
      file.length - 1,
    ])
      await expect(opened(file.subarray(0, at)), `${at}`).rejects.toThrow(/cut off|no Holdfast backup/);
  });

  test("chunks cannot be left out, repeated or exchanged, and no byte changed", async () => {
    const file = await sealed(randomBytes(200_000));
    const head = headOf(file);
    const [a, b] = [file.subarray(head, head + chunk), file.subarray(head + chunk, head + 2 * chunk)];
    const [start, rest] = [file.subarray(0, head), file.subarray(head + 2 * chunk)];
    for (const forged of [
      [start, b, rest],
      [start, b, a, rest],
      [start, a, a, b, rest],
    ])
      await expect(opened(Buffer.concat(forged))).rejects.toThrow(/damaged/);
    for (let at = 0; at < file.length; at += 1499) {
      const changed = Buffer.from(file);
      changed[at] = (changed[at] ?? 0) ^ 1;
      await expect(opened(changed), `${at}`).rejects.toThrow(/damaged|not the backup's|no Holdfast backup/);
    }
  });

  test("opens with its passphrase alone", async () => {
    const passphrase: BackupSecret = { kind: "passphrase", passphrase: "Zürich, in Blüte" };
    const file = await sealed(Buffer.from("content"), passphrase);
    expect((await opened(file, passphrase)).toString()).toBe("content");
    // As another keyboard writes the same letters.
    const decomposed = { ...passphrase, passphrase: passphrase.passphrase.normalize("NFD") };
    expect((await opened(file, decomposed)).toString()).toBe("content");
    await expect(opened(file, { ...passphrase, passphrase: "else" })).rejects.toThrow(
      /not the backup's passphrase/,
    );
    await expect(opened(file, key)).rejects.toThrow(/opens with a passphrase/);
    expect(file.includes("content")).toBe(false);
  });

  test("asks for no more memory than a machine has", async () => {
    const file = (await sealed(Buffer.from("x"), { kind: "passphrase", passphrase: "p" })).toString("latin1");
    const greedy = Buffer.from(file.replace('"memoryKib":65536', '"memoryKib":99999999'), "latin1");
    await expect(opened(greedy, { kind: "passphrase", passphrase: "p" })).rejects.toThrow(
      /no Holdfast backup/,
    );
  });
});
