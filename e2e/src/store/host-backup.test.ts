import { spawn } from "node:child_process";
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inMemoryConfig } from "@holdfast/server/config";
import { createServer } from "@holdfast/server/server";
import { afterEach, beforeEach, expect, test } from "vitest";

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "holdfast-host-"));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

const run = (state: string, args: readonly string[], input = "") =>
  new Promise<{ status: number | null; out: string; err: string }>((resolve) => {
    const program = join(import.meta.dirname, "../../../apps/server/src/main.ts");
    const all = [program, "--config", "/dev/null", "--state-dir", join(directory, state), ...args];
    const child = spawn(process.execPath, all, { env: { PATH: "" }, stdio: "pipe" });
    const said = { out: "", err: "" };
    child.stdout.on("data", (part) => {
      said.out += part;
    });
    child.stderr.on("data", (part) => {
      said.err += part;
    });
    child.once("close", (status) => resolve({ status, ...said }));
    child.stdin.end(input);
  });

const serve = (state: string) => {
  const stateDir = join(directory, state);
  return createServer({ ...inMemoryConfig, stateDir, store: join(stateDir, "holdfast.db") });
};

test("backup beside a running server, check, and restore elsewhere, each by one command", async () => {
  const server = await serve("old");
  const file = join(directory, "a.backup");
  const passphrase = "a long enough passphrase";
  expect(await run("old", ["--backup", file], "short\n")).toMatchObject({
    status: 3,
    err: expect.stringContaining("12 characters"),
  });
  const made = await run("old", ["--backup", file], `${passphrase}\n`);
  expect(made).toMatchObject({ status: 0, err: "", out: expect.stringContaining("Keep the two apart") });
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  expect(await run("old", ["--backup", file], `${passphrase}\n`)).toMatchObject({
    status: 3,
    err: expect.stringContaining("there already"),
  });

  expect(await run("none", ["--check-backup", file], `${passphrase}\n`)).toMatchObject({
    status: 0,
    out: expect.stringMatching(/is whole: \d+ rows .* with the master key/),
  });
  expect(await run("none", ["--check-backup", file], "another passphrase\n")).toMatchObject({
    status: 3,
    err: expect.stringContaining("not the backup's passphrase"),
  });

  // In place: not while it runs, and never over a store that nobody said to set aside.
  expect(await run("old", ["--restore", file], `${passphrase}\n`)).toMatchObject({
    status: 3,
    err: expect.stringContaining("--replace"),
  });
  expect(await run("old", ["--restore", file, "--replace"], `${passphrase}\n`)).toMatchObject({
    status: 3,
    err: expect.stringContaining("in use"),
  });
  await server.stop();
  const replaced = await run("old", ["--restore", file, "--replace", "--json"], `${passphrase}\n`);
  expect(replaced.status).toBe(0);
  const { setAside, epoch } = JSON.parse(replaced.out);
  expect((await stat(setAside)).size).toBeGreaterThan(0);

  // On another machine the master key comes along, and a server starts on it.
  const elsewhere = await run("new", ["--restore", file], `${passphrase}\n`);
  expect(elsewhere).toMatchObject({
    status: 0,
    out: expect.stringContaining("holdfast admin restore-report"),
  });
  expect(await readFile(join(directory, "new", "master-key"), "utf8")).toBe(
    await readFile(join(directory, "old", "master-key"), "utf8"),
  );
  const after = await serve("new");
  const manifest = await after.app.inject("/api/v1/manifest");
  expect(manifest.json().number).toBeGreaterThan(1_700_000_000);
  expect(epoch).toBeGreaterThan(1_700_000_000);
  await after.stop();
  expect((await readdir(join(directory, "new"))).filter((name) => name.includes("restoring"))).toEqual([]);
});

test("a key file instead of a passphrase", async () => {
  await (await serve("old")).stop();
  const [file, key] = [join(directory, "a.backup"), join(directory, "key")];
  await writeFile(key, `${"k".repeat(43)}\n`);
  expect((await run("old", ["--backup", file, "--backup-key", key])).status).toBe(0);
  expect((await run("new", ["--restore", file, "--backup-key", key])).status).toBe(0);
  expect(await run("x", ["--check-backup", file, "--backup-key", join(directory, "none")])).toMatchObject({
    status: 3,
    err: expect.stringContaining("cannot be read"),
  });
});
