import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type CrashControl, type CrashPoint, crashControl, type FileOperation } from "../../rig/crash.ts";
import { type FaultProxy, startFaultProxy } from "../../rig/fault-proxy.ts";
import { freePort } from "../../rig/ports.ts";
import { describeWhere, pamNeeds } from "../../rig/requirements.ts";
import { Enterprise } from "../enterprise/enterprise.ts";
import type { Person } from "../enterprise/person.ts";
import type { Workstation } from "../enterprise/workstation.ts";

const cachedCodes = 300;
/** Many crashes are no reason to lock, and a long way for the token to go offline. */
const policy = {
  lockout: { failures: 100, duration: "PT3S" },
  offline: { enabled: true, cacheSize: cachedCodes },
  hotp: { windowSize: 400 },
};

interface Point {
  readonly nth: number;
  readonly when: CrashPoint["when"];
  readonly operation: FileOperation;
}

/** Before every step, in the middle of every write, and after the last. */
function pointsOf(operations: readonly FileOperation[]): Point[] {
  return operations.flatMap((operation, index) => {
    const nth = index + 1;
    const halves = operation.call === "write" ? (["half"] as const) : [];
    const ends = nth === operations.length ? (["after"] as const) : [];
    return (["before", ...halves, ...ends] as const).map((when) => ({ nth, when, operation }));
  });
}

/**
 * What a power cut could take out of its order, which a killed process does not show: a file renamed before its
 * content was synced, and a step begun before the last one's content or folder was.
 */
function outOfOrder(operations: readonly FileOperation[]): string[] {
  const unsynced = new Set<string>();
  const faults: string[] = [];
  for (const { call, path, to } of operations) {
    if (call === "fsync" || call === "fdatasync") {
      unsynced.delete(path);
      continue;
    }
    // Of one file, writes follow each other, and its name may be given before its content.
    const others = [...unsynced].filter((one) => call === "rename" || one !== path);
    if (call !== "unlink" && others.length > 0) faults.push(`${call} ${path} while unsynced: ${others}`);
    if (call === "write" || call === "truncate") unsynced.add(path);
    if (call === "rename") unsynced.add(dirname(to ?? path));
  }
  return [...faults, ...[...unsynced].map((path) => `never synced: ${path}`)];
}

describeWhere(
  [...pamNeeds, "make", "oathtool"],
  "kill -9 of the agent at every step of its order of writing",
  () => {
    const resources = new AsyncDisposableStack();
    let enterprise: Enterprise;
    let proxy: FaultProxy;
    let control: CrashControl;
    let ward: Workstation & { readonly endpointId: string };
    let alice: Person;

    beforeAll(async () => {
      control = resources.use(await crashControl());
      const port = await freePort();
      proxy = resources.use(await startFaultProxy({ targetPort: port }));
      const server = { port, publicUrl: `https://localhost:${proxy.port}` };
      enterprise = resources.use(await Enterprise.create(server, policy));
      ward = await enterprise.addWorkstation({ stateSeenOutside: true, env: control.env });
      alice = await enterprise.addPerson("alice", [ward]);
      expect(await ward.signIn(alice, alice.token.next())).toMatchObject({ succeeded: true });
      await ward.untilCached(alice, cachedCodes);
      await ward.untilLevel();
    });
    afterAll(() => resources.disposeAsync());

    const signIn = (code: string) => ward.signIn(alice, code, { operations: ["authenticate"] });

    async function operationsOf(act: () => Promise<unknown>): Promise<FileOperation[]> {
      // What an outage or a contact writes besides has ended.
      await sleep(500);
      control.count({ directory: ward.stateDirectory });
      await act();
      const operations = control.operations();
      control.off();
      return operations;
    }

    /**
     * Acts with the crash set, sees the agent die, and starts it again. Null: the step was not reached, as the background
     * does not write the same each time.
     */
    async function crashing<T>({ nth, when }: Point, act: () => Promise<T>): Promise<T | null> {
      // What the last sign-in still writes behind its answer is not counted.
      await sleep(150);
      control.crashAt({ directory: ward.stateDirectory, nth, when });
      const result = await act();
      const died = await Promise.race([ward.agent.exited, sleep(1_500)]);
      control.off();
      if (died === undefined) return null;
      expect(died).toMatchObject({ signal: "SIGKILL" });
      await ward.startAgent();
      const { health } = await ward.status();
      expect(health.filter(({ severity }) => severity === "error")).toEqual([]);
      return result;
    }

    test("OTP-8: offline sign-in: the code counts once, the attempt is never refunded, the store is sound, the next one works", {
      timeout: 240_000,
    }, async () => {
      await proxy.set({ kind: "refuse" });
      await ward.untilOffline();
      const operations = await operationsOf(async () => {
        expect(await signIn(alice.token.next())).toMatchObject({ succeeded: true });
        await sleep(200);
      });
      const commits = operations.flatMap(({ call, to }, index) =>
        call === "rename" && to?.endsWith("/state") ? [index + 1] : [],
      );
      // SECURITY §1: the attempt durably first, then the verdict; a tick of the counter after each.
      expect(commits).toHaveLength(2);
      expect(outOfOrder(operations)).toEqual([]);
      const [recorded, settled] = commits as [number, number];

      for (const point of pointsOf(operations)) {
        const { nth, when, operation } = point;
        const at = `${when} ${nth}, ${operation.call} ${operation.path.slice(ward.stateDirectory.length)}`;
        const code = alice.token.next();
        const first = await crashing(point, () => signIn(code));
        if (first === null) throw new Error(`no crash ${at}`);
        const isRecorded = nth > recorded;
        const isSettled = nth > settled;
        expect(await ward.holding(alice), at).toMatchObject({ failures: isRecorded && !isSettled ? 1 : 0 });
        const again = await signIn(code);
        expect(again.succeeded, `${at}: ${again.shown}`).toBe(!isSettled);
        expect([first.succeeded, again.succeeded].filter((one) => one).length, at).toBeLessThanOrEqual(1);
        // An answer that was lost is no reason why the next code should not do.
        if (!again.succeeded) {
          const next = await signIn(alice.token.next());
          expect(next.succeeded, `${at}: ${next.shown}`).toBe(true);
        }
        expect(await ward.holding(alice), at).toMatchObject({ failures: 0 });
      }
    });

    test("what happened there reaches the server once, in a whole chain, and nothing is in doubt", async () => {
      await proxy.set({ kind: "pass" });
      await ward.untilLevel();
      const { administrator } = enterprise;
      const events = await administrator.audit({ endpointId: ward.endpointId });
      expect(events.map(({ type }) => type)).toContain("sign-in-interrupted");
      const succeeded = events.filter(({ type, outcome }) => type === "sign-in" && outcome === "succeeded");
      const consumed = succeeded.map(({ detail }) => JSON.stringify(detail.consumed));
      expect(new Set(consumed).size).toBe(consumed.length);
      expect(await administrator.token(alice.tokenId)).toMatchObject({ nextCounter: alice.token.counter });
      expect(await administrator.brokenChains()).toEqual([]);
      expect(await administrator.alerts()).toEqual([]);
      expect(await signIn(alice.token.next())).toMatchObject({ succeeded: true });
      await ward.untilCached(alice, cachedCodes);
      await ward.untilLevel();
    });

    test("OTP-6, OTP-7: online sign-in and its refill: the cache stays good or becomes the new one, and fills in the end", {
      timeout: 240_000,
    }, async () => {
      const before = (await ward.holding(alice))?.bundle.sequence ?? 0;
      const operations = await operationsOf(async () => {
        expect(await signIn(alice.token.next())).toMatchObject({ succeeded: true });
        await ward.until("refilled", ({ users }) => (users[0]?.bundle.sequence ?? 0) > before);
        await sleep(300);
      });
      expect(operations.filter(({ path }) => path.includes(".sealed")).length).toBeGreaterThanOrEqual(4);
      expect(outOfOrder(operations)).toEqual([]);
      let crashes = 0;
      for (const point of pointsOf(operations).filter(({ when }) => when === "before")) {
        const { nth, when, operation } = point;
        const at = `${when} ${nth}, ${operation.call} ${operation.path.slice(ward.stateDirectory.length)}`;
        await ward.untilContact();
        const code = alice.token.next();
        const first = await crashing(point, () => signIn(code));
        if (first === null) continue;
        crashes += 1;
        expect((await ward.holding(alice))?.remaining, at).toBeGreaterThan(0);
        const again = await signIn(code);
        expect([first.succeeded, again.succeeded].filter((one) => one).length, at).toBeLessThanOrEqual(1);
      }
      expect(crashes).toBeGreaterThan(operations.length / 2);
      expect(await signIn(alice.token.next())).toMatchObject({ succeeded: true });
      await ward.untilCached(alice, cachedCodes);
      await proxy.set({ kind: "refuse" });
      await ward.untilOffline();
      expect(await signIn(alice.token.next())).toMatchObject({ succeeded: true });
      await proxy.set({ kind: "pass" });
      await ward.untilLevel();
      expect(await enterprise.administrator.brokenChains()).toEqual([]);
      expect(await enterprise.administrator.alerts()).toEqual([]);
    });
  },
);
