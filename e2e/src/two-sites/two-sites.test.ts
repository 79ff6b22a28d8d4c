import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type FaultProxy, startFaultProxy } from "../../rig/fault-proxy.ts";
import { freePort } from "../../rig/ports.ts";
import { startPostgres } from "../../rig/postgres.ts";
import { describeWhere, pamNeeds } from "../../rig/requirements.ts";
import { Enterprise } from "../enterprise/enterprise.ts";
import type { Person } from "../enterprise/person.ts";
import { ServerProcess } from "../enterprise/server-process.ts";
import type { Workstation } from "../enterprise/workstation.ts";

const offlineNotice = "Offline sign-in: the server cannot be reached.";

describeWhere(
  [...pamNeeds, "make", "oathtool", "postgres"],
  "three servers at two sites, one PostgreSQL",
  () => {
    const resources = new AsyncDisposableStack();
    let enterprise: Enterprise;
    let ward: Workstation & { endpointId: string };
    let alice: Person;
    let north1: Site;
    let north2: Site;
    let south: Site;

    /** A server behind a proxy that keeps its access log. */
    interface Site {
      readonly server: ServerProcess;
      readonly proxy: FaultProxy;
    }

    beforeAll(async () => {
      const cluster = resources.use(await startPostgres());
      const database = resources.use(await cluster.createDatabase());
      const shared = { databaseUrl: database.url, masterKey: randomBytes(32).toString("base64url") };
      const proxied = async () => {
        const port = await freePort();
        const proxy = resources.use(await startFaultProxy({ targetPort: port }));
        return { proxy, options: { ...shared, port, publicUrl: `https://localhost:${proxy.port}` } };
      };
      const [one, two, three] = [await proxied(), await proxied(), await proxied()];
      enterprise = resources.use(await Enterprise.create({ ...one.options, site: "north" }));
      const further = async ({ options }: typeof one, site: string) => {
        const server = enterprise.use(await ServerProcess.create({ ...options, site }));
        await server.start();
        return server;
      };
      north1 = { server: enterprise.server, proxy: one.proxy };
      north2 = { server: await further(two, "north"), proxy: two.proxy };
      south = { server: await further(three, "south"), proxy: three.proxy };
      ward = await enterprise.addWorkstation({ enrolment: { site: "north" } });
      alice = await enterprise.addPerson("alice", [ward]);
      expect(await ward.signIn(alice, alice.token.next())).toMatchObject({ succeeded: true });
      await ward.untilCached(alice, 25);
      await ward.untilLevel();
    });
    afterAll(() => resources.disposeAsync());

    const signIn = async () => {
      const done = await ward.signIn(alice, alice.token.next());
      expect(done, done.shown).toMatchObject({ succeeded: true });
      return done;
    };
    const connectedTo = (site: Site) =>
      ward.until(
        `connected to ${site.server.url}`,
        ({ connection }) => connection.state === "online" && connection.server === site.server.url,
      );

    test("MDA-10: with one of the site's two servers gone sign-in goes on online, by the other", async () => {
      await north1.server.kill();
      const done = await signIn();
      expect(done.shown).not.toContain(offlineNotice);
      await connectedTo(north2);
      expect((await signIn()).shown).not.toContain(offlineNotice);
    });

    test("MDA-10, MDA-11, MDA-13: with both gone it is offline, after trying both and without trying the other site", async () => {
      const beforeMs = Date.now();
      for (const { proxy } of [north1, north2, south]) proxy.clearLog();
      await north2.server.kill();
      const status = await ward.untilOffline();
      const offlineMs = status.connection.sinceMs ?? 0;
      for (const { proxy } of [north1, north2]) {
        const [attempt] = proxy.accessLog;
        expect(attempt?.atMs).toBeGreaterThanOrEqual(beforeMs);
        expect(attempt?.atMs).toBeLessThanOrEqual(offlineMs);
      }
      expect((await signIn()).shown).toContain(offlineNotice);
      expect(south.proxy.connections()).toBe(0);
      expect(south.server.child.exit).toBeNull();
    });

    test("MDA-12: back online by itself as soon as one server of the site is there again", async () => {
      // While south comes back it is not tried either; from now on all of them allow failover.
      await south.server.stop();
      await south.server.start({ failoverBetweenSites: true });
      await north2.server.start({ failoverBetweenSites: true });
      await connectedTo(north2);
      await ward.untilContact();
      await north1.server.start({ failoverBetweenSites: true });
      expect((await signIn()).shown).not.toContain(offlineNotice);
      await ward.untilLevel();
    });

    test("MDA-11: with failover between sites on, the other site's server takes over", async () => {
      await Promise.all([north1.server.kill(), north2.server.kill()]);
      await connectedTo(south);
      expect((await signIn()).shown).not.toContain(offlineNotice);
    });

    test("MDA-13: with failover on every server of both sites is tried before it is offline", async () => {
      for (const { proxy } of [north1, north2, south]) proxy.clearLog();
      await south.server.kill();
      const offlineMs = (await ward.untilOffline()).connection.sinceMs ?? 0;
      for (const { proxy } of [north1, north2, south]) {
        expect(proxy.accessLog.some(({ atMs }) => atMs <= offlineMs)).toBe(true);
      }
      expect((await signIn()).shown).toContain(offlineNotice);
      await south.server.start();
      await connectedTo(south);
      await ward.untilLevel();
    });

    test("the audit of all servers is whole, with every sign-in once", async () => {
      await north1.server.start();
      const signIns = await enterprise.administrator.signIns({ userId: alice.userId });
      const counters = signIns.map(({ detail }) => JSON.stringify(detail.consumed));
      expect(signIns.map(({ outcome }) => outcome)).toEqual(signIns.map(() => "succeeded"));
      expect(new Set(counters).size).toBe(counters.length);
      expect(counters).toHaveLength(alice.token.counter);
      expect(await enterprise.administrator.brokenChains()).toEqual([]);
      expect(await enterprise.administrator.alerts()).toEqual([]);
    });
  },
);
