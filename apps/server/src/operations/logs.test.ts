import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pino } from "pino";
import { expect, test } from "vitest";
import { contact, enrol, happened, holdBundle, offlineSuccess } from "../testing/endpoint.ts";
import { begin, code, newPerson, newPolicy, secretOf, signIn, startRig } from "../testing/rig.ts";

test("the log of a whole day tells every request, and no password, code, secret or key of it", async () => {
  const directory = await mkdtemp(join(tmpdir(), "holdfast-log-"));
  const lines: string[] = [];
  const log = pino({ level: "trace" }, { write: (line: string) => void lines.push(line) });
  const rig = await startRig({ stateDir: directory, store: join(directory, "holdfast.db") }, { log });
  const secrets = new Set<string>([rig.adminKey]);
  const keep = (...texts: readonly string[]) => {
    for (const text of texts) secrets.add(text);
  };

  const policyId = await newPolicy(rig, "offline", { offline: { enabled: true } });
  const anna = await newPerson(rig, "anna", { policyId });
  keep(anna.password, new URL(anna.uri).searchParams.get("secret") ?? "", anna.uri);
  const issued = await rig.call("POST", "/api/v1/endpoint-enrolments", { name: "other" });
  keep(issued.body.code);
  const desk = await enrol(rig, "desk");
  keep(desk.nonce);
  const { inner } = await holdBundle(rig, desk, anna, 0);
  for (const one of inner?.codes ?? []) keep(`"${one.code}"`);
  happened(desk, rig.clock.now(), offlineSuccess(anna, 1));
  await contact(desk);
  keep(desk.nonce);
  keep(`"${code(anna, 2)}"`, `"${code(anna, 3)}"`);
  expect((await signIn(rig, anna, code(anna, 2))).status).toBe(200);
  expect((await signIn(rig, anna, code(anna, 2))).status).toBe(403);
  const wrong = "what somebody typed by mistake";
  keep(wrong, "nobody-of-this-name");
  await begin(rig, { user: { userName: "nobody-of-this-name" } }, [{ factor: "password", value: wrong }]);
  const asking = await begin(rig, anna, [{ factor: "password", value: anna.password }]);
  keep(asking.body.continuation);
  await rig.call("PUT", `/api/v1/users/${anna.user.id}/password`, { password: "the next password!" });
  keep("the next password!");
  const authenticators = `/api/v1/users/${anna.user.id}/authenticators`;
  const timed = await rig.call("POST", authenticators, { kind: "totp" });
  keep(timed.body.otpauthUri, Buffer.from(secretOf(timed.body.otpauthUri)).toString("base64url"));
  const recovery = await rig.call("POST", authenticators, { kind: "recovery-code" });
  keep(...recovery.body.codes);
  const key = await rig.call("POST", "/api/v1/api-keys", { name: "monitoring", scopes: ["read"] });
  keep(key.body.key);
  const passphrase = "a passphrase for backups";
  keep(passphrase);
  const backup = await rig.call("POST", "/api/v1/backups", { secret: { kind: "passphrase", passphrase } });
  expect(backup.status).toBe(200);
  await rig.call("POST", "/api/v1/keys/master/rotation");
  await rig.call("GET", `/api/v1/nothing?token=${encodeURIComponent("in-the-address")}`);
  keep("in-the-address");
  await rig.call("POST", "/api/v1/users", { userName: 7, password: "of a bad request" });
  keep("of a bad request");
  // Nor in the audit, which leaves the house by its export.
  const exported = await rig.call("GET", "/api/v1/audit/export");
  expect(exported.text.split("\n").length).toBeGreaterThan(10);
  await rig.stop();

  const text = lines.join("") + exported.text;
  const answered = lines.map((line) => JSON.parse(line)).filter(({ msg }) => msg === "answered");
  expect(answered.length).toBeGreaterThan(20);
  expect(answered).toContainEqual(
    expect.objectContaining({ method: "POST", route: "/api/v1/users", status: 201, request: "test-request" }),
  );
  expect(secrets.size).toBeGreaterThan(30);
  for (const secret of secrets) {
    expect(secret.length).toBeGreaterThan(5);
    expect(text.includes(secret), "a secret is in log or audit").toBe(false);
  }
  await rm(directory, { recursive: true, force: true });
});
