import { chmod, mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { loadMasterKeys, newMasterKey, writeMasterKeys } from "./master-key.ts";
import { createSecrets } from "./secrets.ts";

const bytes = (text: string) => new TextEncoder().encode(text);

describe("secrets at rest (DESIGN §5)", () => {
  test("come back as they were, for their own record only", () => {
    const secrets = createSecrets([newMasterKey()]);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.string({ maxLength: 20 }), (plaintext, id) => {
        const sealed = secrets.seal("token-secret", id, plaintext);
        expect(new Uint8Array(secrets.open("token-secret", id, sealed))).toEqual(plaintext);
        expect(() => secrets.open("token-secret", `${id}x`, sealed)).toThrow();
        expect(() => secrets.open("chain-key", id, sealed)).toThrow();
      }),
    );
  });

  test("are not opened once anything of them was changed", () => {
    const sealed = createSecrets([newMasterKey()]);
    const text = sealed.seal("setting", "a", bytes("secret"));
    fc.assert(
      fc.property(fc.nat(text.length - 1), fc.constantFrom(..."AZ09_-."), (at, letter) => {
        const changed = text.slice(0, at) + letter + text.slice(at + 1);
        const same = (a: string, b: string) =>
          a
            .split(".")
            .map((part) => Buffer.from(part, "base64url").toString("hex"))
            .join() ===
          b
            .split(".")
            .map((part) => Buffer.from(part, "base64url").toString("hex"))
            .join();
        fc.pre(
          !same(changed, text) ||
            changed.split(".").slice(0, 2).join() !== text.split(".").slice(0, 2).join(),
        );
        expect(() => sealed.open("setting", "a", changed)).toThrow();
      }),
    );
  });

  test("survive a rotation of the master key, and need no old key after it", () => {
    const [old, fresh] = [newMasterKey(), newMasterKey()];
    const before = createSecrets([old]).seal("token-secret", "t", bytes("seed"));
    const during = createSecrets([fresh, old]);
    expect(Buffer.from(during.open("token-secret", "t", before)).toString()).toBe("seed");
    const after = during.rewrap("token-secret", "t", before) ?? "";
    expect(during.rewrap("token-secret", "t", after)).toBeNull();
    expect(Buffer.from(createSecrets([fresh]).open("token-secret", "t", after)).toString()).toBe("seed");
    expect(() => createSecrets([fresh]).open("token-secret", "t", before)).toThrow(/master key/);
    // Only the wrapping changed.
    expect(after.split(".")[3]).toBe(before.split(".")[3]);
  });

  test("a ticket is good for its purpose only", () => {
    const secrets = createSecrets([newMasterKey()]);
    const ticket = secrets.sealTicket("grant", bytes("x"));
    expect(secrets.openTicket("continuation", ticket)).toBeNull();
    expect(secrets.openTicket("grant", ticket)).toEqual(Buffer.from("x"));
    expect(createSecrets([newMasterKey()]).openTicket("grant", ticket)).toBeNull();
    fc.assert(fc.property(fc.string(), (text) => secrets.openTicket("grant", text) === null));
  });
});

describe("the master key", () => {
  test("is made once, for this user's eyes only, and refused where others can read it", async () => {
    const stateDir = await mkdtemp(join(tmpdir(), "holdfast-keys-"));
    const first = await loadMasterKeys(stateDir, {});
    expect([first.made, first.source]).toEqual([true, "file"]);
    const path = join(stateDir, "master-key");
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    const again = await loadMasterKeys(stateDir, {});
    expect([again.made, again.keys[0].id]).toEqual([false, first.keys[0].id]);
    await chmod(path, 0o640);
    await expect(loadMasterKeys(stateDir, {})).rejects.toThrow(/read by others/);
    await rm(stateDir, { recursive: true });
  });

  test("comes from the environment or a systemd credential before a file", async () => {
    const stateDir = await mkdtemp(join(tmpdir(), "holdfast-keys-"));
    await writeMasterKeys(stateDir, [newMasterKey(), newMasterKey()]);
    const text = await readFile(join(stateDir, "master-key"), "utf8");
    const [one, two] = text.trim().split("\n");
    expect((await loadMasterKeys(stateDir, { HOLDFAST_MASTER_KEY: `${two},${one}` })).keys).toHaveLength(2);
    const credentials = await mkdtemp(join(tmpdir(), "holdfast-credentials-"));
    await writeMasterKeys(credentials, [newMasterKey()]);
    const { rename } = await import("node:fs/promises");
    await rename(join(credentials, "master-key"), join(credentials, "holdfast-master-key"));
    expect((await loadMasterKeys(stateDir, { CREDENTIALS_DIRECTORY: credentials })).source).toBe(
      "systemd-credential",
    );
    const slip = await loadMasterKeys(stateDir, { HOLDFAST_MASTER_KEY: "c2hvcnQ" }).catch(
      (error: Error) => error.message,
    );
    expect(slip).toBe("HOLDFAST_MASTER_KEY is no base64url key of 32 bytes");
    await Promise.all([stateDir, credentials].map((path) => rm(path, { recursive: true })));
  });
});
