import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startPostgres } from "../../rig/postgres.ts";
import { describeWhere, missing, pamNeeds } from "../../rig/requirements.ts";
import { Enterprise } from "../enterprise/enterprise.ts";
import type { Person } from "../enterprise/person.ts";
import { type RemoteClient, remoteClient } from "../enterprise/remote-client.ts";
import { type ServerOptions, ServerProcess } from "../enterprise/server-process.ts";
import type { Workstation } from "../enterprise/workstation.ts";

/** Failures of the crowd itself must not lock. */
const policy = { lockout: { failures: 100, duration: "PT3S" }, offline: { enabled: true } };
const times = <T>(count: number, what: (index: number) => Promise<T>) =>
  Promise.all(Array.from({ length: count }, (_, index) => what(index)));

const stores = {
  SQLite: { servers: 1, needs: [] },
  PostgreSQL: { servers: 2, needs: ["postgres"] },
} as const;

for (const [store, { servers, needs }] of Object.entries(stores)) {
  const name = `many sign-ins with one code, ${servers} server(s) on ${store}`;
  describeWhere([...pamNeeds, "make", "oathtool", ...needs], name, () => {
    const resources = new AsyncDisposableStack();
    let enterprise: Enterprise;
    let wards: Workstation[];
    let all: ServerProcess[];
    let clients: RemoteClient[];
    let alice: Person;

    beforeAll(async () => {
      const shared = await storeOptions();
      enterprise = resources.use(await Enterprise.create(shared, policy));
      all = [enterprise.server];
      for (let more = 1; more < servers; more++) {
        const server = enterprise.use(await ServerProcess.create(shared));
        await server.start();
        all.push(server);
      }
      wards = [await enterprise.addWorkstation(), await enterprise.addWorkstation()];
      alice = await enterprise.addPerson("alice", wards);
      const { authorityPin } = enterprise.administrator;
      const key = await enterprise.administrator.signInKey();
      clients = await Promise.all(all.map((server) => remoteClient(server, authorityPin, key)));
      for (const client of clients) resources.use(client);
    });
    afterAll(() => resources.disposeAsync());

    async function storeOptions(): Promise<ServerOptions> {
      if (store === "SQLite" || missing("postgres") !== null) return {};
      const cluster = resources.use(await startPostgres());
      const database = resources.use(await cluster.createDatabase());
      return { databaseUrl: database.url, masterKey: randomBytes(32).toString("base64url") };
    }

    test("online: of 64 at a time exactly one succeeds", async () => {
      const code = alice.token.next();
      const outcomes = await times(64, (index) =>
        (clients[index % clients.length] as RemoteClient).signIn(alice, code),
      );
      expect(outcomes.filter((outcome) => outcome === "succeeded")).toHaveLength(1);
      expect(outcomes.filter((outcome) => outcome === "sign-in-refused")).toHaveLength(63);
      const verdicts = await enterprise.administrator.signIns({ userId: alice.userId });
      expect(verdicts).toHaveLength(64);
      expect(verdicts.filter((verdict) => verdict.outcome === "succeeded")).toHaveLength(1);
      expect(await enterprise.administrator.brokenChains()).toEqual([]);
    });

    test("online by PAM on two machines: exactly one gets in", async () => {
      const code = alice.token.next();
      const done = await times(8, (index) => (wards[index % 2] as Workstation).signIn(alice, code));
      expect(done.filter(({ succeeded }) => succeeded)).toHaveLength(1);
    });

    test("OTP-8: offline by PAM on one machine: exactly one gets in, and every other one counts", async () => {
      const ward = wards[0] as Workstation;
      expect(await ward.signIn(alice, alice.token.next())).toMatchObject({ succeeded: true });
      await ward.untilCached(alice, 25);
      await Promise.all(all.map((server) => server.kill()));
      await ward.untilOffline();
      const code = alice.token.next();
      const done = await times(10, () => ward.signIn(alice, code));
      expect(done.filter(({ succeeded }) => succeeded)).toHaveLength(1);
      expect(await ward.holding(alice)).toMatchObject({ remaining: 24 });
      expect(await ward.signIn(alice, code)).toMatchObject({ succeeded: false });
    });
  });
}
