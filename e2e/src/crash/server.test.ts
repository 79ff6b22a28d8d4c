import { rm } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type FaultProxy, startFaultProxy } from "../../rig/fault-proxy.ts";
import { freePort } from "../../rig/ports.ts";
import { describeWhere, pamNeeds } from "../../rig/requirements.ts";
import { Enterprise } from "../enterprise/enterprise.ts";
import type { Person } from "../enterprise/person.ts";
import { Workstation } from "../enterprise/workstation.ts";
import { type Moment, type ServerCrashes, serverStores } from "./server-crashes.ts";

const policy = { lockout: { failures: 100, duration: "PT3S" }, offline: { enabled: true } };

describe.each(Object.entries(serverStores))("on %s", (_store, { needs, start }) => {
  describeWhere(
    [...pamNeeds, ...needs, "make", "oathtool"],
    "kill -9 of the server within its commits",
    () => {
      const resources = new AsyncDisposableStack();
      let crashes: ServerCrashes;
      let proxy: FaultProxy;
      let enterprise: Enterprise;
      let ward: Workstation & { readonly endpointId: string };
      let alice: Person;

      beforeAll(async () => {
        crashes = resources.use(await start());
        const port = await freePort();
        proxy = resources.use(await startFaultProxy({ targetPort: port }));
        const server = { port, publicUrl: `https://localhost:${proxy.port}`, ...crashes.options };
        enterprise = resources.use(await Enterprise.create(server, policy));
        ward = await enterprise.addWorkstation();
        alice = await enterprise.addPerson("alice", [ward]);
        expect(await ward.signIn(alice, alice.token.next())).toMatchObject({ succeeded: true });
        await ward.untilCached(alice, 25);
        await ward.untilLevel();
      });
      afterAll(() => resources.disposeAsync());

      async function momentsOf(act: () => Promise<unknown>): Promise<Moment[]> {
        await sleep(300);
        const moments = await crashes.moments(enterprise.server, act);
        expect(moments.length).toBeGreaterThan(0);
        return moments;
      }

      /** Acts with the crash set, sees the server die, and starts it again. Null: the step was not reached this time. */
      async function crashing<T>(moment: Moment, act: () => Promise<T>): Promise<T | null> {
        await sleep(300);
        moment.arm(enterprise.server);
        const result = await act();
        const died = await Promise.race([enterprise.server.child.exited, sleep(2_000)]);
        crashes.off();
        if (died === undefined) return null;
        expect(died).toMatchObject({ signal: "SIGKILL" });
        await enterprise.server.start();
        return result;
      }

      /** Nothing was spent twice, nothing is in doubt, and the chains are whole. */
      async function expectLevel(at: string): Promise<void> {
        await ward.untilLevel();
        const { administrator } = enterprise;
        expect(await administrator.token(alice.tokenId), at).toMatchObject({
          nextCounter: alice.token.counter,
        });
        expect(await administrator.alerts(), at).toEqual([]);
        expect(await administrator.brokenChains(), at).toEqual([]);
        const signIns = await administrator.signIns({ userId: alice.userId });
        const succeeded = signIns.filter(({ outcome }) => outcome === "succeeded");
        const byCounter = Map.groupBy(succeeded, ({ detail }) => JSON.stringify(detail.consumed));
        expect(byCounter.size, at).toBe(alice.token.counter);
        for (const [consumed, events] of byCounter) {
          // The server's verdict and the endpoint's, where the answer got lost: one attempt, told once by each.
          expect(new Set(events.map(({ attemptId }) => attemptId)).size, `${at}: ${consumed}`).toBe(1);
          expect(new Set(events.map(({ mode }) => mode)).size, `${at}: ${consumed}`).toBe(events.length);
        }
      }

      test("OTP-29: within an online sign-in and its refill: he gets in once, and what was acknowledged is there", {
        timeout: 240_000,
      }, async () => {
        const moments = await momentsOf(async () => {
          expect(await ward.signIn(alice, alice.token.next())).toMatchObject({ succeeded: true });
          await ward.untilCached(alice, 25);
        });
        let deaths = 0;
        for (const point of moments) {
          const code = alice.token.next();
          const done = await crashing(point, () => ward.signIn(alice, code));
          if (done === null) continue;
          deaths += 1;
          // By the server's word, or by the endpoint when the server was gone before it could give it.
          expect(done.succeeded, `${point.at}: ${done.shown}`).toBe(true);
          expect((await ward.signIn(alice, code)).succeeded, point.at).toBe(false);
          await expectLevel(point.at);
        }
        expect(deaths).toBeGreaterThanOrEqual(4);
      });

      test("UNI-5: within the upload of events: each is there once, whether the answer came or not", {
        timeout: 120_000,
      }, async () => {
        const offlineSignIn = async () => {
          await proxy.set({ kind: "refuse" });
          await ward.untilOffline();
          expect(await ward.signIn(alice, alice.token.next())).toMatchObject({ succeeded: true });
        };
        const upload = async () => {
          await proxy.set({ kind: "pass" });
          await ward
            .until("uploaded or dead", () => enterprise.server.child.exit !== null, 4_000)
            .catch(() => undefined);
        };
        await offlineSignIn();
        const moments = await momentsOf(async () => {
          await proxy.set({ kind: "pass" });
          await ward.untilLevel();
        });
        // The commit that takes the events is the first; what follows was covered above.
        for (const point of moments.slice(0, 2)) {
          await offlineSignIn();
          const reached = await crashing(point, async () => {
            await upload();
            return true;
          });
          expect(reached, point.at).toBe(true);
          await expectLevel(point.at);
        }
      });

      test("within an enrolment: an acknowledged endpoint is there; one that is not comes by the same code or by a new one", {
        timeout: 120_000,
      }, async () => {
        const { administrator, server } = enterprise;
        const fresh = enterprise.use(await Workstation.create({ stateSeenOutside: true }));
        const anew = async () => {
          await fresh.agent.stop();
          await rm(fresh.stateDirectory, { recursive: true, force: true });
          await fresh.startAgent();
        };
        await fresh.startAgent();
        const name = "ward-9";
        const moments = await momentsOf(() => fresh.enrol(administrator, server.url, { name }));
        for (const point of moments.slice(0, 2)) {
          await anew();
          const code = await administrator.enrolmentCode({ name });
          const answer = await crashing(point, () => fresh.enrolByCode(server.url, code));
          expect(answer, point.at).not.toBeNull();
          if (answer?.kind !== "enrolled") {
            const again = await fresh.enrolByCode(server.url, code);
            if (again.kind !== "enrolled") {
              expect(again, point.at).toMatchObject({ kind: "refused" });
              const other = await administrator.enrolmentCode({ name });
              expect(await fresh.enrolByCode(server.url, other), point.at).toMatchObject({
                kind: "enrolled",
              });
            }
          }
          await fresh.until("online", ({ connection }) => connection.state === "online");
          const { endpoint } = await fresh.status();
          expect(await administrator.endpoint(endpoint?.id ?? ""), point.at).toMatchObject({
            name,
            status: "active",
          });
        }
        expect(await administrator.brokenChains()).toEqual([]);
      });
    },
  );
});
