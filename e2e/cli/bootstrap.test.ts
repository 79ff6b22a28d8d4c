import { randomBytes } from "node:crypto";
import { chmod, readFile, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type CliRig, holdfast, startCliRig } from "./cli-rig.ts";

let rig: CliRig;
let keyFile: string;
beforeEach(async () => {
  rig = await startCliRig();
  keyFile = path.join(rig.home, ".config", "holdfast", "admin.json");
});
afterEach(() => rig.stop());

const bootstrap = () => rig.admin(["bootstrap", "--state-dir", rig.stateDirectory]);

test("bootstrap trades the setup token for a key, once, and keeps it for its owner alone", async () => {
  const first = await bootstrap();
  expect(first).toMatchObject({ status: 0, err: "" });
  expect(first.out).toContain("You administer https://");
  expect((await stat(keyFile)).mode & 0o777).toBe(0o600);
  const kept = JSON.parse(await readFile(keyFile, "utf8"));
  expect(kept).toEqual({
    version: 1,
    url: expect.stringMatching(/^https:/),
    authorityPin: expect.stringMatching(/^[\w-]{43}$/),
    apiKeyId: expect.stringMatching(/^key_/),
    key: expect.stringMatching(/^hfk_/),
  });
  expect(first.out).not.toContain(kept.key);

  const second = await rig.admin(["bootstrap", "--state-dir", rig.stateDirectory, "--replace"]);
  expect(second).toMatchObject({ status: 1, out: "" });
  expect(second.err).toContain("the server has an administrator already");
  expect(JSON.parse(await readFile(keyFile, "utf8"))).toEqual(kept);
});

test("a key that is there is not overwritten unasked", async () => {
  await bootstrap();
  const again = await bootstrap();
  expect(again.status).toBe(2);
  expect(again.err).toMatch(/Next: holdfast admin bootstrap --state-dir \S+ --replace\n$/);
});

test("an expired setup token is told before anything is sent", async () => {
  const late = Date.now() + 25 * 3_600_000;
  const run = await rig.admin(["bootstrap", "--state-dir", rig.stateDirectory], { nowMs: late });
  expect(run.status).toBe(1);
  expect(run.err).toContain("The setup token has expired");
});

test("a key file that others can read is not used", async () => {
  await bootstrap();
  await chmod(keyFile, 0o644);
  const run = await rig.admin("users list");
  expect(run.status).toBe(5);
  expect(run.err).toContain(`Next: chmod 600 ${keyFile}`);
});

test("without a key, the way to one is told, also as JSON", async () => {
  const run = await rig.admin("users list");
  expect(run).toMatchObject({ status: 5, out: "" });
  expect(run.err).toContain("Next: holdfast admin bootstrap");
  const json = await rig.admin("users list --json");
  expect(json).toMatchObject({ status: 5, err: "" });
  expect(JSON.parse(json.out)).toEqual({
    error: {
      code: "no-administrator-key",
      what: expect.any(String),
      why: expect.any(String),
      next: expect.stringContaining("holdfast admin bootstrap"),
      exitStatus: 5,
    },
  });
});

test("a server with another authority gets no key: the pin decides, not the name", async () => {
  await bootstrap();
  const kept = JSON.parse(await readFile(keyFile, "utf8"));
  const other = { ...kept, authorityPin: randomBytes(32).toString("base64url") };
  await writeFile(keyFile, JSON.stringify(other), { mode: 0o600 });
  const run = await rig.admin("users list --json");
  expect(run.status).toBe(3);
  expect(JSON.parse(run.out).error).toMatchObject({ code: "server-pin", exitStatus: 3 });
});

test("a server that is gone is told as unreachable, with what to look at", async () => {
  await bootstrap();
  await rig.server.stop();
  const run = await rig.admin("users list");
  expect(run.status).toBe(3);
  expect(run.err).toContain("Nothing listens at that address and port.");
  expect(run.err).toMatch(/Next: .*curl -k https:\S+\/healthz/);
});

test("a second administrator connects with a key, the URL and the pin alone; a revoked key is told as such", async () => {
  await bootstrap();
  const issued = await rig.admin(["api-keys", "add", "Bert, help desk", "--scope", "admin"]);
  expect(issued.status).toBe(0);
  const [key = ""] = issued.out.split("\n");
  const connect =
    /holdfast (admin connect --server \S+ --pin[ =]\S+)/.exec(issued.out)?.[1]?.split(" ") ?? [];
  const home = path.join(rig.home, "bert");
  expect(await holdfast(home, connect, { input: `${key}\n` })).toMatchObject({ status: 0, err: "" });
  expect((await holdfast(home, ["admin", "users", "list"])).status).toBe(0);

  const { items } = await rig.json("api-keys list");
  const bert = items.find(({ name }: { name: string }) => name === "Bert, help desk");
  expect(await rig.admin(["api-keys", "revoke", bert.id])).toMatchObject({ status: 2 });
  expect(await rig.admin(["api-keys", "revoke", bert.id, "--yes"])).toMatchObject({ status: 0 });
  const refused = await holdfast(home, ["admin", "users", "list"]);
  expect(refused.status).toBe(5);
  expect(refused.err).toContain("unknown or revoked");
});

test("the last administrator's key stays", async () => {
  await bootstrap();
  const { items } = await rig.json("api-keys list");
  const run = await rig.admin(["api-keys", "revoke", items[0].id, "--yes"]);
  expect(run.status).toBe(1);
  expect(run.err).toContain("last administrator");
  expect(run.err).toContain("Next: holdfast admin api-keys add NAME --scope admin");
});

test("a key with scope read may look and not touch", async () => {
  await bootstrap();
  const { key } = await rig.json("api-keys add auditor");
  const { url, authorityPin } = await rig.json("connection");
  const home = path.join(rig.home, "auditor");
  await holdfast(home, ["admin", "connect", "--server", url, `--pin=${authorityPin}`], { input: key });
  expect((await holdfast(home, ["admin", "users", "list"])).status).toBe(0);
  const refused = await holdfast(home, ["admin", "users", "add", "anna"]);
  expect(refused.status).toBe(5);
  expect(refused.err).toMatch(/The scopes of this API key do not include the right .*\(users\.create\)/);
});
