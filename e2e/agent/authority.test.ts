import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { announceSuccessor, openAuthority } from "@holdfast/server/certificate-authority/authority";
import { inMemoryConfig } from "@holdfast/server/config";
import { newMasterKey } from "@holdfast/server/keys/master-key";
import { createSecrets } from "@holdfast/server/keys/secrets";
import { createServer } from "@holdfast/server/server";
import { openStore } from "@holdfast/server/store/open-store";
import { expect, test } from "vitest";
import { temporaryDirectory } from "../rig/temporary-directory.ts";
import { TestEnterprise } from "./enterprise.ts";

/** Somebody else's authority, and a certificate of it for localhost. */
async function otherAuthority(directory: string, name: string) {
  const store = await openStore({ location: ":memory:", now: Date.now, serverId: "other" });
  const names = { names: ["localhost"], further: [] };
  const authority = await openAuthority(store, createSecrets([newMasterKey()]), names, Date.now());
  await store.close();
  const { certificatePem, keyPem } = await authority.issue(["localhost"], Date.now());
  const [certificatePath, keyPath] = [join(directory, `${name}.pem`), join(directory, `${name}.key`)];
  await writeFile(certificatePath, `${certificatePem}\n${authority.certificatePem}\n`);
  await writeFile(keyPath, keyPem, { mode: 0o600 });
  return { kind: "given", certificatePath, keyPath } as const;
}

test("endpoints go over to another authority once the manifest has announced it, and to no other (SECURITY §7)", async () => {
  await using directory = await temporaryDirectory("authority");
  const masterKeys = [newMasterKey()] as const;
  const store = join(directory.path, "holdfast.db");
  await using enterprise = await TestEnterprise.start({ server: { store }, ports: { masterKeys } });
  const ada = await enterprise.person("ada", await enterprise.policy());
  const endpoint = await enterprise.endpoint();
  await endpoint.signInOnline(ada);

  // A server with the new authority starts on the store: that announces it, and the endpoint hears of it by the old one.
  const announced = await otherAuthority(directory.path, "announced");
  const another = await createServer({ ...inMemoryConfig, store, tls: announced }, { masterKeys });
  await another.stop();
  await endpoint.online();
  expect(endpoint.agent.endpoint?.enterprise.manifest.authorityPins).toHaveLength(2);

  // Somebody who presents a third authority gets nothing, whatever he says.
  await enterprise.site.server.stop();
  const foreign = await otherAuthority(directory.path, "foreign");
  await enterprise.replaceServer({ store: ":memory:", tls: foreign }, {});
  await endpoint.offline();
  await new Promise((resolve) => setTimeout(resolve, 1500));
  expect(endpoint.at).toBe("offline");
  expect(endpoint.agent.endpoint?.enterprise.record.authorities).toHaveLength(1);

  await enterprise.site.server.stop();
  await enterprise.replaceServer({ store, tls: announced }, { masterKeys });
  await endpoint.online();
  expect(endpoint.agent.endpoint?.enterprise.record.authorities).toHaveLength(2);
  await endpoint.signInOnline(ada);

  // It is kept: a restart needs no announcement.
  await endpoint.stop();
  await endpoint.start();
  await endpoint.online();
});

test("Holdfast's own authority has a successor: announced, taken up without a restart, and endpoints follow", async () => {
  await using directory = await temporaryDirectory("successor");
  const masterKeys = [newMasterKey()] as const;
  const store = join(directory.path, "holdfast.db");
  await using enterprise = await TestEnterprise.start({ server: { store }, ports: { masterKeys } });
  const ada = await enterprise.person("ada", await enterprise.policy());
  const endpoint = await enterprise.endpoint();
  await endpoint.signInOnline(ada);
  const { server } = enterprise.site;
  const before = server.ports.server.authorityPin;

  // Announced today, it does not sign yet: an endpoint away for as long as a lease must have heard of it.
  const early = await announceSuccessor(
    server.ports.store,
    server.ports.secrets,
    { name: "test" },
    Date.now(),
  );
  expect(early.kind).toBe("announced");
  await server.reloadCertificates();
  expect(server.ports.server.authorityPin).toBe(before);
  expect(
    (await announceSuccessor(server.ports.store, server.ports.secrets, { name: "test" }, Date.now())).kind,
  ).toBe("refused");

  // As if the manifest that names it had been signed a month ago.
  const monthAgo = { now: () => Date.now() - 30 * 86_400_000 };
  const another = await createServer({ ...inMemoryConfig, store }, { masterKeys, clock: monthAgo });
  await another.stop();
  await endpoint.online();
  await server.reloadCertificates();
  expect(server.ports.server.authorityPin).not.toBe(before);
  expect(early).toMatchObject({ pin: server.ports.server.authorityPin });

  await enterprise.cut();
  await endpoint.offline();
  await enterprise.restore();
  await endpoint.online();
  await endpoint.signInOnline(ada);
  expect(endpoint.agent.endpoint?.enterprise.record.authorities).toHaveLength(2);
  // And who enrols now pins the new one from the start.
  const fresh = await enterprise.endpoint({ name: "fresh" });
  expect(fresh.agent.endpoint?.enterprise.record.authorities).toHaveLength(1);
});
