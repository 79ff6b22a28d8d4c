import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { hashRaw } from "@node-rs/argon2";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openOfflineStore } from "../offline-store.ts";
import { range, TestEndpoint } from "../testing/endpoint.ts";
import { codeOf, Issuer } from "../testing/issuer.ts";
import { signInOffline } from "../testing/sign-in.ts";
import type { OfflineStoreOptions, PasswordKdf } from "../types.ts";
import { systemClocks } from "./clocks.ts";
import { fileDeviceHmac } from "./device-key.ts";
import { directoryFiles } from "./durable-files.ts";
import { fileCounter } from "./file-counter.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "holdfast-store-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const modeOf = async (path: string) => (await stat(path)).mode & 0o777;

describe("files of a folder", () => {
  test("are replaced whole, appended, listed and removed, closed to everybody else", async () => {
    const files = await directoryFiles(join(folder, "state"));
    expect(await files.read("state")).toBeNull();
    await files.write("state", Uint8Array.of(1, 2));
    await files.write("state", Uint8Array.of(3));
    await files.append("events.log", Uint8Array.of(4));
    await files.append("events.log", Uint8Array.of(5));
    expect(new Uint8Array((await files.read("state")) ?? [])).toEqual(Uint8Array.of(3));
    expect(new Uint8Array((await files.read("events.log")) ?? [])).toEqual(Uint8Array.of(4, 5));
    expect(await files.list()).toEqual(["events.log", "state"]);
    expect(await modeOf(join(folder, "state"))).toBe(0o700);
    expect(await modeOf(join(folder, "state", "state"))).toBe(0o600);
    await files.remove("state");
    await files.remove("state");
    expect(await files.list()).toEqual(["events.log"]);
  });

  test("a temporary file that a crash left is cleared away, and names stay in the folder", async () => {
    await writeFile(join(folder, "state.tmp"), "half");
    const files = await directoryFiles(folder);
    expect(await readdir(folder)).toEqual([]);
    for (const name of ["../x", "a/b", "", ".", "..", "A", "x.tmp"]) {
      await expect(files.write(name, new Uint8Array())).rejects.toThrow(TypeError);
    }
  });
});

describe("a counter in a file", () => {
  test("rises by one, survives reopening, and is written anew now and then", async () => {
    const path = join(folder, "counter");
    const counter = await fileCounter(path);
    expect(await counter.read()).toBe(0);
    expect([await counter.increment(), await counter.increment(), await counter.increment()]).toEqual([
      1, 2, 3,
    ]);
    expect(await readFile(path, "utf8")).toBe("1\n++");
    await writeFile(path, `7\n${"+".repeat(4096)}`);
    expect(await (await fileCounter(path)).read()).toBe(4103);
    expect(await counter.increment()).toBe(4104);
    expect(await readFile(path, "utf8")).toBe("4104\n");
  });

  test.each(["", "x", "1", "1\n-", "1\n+\n", "99999999999999999\n"])("%j is no counter", async (text) => {
    await writeFile(join(folder, "counter"), text);
    await expect((await fileCounter(join(folder, "counter"))).read()).rejects.toThrow();
  });
});

describe("a device key in a file", () => {
  test("is made once and closed to everybody else", async () => {
    const path = join(folder, "keys", "device");
    const made = await (await fileDeviceHmac(path)).hmac(Uint8Array.of(1));
    expect(await modeOf(path)).toBe(0o600);
    expect(await (await fileDeviceHmac(path)).hmac(Uint8Array.of(1))).toEqual(made);
    expect(made).toHaveLength(32);
  });

  test("one that others may read, or that is no key, is refused", async () => {
    const path = join(folder, "device");
    await fileDeviceHmac(path);
    await chmod(path, 0o640);
    await expect(fileDeviceHmac(path)).rejects.toThrow("chmod 600");
    await chmod(path, 0o600);
    await writeFile(path, "short");
    await expect(fileDeviceHmac(path)).rejects.toThrow("device key");
  });
});

test("the machine's clocks go on", async () => {
  const clocks = systemClocks();
  const before = clocks.sinceBootMs();
  await new Promise((resolve) => setTimeout(resolve, 30));
  expect(clocks.sinceBootMs()).toBeGreaterThan(before);
  expect(Number.isInteger(before)).toBe(true);
  expect(clocks.bootId()).toBe(systemClocks().bootId());
  expect(Math.abs(clocks.wallMs() - Date.now())).toBeLessThan(1000);
});

describe("with real Argon2id on a real disk", () => {
  const argon2: PasswordKdf = {
    derive: async (password, salt, { memoryKiB, iterations, parallelism }) =>
      new Uint8Array(
        await hashRaw(password.normalize("NFKC"), {
          salt,
          memoryCost: memoryKiB,
          timeCost: iterations,
          parallelism,
          outputLen: 32,
        }),
      ),
  };

  test("a sign-in costs one Argon2id and its fsyncs; sealing 120 codes takes under a second", async () => {
    const issuer = await Issuer.create();
    const endpoint = new TestEndpoint(issuer);
    const options: OfflineStoreOptions = {
      ...endpoint.options(),
      files: await directoryFiles(join(folder, "state")),
      counter: await fileCounter(join(folder, "counter")),
      device: await fileDeviceHmac(join(folder, "device")),
      clocks: systemClocks(),
      kdf: argon2,
    };
    const store = await openOfflineStore(options);
    const sealing = await took(() =>
      endpoint.signInOnline(store, { userId: "anna", password: "Grüße", sequence: 1, codes: range(0, 120) }),
    );
    expect(sealing).toBeLessThan(1000);

    const ratios: number[] = [];
    for (let round = 0; round < 7; round += 1) {
      const kdf = await took(() =>
        argon2.derive("Grüße", new Uint8Array(16), {
          version: 1,
          memoryKiB: 65_536,
          iterations: 3,
          parallelism: 1,
        }),
      );
      const disk = await took(() => sameWrites(options, round));
      const whole = await took(async () => {
        const outcome = await signInOffline(
          store,
          `attempt-${round}`,
          "anna",
          "Grüße",
          codeOf("token-1", round),
        );
        expect(outcome.kind).toBe("succeeded");
      });
      ratios.push(whole / (kdf + disk));
    }
    const median = ratios.toSorted((a, b) => a - b)[3] ?? 0;
    console.info(
      `sealing 120 codes: ${sealing.toFixed(0)} ms; sign-in over one Argon2id and its writes: ${median.toFixed(3)}`,
    );
    // The bar of 1.15 is the benchmark's, on a quiet machine; here only a gross loss is caught.
    expect(median).toBeLessThan(2);
    await store.close();
    expect((await openOfflineStore(options)).condition()).toEqual({ kind: "sound" });
  }, 30_000);

  /** Two writes of a state file of the same size, and two ticks. */
  async function sameWrites(options: OfflineStoreOptions, round: number) {
    const files = await directoryFiles(join(folder, "probe"));
    const counter = await fileCounter(join(folder, "probe-counter"));
    const size = (await options.files.read("state"))?.length ?? 0;
    for (let write = 0; write < 2; write += 1) {
      await files.write("state", new Uint8Array(size).fill(round));
      await counter.increment();
    }
  }
});

async function took(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}
