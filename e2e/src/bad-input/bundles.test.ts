import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type FaultProxy, startFaultProxy } from "../../rig/fault-proxy.ts";
import { freePort } from "../../rig/ports.ts";
import { describeWhere, networkNeeds, pamNeeds } from "../../rig/requirements.ts";
import { createAuthority } from "../enterprise/certificates.ts";
import { Enterprise } from "../enterprise/enterprise.ts";
import type { Person } from "../enterprise/person.ts";
import type { Workstation } from "../enterprise/workstation.ts";

const address = "10.1.0.1";
const port = 8443;
const bundles = /\/endpoints\/self\/bundles$/;
type BundleAnswer = { readonly bundle: string };

describeWhere(
  [...pamNeeds, ...networkNeeds, "make", "oathtool", "openssl"],
  "bundles that were changed on their way",
  () => {
    const resources = new AsyncDisposableStack();
    let enterprise: Enterprise;
    let proxy: FaultProxy;
    let ward: Workstation & { endpointId: string };
    let other: Workstation & { endpointId: string };
    let alice: Person;
    /** Bundles as they came by, oldest first. */
    const seen = { ofAlice: [] as string[], ofOther: [] as string[] };

    beforeAll(async () => {
      const authority = resources.use(await createAuthority());
      const own = await authority.issue("server", ["localhost", "127.0.0.1", address]);
      const shown = await authority.issue("proxy", [address]);
      const serverPort = await freePort();
      proxy = resources.use(
        await startFaultProxy({
          targetPort: serverPort,
          terminate: { identity: shown, server: { ca: authority.certificate } },
        }),
      );
      const publicUrl = `https://${address}:${port}`;
      enterprise = resources.use(await Enterprise.create({ port: serverPort, publicUrl, certificate: own }));
      const prepare = async ({ network }: Workstation) => {
        await network.expose({ address, port, targetPort: proxy.port });
      };
      ward = await enterprise.addWorkstation({ ownNetwork: true, prepare });
      other = await enterprise.addWorkstation({
        ownNetwork: true,
        prepare,
        enrolment: { name: "ward-8" },
      });
      alice = await enterprise.addPerson("alice", [ward, other]);
      await listen(seen.ofOther);
      expect(await other.signIn(alice, alice.token.next())).toMatchObject({ succeeded: true });
      await other.untilCached(alice, 25);
      await listen(seen.ofAlice);
      for (let times = 0; times < 2; times++) {
        const before = (await ward.holding(alice))?.bundle.sequence ?? 0;
        expect(await ward.signIn(alice, alice.token.next())).toMatchObject({ succeeded: true });
        await ward.until("filled", ({ users }) => (users[0]?.bundle.sequence ?? 0) > before);
      }
      expect([seen.ofOther.length, seen.ofAlice.length]).toEqual([
        expect.toSatisfy((count: number) => count >= 1),
        expect.toSatisfy((count: number) => count >= 2),
      ]);
    });
    afterAll(() => resources.disposeAsync());

    const listen = (to: string[]) =>
      proxy.set({
        kind: "rewrite",
        path: bundles,
        change(body) {
          const { bundle } = JSON.parse(body) as Partial<BundleAnswer>;
          if (bundle !== undefined) to.push(bundle);
          return body;
        },
      });

    /** The same answer with another bundle in it. */
    const inAnswer = (change: (bundle: string) => string) => (body: string) => {
      const answer = JSON.parse(body) as BundleAnswer;
      return JSON.stringify({ ...answer, bundle: change(answer.bundle) });
    };
    const flipped = (text: string, at: number) =>
      `${text.slice(0, at)}${text[at] === "A" ? "B" : "A"}${text.slice(at + 1)}`;

    const changes: Record<string, { change(body: string): string; readonly refused: boolean }> = {
      "a letter is another": {
        change: inAnswer((bundle) => flipped(bundle, bundle.length >> 1)),
        refused: true,
      },
      "its end is missing": {
        change: inAnswer((bundle) => bundle.slice(0, bundle.length >> 1)),
        refused: true,
      },
      "it is no bundle": { change: inAnswer(() => "bundle"), refused: true },
      "it is an older one of this endpoint": {
        change: inAnswer(() => seen.ofAlice[0] as string),
        refused: true,
      },
      "it is another endpoint's": {
        change: inAnswer(() => seen.ofOther[0] as string),
        refused: true,
      },
      "the answer has no bundle": { change: () => "{}", refused: false },
      "the answer is no JSON": { change: (body) => body.slice(0, -1), refused: false },
      "the answer is one of four mebibytes": {
        change: inAnswer((bundle) => bundle + "A".repeat(4 << 20)),
        refused: false,
      },
    };

    test.each(Object.entries(changes))(
      "OTP-6, UNI-5: %s: refused and told, and what was there stays good",
      async (_name, { change, refused }) => {
        await proxy.set({ kind: "pass" });
        await ward.untilLevel();
        await ward.untilCached(alice, 25);
        let met = 0;
        await proxy.set({
          kind: "rewrite",
          path: bundles,
          change(body) {
            met += 1;
            return change(body);
          },
        });
        // None is on its way any more that was asked for before.
        const before = await quiet();
        const told = await refusals();
        met = 0;
        expect(await ward.signIn(alice, alice.token.next())).toMatchObject({ succeeded: true });
        await expect.poll(() => met, { timeout: 10_000 }).toBeGreaterThan(0);
        if (refused) await expect.poll(refusals, { timeout: 10_000 }).toBeGreaterThan(told);
        expect((await ward.holding(alice))?.bundle).toEqual(before);

        await proxy.set({ kind: "refuse" });
        await ward.untilOffline();
        const offline = await ward.signIn(alice, alice.token.next());
        expect(offline, offline.shown).toMatchObject({ succeeded: true });
        expect(ward.agent.exit).toBeNull();
      },
    );

    test("afterwards a true one is taken, and nothing was lost or told twice", async () => {
      await proxy.set({ kind: "pass" });
      await ward.untilLevel();
      const before = (await ward.holding(alice))?.bundle.sequence ?? 0;
      expect(await ward.signIn(alice, alice.token.next())).toMatchObject({ succeeded: true });
      await ward.until("filled", ({ users }) => (users[0]?.bundle.sequence ?? 0) > before, 30_000);
      await ward.untilLevel();
      const { administrator } = enterprise;
      expect(await administrator.token(alice.tokenId)).toMatchObject({
        nextCounter: alice.token.counter,
      });
      expect(await administrator.brokenChains()).toEqual([]);
      expect(await administrator.alerts()).toEqual([]);
      const { health } = await ward.status();
      expect(health.filter(({ severity }) => severity === "error")).toEqual([]);
    });

    /** The bundle that is held once no other is on its way. */
    async function quiet() {
      for (;;) {
        const [asked, held] = [proxy.requests(bundles), (await ward.holding(alice))?.bundle];
        await sleep(1_000);
        const after = (await ward.holding(alice))?.bundle;
        // One that was asked for before may have been stored meanwhile.
        if (proxy.requests(bundles) === asked && after?.sequence === held?.sequence) return held;
      }
    }

    /** In the server's audit, by a contact that brings the newest. */
    async function refusals(): Promise<number> {
      await ward.untilLevel();
      const events = await enterprise.administrator.audit({ endpointId: ward.endpointId });
      return events.filter(({ type }) => type === "bundle-refused").length;
    }
  },
);
