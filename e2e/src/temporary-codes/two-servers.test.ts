import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startPostgres } from "../../rig/postgres.ts";
import { describeWhere } from "../../rig/requirements.ts";
import { Enterprise } from "../enterprise/enterprise.ts";
import { type RemoteClient, remoteClient } from "../enterprise/remote-client.ts";
import { ServerProcess } from "../enterprise/server-process.ts";
import { allowTemporaryCodes, lendCode } from "./lending.ts";

/** Failures of the crowd itself must not lock. */
const policy = { lockout: { failures: 100, duration: "PT3S" } };

describeWhere(["postgres", "oathtool"], "a temporary code at two servers on PostgreSQL", () => {
  const resources = new AsyncDisposableStack();
  let enterprise: Enterprise;
  const clients: RemoteClient[] = [];

  beforeAll(async () => {
    const cluster = resources.use(await startPostgres());
    const database = resources.use(await cluster.createDatabase());
    const shared = { databaseUrl: database.url, masterKey: randomBytes(32).toString("base64url") };
    enterprise = resources.use(await Enterprise.create(shared, policy));
    const other = enterprise.use(await ServerProcess.create(shared));
    await other.start();
    const key = await enterprise.administrator.signInKey();
    for (const server of [enterprise.server, other]) {
      const client = await remoteClient(server, enterprise.administrator.authorityPin, key);
      clients.push(resources.use(client));
    }
    await allowTemporaryCodes(enterprise.administrator);
  });
  afterAll(() => resources.disposeAsync());

  test("TC-20: of fifty at once with a code that is good once exactly one succeeds", async () => {
    const anna = await enterprise.addPerson("anna", []);
    const code = await lendCode(enterprise.administrator, anna, { use: "once" });
    const signIn = (index: number) => (clients[index % clients.length] as RemoteClient).signIn(anna, code);
    const outcomes = await Promise.all(Array.from({ length: 50 }, (_, index) => signIn(index)));
    expect(outcomes.filter((outcome) => outcome === "succeeded")).toHaveLength(1);
    const verdicts = await enterprise.administrator.signIns({ userId: anna.userId });
    expect(verdicts.filter(({ outcome }) => outcome === "succeeded")).toHaveLength(1);
    expect(await enterprise.administrator.brokenChains()).toEqual([]);
  });
});
