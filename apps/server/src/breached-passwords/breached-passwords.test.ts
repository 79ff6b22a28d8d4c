import { createHash } from "node:crypto";
import { mkdtemp, readdir, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import fc from "fast-check";
import { pino } from "pino";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { expectProblem, startRig } from "../testing/rig.ts";
import { openBreachedPasswords } from "./breached-passwords.ts";
import { openIndex, writeIndex } from "./prefix-index.ts";

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(path.join(tmpdir(), "holdfast-breached-"));
});
afterEach(() => rm(directory, { recursive: true }));

const silent = pino({ level: "silent" });
const sha1 = (text: string) => createHash("sha1").update(text).digest("hex");
async function listOf(...lines: string[]): Promise<string> {
  const list = path.join(directory, "list.txt");
  await writeFile(list, lines.join("\n"));
  return list;
}

describe("a list of breached passwords", () => {
  test("has digests with and without counts, plain lines and composed letters, and nothing else", async () => {
    const list = await listOf(
      `${sha1("correct horse").toUpperCase()}:37`,
      sha1("battery staple"),
      "Passwörter sind schön\r",
      "",
      "123456789",
    );
    const breached = openBreachedPasswords(list, directory, silent);
    await breached.ready;
    const held = [
      "correct horse",
      "battery staple",
      "Passwörter sind schön",
      "123456789",
      "Passwo\u0308rter sind scho\u0308n",
    ];
    for (const password of held)
      expect([password, await breached.holds(password)]).toEqual([password, "yes"]);
    for (const password of ["Correct horse", "", sha1("battery staple"), "12345678"])
      expect([password, await breached.holds(password)]).toEqual([password, "no"]);
    await breached.close();
    expect((await readdir(directory)).toSorted()).toEqual(["breached-passwords.index", "list.txt"]);
  });

  test("is taken in once, and again when it changes", async () => {
    const list = await listOf("first password");
    const first = openBreachedPasswords(list, directory, silent);
    expect(await first.holds("first password")).toBe("reading");
    await first.close();
    const source = { size: 15, modifiedAtMs: 1 };
    await writeIndex(path.join(directory, "breached-passwords.index"), source, none());
    expect(
      await openIndex(path.join(directory, "breached-passwords.index"), { ...source, size: 16 }),
    ).toBeNull();
    await listOf("first password", "second password");
    await utimes(list, 5, 5);
    const second = openBreachedPasswords(list, directory, silent);
    await second.ready;
    expect(await second.holds("second password")).toBe("yes");
    await second.close();
  });

  test("finds whatever was put in, in any order and however uneven, and nothing beside it", async () => {
    const prefix = fc.oneof(
      fc.uint8Array({ minLength: 8, maxLength: 8 }),
      fc.nat(3).map((last) => Uint8Array.from([0, 0, 0, 0, 0, 0, 0, last])),
      fc.nat(3).map((last) => Uint8Array.from([255, 255, 255, 255, 255, 255, 255, 252 + last])),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(prefix, { maxLength: 300 }),
        fc.array(prefix, { maxLength: 20 }),
        async (kept, others) => {
          const file = path.join(directory, "index");
          const source = { size: 1, modifiedAtMs: 2.5 };
          await writeIndex(file, source, from(kept));
          const index = await openIndex(file, source);
          const known = new Set(kept.map(String));
          for (const one of [...kept, ...others]) expect(await index?.has(one)).toBe(known.has(String(one)));
          expect(index?.count).toBe(kept.length);
          await index?.close();
        },
      ),
      { numRuns: 30 },
    );
  });
});

describe("setting a password", () => {
  test("refuses one that is on the list, too short by the policy or a name, for new users and at a change, and says why", async () => {
    const list = await listOf("correct horse battery");
    const rig = await startRig({ breachedPasswordsFile: list, stateDir: directory });
    await expect
      .poll(
        async () =>
          (await rig.call("POST", "/api/v1/users", { userName: "ada", password: "correct horse battery" }))
            .status,
      )
      .toBe(400);
    const create = (userName: string, password: string) =>
      rig.call("POST", "/api/v1/users", { userName, password });
    const breached = await create("ada", "correct horse battery");
    expectProblem(breached, "invalid-request");
    expect(breached.body.detail).toMatch(/^This password is on a list of stolen ones/);
    expect(breached.text).not.toContain("correct horse");
    expectProblem(await create("adalovelace", "AdaLovelace"), "invalid-request");
    const made = await create("ada", "several words in a row");
    expect(made.status).toBe(201);
    const change = (password: string) =>
      rig.call("PUT", `/api/v1/users/${made.body.id}/password`, { password });
    expectProblem(await change("correct horse battery"), "invalid-request");
    const policy = (await rig.call("GET", "/api/v1/policies")).body.items[0];
    await rig.call("PATCH", `/api/v1/policies/${policy.id}`, {
      changes: { password: { minimumLength: 15 } },
    });
    expect((await change("14 characters!")).body.detail).toContain("at least 15 characters");
    // Any signs, of any kind, in any script (NIST SP 800-63B §5.1.1.2).
    expect((await change("ääääääääääääääb")).status).toBe(200);
    await rig.stop();
  });
});

async function* from<T>(items: readonly T[]): AsyncGenerator<T> {
  yield* items;
}
async function* none(): AsyncGenerator<Uint8Array> {
  yield* [];
}
