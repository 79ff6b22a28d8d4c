import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { envelopeTrust } from "@holdfast/offline-store/envelope-trust";
import { newMasterKey } from "@holdfast/server/keys/master-key";
import { makeBackup } from "@holdfast/server/operations/backup/make-backup";
import { restoreBackup } from "@holdfast/server/operations/backup/restore-backup";
import { expect, test } from "vitest";
import { temporaryDirectory } from "../rig/temporary-directory.ts";
import { TestEnterprise } from "./enterprise.ts";

test("a server restored from a backup: endpoints go on, no code twice, bundles of a new epoch only (SECURITY §7)", async () => {
  await using directory = await temporaryDirectory("restore");
  const masterKeys = [newMasterKey()] as const;
  const [first, second] = [join(directory.path, "first.db"), join(directory.path, "second.db")];
  await using enterprise = await TestEnterprise.start({ server: { store: first }, ports: { masterKeys } });
  const policy = await enterprise.policy();
  const [ada, bob, eve] = [
    await enterprise.person("ada", policy),
    await enterprise.person("bob", policy),
    await enterprise.person("eve", policy),
  ];
  const endpoint = await enterprise.endpoint();
  for (const person of [ada, bob, eve]) await endpoint.signInOnline(person);
  await endpoint.online();

  const secret = { kind: "passphrase", passphrase: "correct horse battery" } as const;
  const file = join(directory.path, "holdfast.backup");
  const { store } = enterprise.site.server.ports;
  const source = { store, location: first, masterKeys, now: Date.now };
  await writeFile(file, Readable.from(makeBackup(source, { name: "test" }, secret)));

  // What the backup does not know: an online sign-in, one offline that was told, a user disabled, another offline untold.
  await endpoint.signInOnline(ada);
  await enterprise.cut();
  await endpoint.offline();
  expect((await endpoint.signIn(ada)).code).toBe("success");
  await enterprise.restore();
  await endpoint.online();
  await enterprise.admin("PATCH", `/users/${eve.userId}`, { status: "disabled" });
  await endpoint.online();
  const oldBundle = (await endpoint.status()).users.find(({ userName }) => userName === "ada")?.bundle;
  const endpointId = endpoint.agent.endpoint?.identity.endpointId ?? "";
  const oldDocument = (await store.read((tx) => tx.bundles.get(endpointId, ada.userId)))?.document ?? "";
  await enterprise.cut();
  await endpoint.offline();
  expect((await endpoint.signIn(ada)).code).toBe("success");
  const used = ada.next;

  await enterprise.site.server.stop();
  const place = { location: second, stateDir: join(directory.path, "state"), env: {}, now: Date.now };
  const restored = await restoreBackup(file, secret, place, false);
  if (restored.kind === "refused") throw new Error(restored.why);
  await enterprise.replaceServer({ store: second }, { masterKeys });
  await enterprise.restore();
  await endpoint.online();

  // Its chain goes on, and its memory counts.
  const chains = await enterprise.admin<{ items: { kind: string; chain: string }[] }>("GET", "/audit/chains");
  expect(chains.items.filter(({ kind }) => kind === "broken")).toEqual([]);
  const alerts = (await enterprise.alerts()).map(({ kind }) => kind);
  expect(alerts).not.toContain("clone-suspected");
  expect(alerts).not.toContain("chain-broken");
  const eveNow = await enterprise.admin<{ status: string }>("GET", `/users/${eve.userId}`);
  expect(eveNow.status).toBe("disabled");
  expect((await endpoint.signIn(eve)).code).not.toBe("success");
  // The one that nobody told the server of before, and the one that the backup does not know.
  for (const counter of [used - 1, used - 3]) {
    await enterprise.admin("POST", `/users/${ada.userId}/unlock`);
    expect((await endpoint.signIn(ada, ada.code(counter))).code, `code ${counter}`).not.toBe("success");
  }
  await enterprise.admin("POST", `/users/${ada.userId}/unlock`);

  // Two codes in a row, and then it is as ever, in the new epoch.
  expect(await endpoint.signIn(ada)).toMatchObject({ code: "auth-error", reason: "code-exposed" });
  await endpoint.signInOnline(ada);
  await endpoint.until(async () => {
    const bundle = (await endpoint.status()).users.find(({ userName }) => userName === "ada")?.bundle;
    return bundle?.epoch === restored.epoch;
  });
  expect(oldBundle?.epoch).toBeLessThan(restored.epoch);
  await enterprise.cut();
  await endpoint.offline();
  expect((await endpoint.signIn(ada)).code).toBe("success");

  // A bundle of the epoch before, as a server that runs on somewhere may still sign them, is refused for it alone.
  const here = endpoint.agent.endpoint;
  if (!here) throw new Error("the agent is not enrolled");
  const ports = {
    decryptionKey: here.identity.encryptionKey.privateKey,
    trustedKeys: () => here.enterprise.trusted(Date.now()),
  };
  expect(await envelopeTrust(ports).openBundle(oldDocument)).toMatchObject({ kind: "ok" });
  const { epoch } = here.enterprise.manifest;
  expect(epoch).toBe(restored.epoch);
  expect(await envelopeTrust({ ...ports, epoch: () => epoch }).openBundle(oldDocument)).toEqual({
    kind: "refused",
    why: "epoch-over",
  });
});
