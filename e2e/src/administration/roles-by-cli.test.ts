import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { inMemoryConfig } from "@holdfast/server/config";
import { createServer } from "@holdfast/server/server";
import { expect, test } from "vitest";

/** Groups, roles, administrators and settings without a browser, by the command line on a server over TLS. */

const program = fileURLToPath(import.meta.resolve("@holdfast/cli/main"));

type Said = { readonly status: number | null; readonly out: string; readonly err: string };
const holdfast = (home: string, args: readonly string[]) =>
  new Promise<Said>((resolve) => {
    const child = spawn(process.execPath, [program, ...args], {
      env: { PATH: "", HOME: home, XDG_CONFIG_HOME: home },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const said = { out: "", err: "" };
    child.stdout.on("data", (part) => {
      said.out += part;
    });
    child.stderr.on("data", (part) => {
      said.err += part;
    });
    child.once("close", (status) => resolve({ status, ...said }));
  });

test("TC-15, TC-16: a colleague gets a help-desk role for one ward by the command line", {
  timeout: 60_000,
}, async () => {
  const home = await mkdtemp(join(tmpdir(), "holdfast-roles-"));
  const server = await createServer({
    ...inMemoryConfig,
    stateDir: join(home, "state"),
    listen: { host: "127.0.0.1", port: 0 },
  });
  const { setup } = await server.start();
  expect(setup).not.toBeNull();
  const admin = async (...words: string[]) => {
    const said = await holdfast(home, ["admin", ...words]);
    return { ...said, json: () => JSON.parse(said.out) };
  };
  const done = async (...words: string[]) => {
    const said = await admin(...words, "--json");
    expect([words.join(" "), said.status, said.err]).toEqual([words.join(" "), 0, ""]);
    return said.json();
  };
  try {
    const bootstrapped = await admin("bootstrap", "--state-dir", join(home, "state"));
    expect([bootstrapped.status, bootstrapped.err]).toEqual([0, ""]);
    await done("groups", "add", "Ward 3");
    await done("users", "add", "anna");
    await done("users", "add", "bert");
    expect(await done("users", "add", "cora", "--group", "Ward 3")).toMatchObject({
      groups: [{ name: "Ward 3" }],
    });
    await done("groups", "take-out", "Ward 3", "--user", "cora");
    await done("endpoints", "enrolment-code", "desk-31", "--group", "Ward 3");
    expect(await done("groups", "put-in", "Ward 3", "--user", "anna")).toMatchObject({
      users: 1,
      endpoints: 0,
    });
    const rights = ["users.read", "users.unlock"];
    const role = await done("roles", "add", "Ward desk", ...rights, "--group", "Ward 3");
    expect(role).toMatchObject({ rights, scope: { groupIds: [expect.stringMatching(/^grp_/)] } });
    const changed = await done(
      "roles",
      "set",
      "Ward desk",
      "--grant",
      "users.password",
      "--withdraw",
      "users.unlock",
    );
    expect(changed.rights).toEqual(["users.read", "users.password"]);
    expect(await done("administrators", "set", "bert", "Ward desk")).toMatchObject({
      userName: "bert",
      role: { name: "Ward desk" },
      warnings: [{ code: "no-second-factor" }],
    });

    const shown = await admin("roles", "show", "Ward desk");
    expect(shown.out).toContain("Reaches  Ward 3");
    const listed = await admin("administrators", "list");
    expect(listed.out).toMatch(/^bert +bert +Ward desk +active/m);
    expect((await admin("groups", "show", "Ward 3")).out).toContain("anna");
    expect((await admin("users", "show", "bert")).out).toMatch(/^Role +Ward desk$/m);

    const held = await admin("groups", "remove", "Ward 3", "--yes");
    expect([held.status !== 0, held.err]).toEqual([
      true,
      expect.stringContaining('"Ward desk" reaches this group'),
    ]);
    const unknown = await admin("roles", "add", "x", "users.everything");
    expect([unknown.status, unknown.err]).toEqual([
      2,
      expect.stringContaining("holdfast admin roles rights"),
    ]);

    const settings = await done("settings", "set", "productName=Anchor ID", "consoleSession.idle=PT10M");
    expect(settings).toMatchObject({
      productName: "Anchor ID",
      consoleSession: { idle: "PT10M", longest: "PT8H" },
    });
    const wrong = await admin("settings", "set", "freshSignIn=P9D");
    expect([wrong.status, wrong.err]).toEqual([2, expect.stringContaining("from PT1M to PT1H")]);

    expect(await done("administrators", "remove", "bert", "--yes")).toHaveProperty("removed");
    expect(await done("roles", "remove", "Ward desk", "--yes")).toEqual({ removed: role.id });
    expect((await done("audit", "list", "--type", "role-deleted")).items.length).toBe(1);
  } finally {
    await server.stop();
    await rm(home, { recursive: true, force: true });
  }
});
