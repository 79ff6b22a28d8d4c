import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { trustedKeys, trustOnly, verifyDocument } from "@holdfast/envelope/documents";
import type { KeysView } from "@holdfast/protocol/admin-answers";
import { keysView } from "@holdfast/protocol/admin-answers";
import type { Manifest } from "@holdfast/protocol/endpoint-api";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { contact, enrol, holdBundle } from "../testing/endpoint.ts";
import type { Rig } from "../testing/rig.ts";
import { expectProblem, newPerson, newPolicy, startRig } from "../testing/rig.ts";
import { doKeyWork, type KeyWork, type KeyWorkResult, keyWorkOf } from "./key-work.ts";

const day = 86_400_000;
let stateDir: string;
let rig: Rig;
beforeEach(async () => {
  stateDir = await mkdtemp(join(tmpdir(), "holdfast-keys-"));
  rig = await startRig({ stateDir, store: join(stateDir, "holdfast.db") });
});
afterEach(async () => {
  await rig.stop();
  await rm(stateDir, { recursive: true });
});

const file = () => join(stateDir, "root-key.json");
const work = (what: KeyWork): Promise<KeyWorkResult> =>
  doKeyWork(what, { store: join(stateDir, "holdfast.db"), stateDir }, { now: rig.clock.now, env: {} });
const exported = async () => {
  expect(await work({ do: "export-root-key", file: file() })).toMatchObject({ kind: "done" });
};
const sign = (rootKeyFile: string | null, rotateBundleKey = false) =>
  work({ do: "sign-manifest", rootKeyFile, rotateBundleKey });
const keys = async (): Promise<KeysView> => keysView.parse((await rig.call("GET", "/api/v1/keys")).body);
/** As an endpoint that pinned the root key at enrolment reads it. */
async function manifest(): Promise<Manifest> {
  const { document, rootKey } = (await rig.call("GET", "/api/v1/manifest")).body;
  const read = await verifyDocument("manifest", document, await trustOnly(rootKey));
  if (read.kind === "refused") throw new Error(read.why);
  return read.content;
}
const inTheStore = (setting: string) => rig.server.ports.store.read((tx) => tx.settings.get(setting));

describe("the root key", () => {
  test("moves out of the store into a file of mode 0600, while the server goes on (SECURITY §7)", async () => {
    expect(await keys()).toMatchObject({ rootKey: { onServer: true }, manifest: { number: 1, due: false } });
    await exported();
    expect((await stat(file())).mode & 0o777).toBe(0o600);
    const kept = JSON.parse((await inTheStore("keys.root")) ?? "");
    expect(kept.sealed).toBeNull();
    expect(JSON.parse(await readFile(file(), "utf8"))).toMatchObject({ kid: kept.kid });
    expect((await keys()).rootKey).toEqual({ kid: kept.kid, onServer: false });
    const { items } = (await rig.call("GET", "/api/v1/audit?type=root-key-exported")).body;
    expect(items).toMatchObject([{ actor: "server-host", detail: { kid: kept.kid } }]);
    expect(JSON.stringify(items)).not.toContain("privateKey");
    await contact(await enrol(rig, "desk"));
  });

  test("goes once, and over no file that is there", async () => {
    await writeFile(file(), "somebody's");
    expect(await work({ do: "export-root-key", file: file() })).toMatchObject({ kind: "refused" });
    expect(await readFile(file(), "utf8")).toBe("somebody's");
    expect((await keys()).rootKey.onServer).toBe(true);
    expect(await work({ do: "export-root-key", file: join(stateDir, "no", "file") })).toMatchObject({
      kind: "refused",
    });
    expect((await keys()).rootKey.onServer).toBe(true);
    await rm(file());
    await exported();
    expect(await work({ do: "export-root-key", file: join(stateDir, "again") })).toMatchObject({
      kind: "refused",
    });
  });

  test("out of the store, a server starts without it and says that a manifest waits to be signed", async () => {
    await exported();
    const before = await manifest();
    // Another certificate authority to trust, as a server with a given certificate brings it.
    const pin = "A".repeat(43);
    await rig.server.ports.store.transaction((tx) =>
      tx.settings.set("authority-pins", JSON.stringify([...before.authorityPins, pin])),
    );
    expect((await keys()).manifest).toEqual({ number: 1, due: true });
    expect(await rig.server.ports.signer.manifestWaits()).toBe(true);
    expect(await sign(null)).toMatchObject({
      kind: "refused",
      why: expect.stringContaining("--sign-manifest"),
    });
    expect(await manifest()).toEqual(before);
    expect(await sign(file())).toMatchObject({ kind: "done", json: { manifest: 2 } });
    expect(await manifest()).toMatchObject({ number: 2, authorityPins: [...before.authorityPins, pin] });
    expect(await sign(file())).toMatchObject({ kind: "done", json: { manifest: null } });
    expect((await keys()).manifest).toEqual({ number: 2, due: false });
  });

  test("of another enterprise, or no key at all, signs nothing", async () => {
    const other = await startRig();
    await exported();
    const mine = await readFile(file(), "utf8");
    const foreign = join(stateDir, "foreign.json");
    const theirs = JSON.parse(
      (await other.server.ports.store.read((tx) => tx.settings.get("keys.root"))) ?? "",
    );
    await writeFile(foreign, JSON.stringify({ ...JSON.parse(mine), kid: theirs.kid }));
    for (const [wrong, content] of [
      ["foreign.json", null],
      ["text", "no key"],
      ["short", JSON.stringify({ ...JSON.parse(mine), privateKey: "A".repeat(64) })],
    ] as const) {
      if (content !== null) await writeFile(join(stateDir, wrong), content);
      expect(await sign(join(stateDir, wrong), true), wrong).toMatchObject({ kind: "refused" });
    }
    expect(await sign(join(stateDir, "nowhere"), true)).toMatchObject({ kind: "refused" });
    expect((await manifest()).bundleKeys).toHaveLength(1);
    await other.stop();
  });
});

describe("a new bundle key", () => {
  test("is announced one maximum lease ahead, signs then, and the old one ends a lease later", async () => {
    const policyId = await newPolicy(rig, "long", { offline: { enabled: true, maxAge: "P20D" } });
    const [anna, away] = [await newPerson(rig, "anna", { policyId }), await enrol(rig, "away")];
    await holdBundle(rig, away, anna, 0);
    const known = await manifest();
    await exported();
    const announcedMs = rig.clock.now();
    expect(await sign(file(), true)).toMatchObject({ kind: "done", json: { manifest: 2 } });
    const next = await manifest();
    const [old, fresh] = next.bundleKeys;
    expect(fresh).toMatchObject({ notBeforeMs: announcedMs + 20 * day, notAfterMs: null });
    expect(old?.notAfterMs).toBeGreaterThanOrEqual((fresh?.notBeforeMs ?? 0) + 20 * day);
    expect(await sign(file(), true)).toMatchObject({ kind: "refused" });
    expect((await manifest()).number).toBe(2);

    // An order that waits for an endpoint which is away throughout.
    await rig.call("PATCH", `/api/v1/users/${anna.user.id}`, { status: "disabled" });
    const there = await enrol(rig, "there");
    const signedBy = async (by: Manifest) => {
      await rig.server.ports.signer.reload();
      const { time } = await contact(there);
      return verifyDocument("time", time, trustedKeys(by, rig.clock.now()));
    };
    rig.clock.advance(20 * day);
    expect(await signedBy(known), "until clocks may differ no more, the old key signs").toMatchObject({
      kind: "ok",
    });
    rig.clock.advance(day);
    expect(await signedBy(next)).toMatchObject({ kind: "ok" });
    expect(await signedBy(known)).toMatchObject({ kind: "refused" });

    rig.clock.advance(60 * day);
    const back = await contact(away);
    expect(back.manifest, "comes along for who did not hear of it").not.toBeNull();
    const [order = ""] = back.revocations;
    const read = await verifyDocument("revocation", order, trustedKeys(next, rig.clock.now()));
    expect(read).toMatchObject({ kind: "ok", content: { reason: "user-disabled", userId: anna.user.id } });
    expect((await keys()).bundleKeys.map(({ signing }) => signing)).toEqual([false, true]);
    // And the next one takes the ended key away.
    expect(await sign(file(), true)).toMatchObject({ kind: "done" });
    expect((await manifest()).bundleKeys.map(({ kid }) => kid)).not.toContain(old?.kid);
  });

  test("needs no file as long as the root key is in the store", async () => {
    expect(await sign(null, true)).toMatchObject({ kind: "done", json: { manifest: 2 } });
    const [old, fresh] = (await manifest()).bundleKeys;
    expect((fresh?.notBeforeMs ?? 0) - rig.clock.now()).toBe(7 * day);
    expect((await keys()).bundleKeys).toMatchObject([
      { kid: old?.kid, signing: true },
      { kid: fresh?.kid, signing: false },
    ]);
  });

  test("over the API too, but not once the root key is kept offline", async () => {
    const announced = await rig.call("POST", "/api/v1/keys/bundle/rotation");
    expect(announced).toMatchObject({ status: 202, body: { manifest: 2 } });
    expect((await manifest()).bundleKeys.map(({ kid }) => kid)).toContain(announced.body.bundleKey);
    const refusal = expectProblem(await rig.call("POST", "/api/v1/keys/bundle/rotation"), "conflict");
    expect(refusal.detail).toContain("announced already");
    await exported();
    rig.clock.advance(30 * day);
    const offline = expectProblem(await rig.call("POST", "/api/v1/keys/bundle/rotation"), "conflict");
    expect(offline.detail).toContain("not in the store");
  });
});

describe("holdfast-server", () => {
  const run = (...args: string[]) =>
    new Promise<{ status: number | null; out: string; err: string }>((resolve) => {
      const program = join(import.meta.dirname, "..", "main.ts");
      const child = spawn(
        process.execPath,
        [program, "--config", "/dev/null", "--state-dir", stateDir, ...args],
        {
          env: { PATH: "" },
          stdio: ["ignore", "pipe", "pipe"],
        },
      );
      const said = { out: "", err: "" };
      child.stdout.on("data", (part) => {
        said.out += part;
      });
      child.stderr.on("data", (part) => {
        said.err += part;
      });
      child.once("close", (status) => resolve({ status, ...said }));
    });

  test("does the work and ends, beside a server on the same store", async () => {
    const taken = await run("--export-root-key", file());
    expect(taken).toMatchObject({
      status: 0,
      err: "",
      out: expect.stringContaining("Take it off this machine"),
    });
    expect(taken.out).not.toContain(JSON.parse(await readFile(file(), "utf8")).privateKey);
    expect(await run("--export-root-key", join(stateDir, "again"))).toMatchObject({ status: 3, out: "" });
    expect(await run("--rotate-bundle-key")).toMatchObject({
      status: 3,
      err: expect.stringContaining("--sign-manifest FILE"),
    });
    const rotated = await run("--rotate-bundle-key", "--sign-manifest", file(), "--json");
    expect(JSON.parse(rotated.out)).toMatchObject({
      event: "done",
      manifest: 2,
      signsFromMs: expect.any(Number),
    });
    expect((await manifest()).number).toBe(2);
  });

  test("does no two things at once, and nothing where there is no store", async () => {
    expect(keyWorkOf({ exportRootKey: null, signManifest: null, rotateBundleKey: false })).toBeNull();
    expect(keyWorkOf({ exportRootKey: "a", signManifest: null, rotateBundleKey: true })).toMatch(
      /no other work/,
    );
    expect(
      await doKeyWork(
        { do: "export-root-key", file: file() },
        { store: join(stateDir, "none.db"), stateDir },
        { now: Date.now, env: {} },
      ),
    ).toMatchObject({ kind: "refused", why: expect.stringContaining("no store") });
  });
});
