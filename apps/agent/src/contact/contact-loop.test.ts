import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { ContactOutcome } from "./contact.ts";
import { ContactLoop } from "./contact-loop.ts";
import { NewsBudget } from "./news-budget.ts";

const minuteMs = 60_000;

beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

/** An endpoint that is online and level, whose events wait until a contact takes them. */
async function onlineEndpoint(during: (contact: number) => void = () => undefined) {
  vi.spyOn(Math, "random").mockReturnValue(0.5);
  const contactsAtMs: number[] = [];
  let waiting = 0;
  let outcome: ContactOutcome = { kind: "level" };
  const loop = new ContactLoop({
    make: async () => {
      contactsAtMs.push(performance.now());
      const before = outcome;
      await Promise.resolve();
      if (before.kind === "level") waiting = 0;
      during(contactsAtMs.length);
      return before;
    },
    connection: {
      candidates: () => ({ servers: [{ server: "https://one", startAfterMs: 0 }], totalMs: 1500 }),
      answered: () => undefined,
      unreachable: () => undefined,
    },
    store: { events: async () => ({ events: Array(waiting).fill({}), more: false }) },
    log: { warn: () => undefined, error: () => undefined },
    intervalMs: 5 * minuteMs,
    spreadMs: 2000,
  });
  const happens = () => {
    waiting += 1;
    loop.soon();
  };
  loop.cameOnline();
  await vi.advanceTimersByTimeAsync(1000);
  const startedMs = performance.now();
  return {
    loop,
    happens,
    waiting: () => waiting,
    outcomeWillBe: (next: ContactOutcome) => {
      outcome = next;
    },
    /** Contacts after the first of this connection, in milliseconds since it was over. */
    contacts: () => contactsAtMs.slice(1).map((atMs) => Math.round(atMs - startedMs)),
  };
}

describe("news of this endpoint", () => {
  test("goes up within two seconds, and what happens meanwhile goes with it (DESIGN §7, promise 4)", async () => {
    const { happens, waiting, contacts } = await onlineEndpoint();
    happens();
    await vi.advanceTimersByTimeAsync(500);
    happens();
    happens();
    await vi.advanceTimersByTimeAsync(1500);
    expect(waiting()).toBe(0);
    expect(contacts()).toEqual([1500]);
    await vi.advanceTimersByTimeAsync(minuteMs);
    expect(contacts()).toHaveLength(1);
  });

  test("of a contact itself goes up with one more, and that is the end of it", async () => {
    let endpoint: Awaited<ReturnType<typeof onlineEndpoint>> | null = null;
    endpoint = await onlineEndpoint((contact) => {
      // After the last exchange of the second contact somebody is refused.
      if (contact === 2) endpoint?.happens();
    });
    endpoint.happens();
    await vi.advanceTimersByTimeAsync(minuteMs);
    expect(endpoint.waiting()).toBe(0);
    expect(endpoint.contacts()).toHaveLength(2);
  });

  test("at every contact makes no loop: two a minute, after a few in a row", async () => {
    let endpoint: Awaited<ReturnType<typeof onlineEndpoint>> | null = null;
    endpoint = await onlineEndpoint(() => endpoint?.happens());
    endpoint.happens();
    await vi.advanceTimersByTimeAsync(10 * minuteMs);
    expect(endpoint.contacts().slice(0, 5)).toEqual([1500, 3000, 4500, 6000, 7500]);
    expect(endpoint.contacts()).toHaveLength(25);
  });

  test("costs nothing where another contact takes it along", async () => {
    const { loop, happens, waiting } = await onlineEndpoint();
    for (let times = 0; times < 10; times += 1) {
      happens();
      await loop.now();
    }
    happens();
    expect(waiting()).toBe(1);
    await vi.advanceTimersByTimeAsync(2000);
    expect(waiting()).toBe(0);
  });

  test("brings no contact forward that comes sooner anyway, nor the first one of a connection", async () => {
    const { loop, happens, contacts } = await onlineEndpoint();
    await vi.advanceTimersByTimeAsync(5 * minuteMs - 900);
    happens();
    await vi.advanceTimersByTimeAsync(3000);
    expect(contacts()).toEqual([5 * minuteMs]);
    loop.wentOffline();
    happens();
    await vi.advanceTimersByTimeAsync(10 * minuteMs);
    expect(contacts()).toHaveLength(1);
    vi.mocked(Math.random).mockReturnValueOnce(0.99);
    loop.cameOnline();
    happens();
    await vi.advanceTimersByTimeAsync(1950);
    expect(contacts()).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(minuteMs);
    expect(contacts()).toHaveLength(2);
  });

  test("is told again soon where a contact fails and the connection does not", async () => {
    const { loop, happens, waiting, contacts, outcomeWillBe } = await onlineEndpoint();
    happens();
    outcomeWillBe({ kind: "not-reachable", why: "ECONNRESET" });
    await loop.now();
    outcomeWillBe({ kind: "level" });
    await vi.advanceTimersByTimeAsync(5000);
    expect(contacts()).toEqual([0, 5000]);
    expect(waiting()).toBe(0);
  });

  test("waits as long as a server asks for that declined the last contact", async () => {
    const { loop, happens, contacts, outcomeWillBe } = await onlineEndpoint();
    outcomeWillBe({ kind: "refused", code: "too-many-requests", detail: "later", retryAfterSeconds: 60 });
    await loop.now();
    happens();
    await vi.advanceTimersByTimeAsync(50_000);
    expect(contacts()).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(11_000);
    expect(contacts()).toHaveLength(2);
  });
});

test("what was not spent on news comes back, one every half minute and never more than five", () => {
  const budget = new NewsBudget(0);
  for (let times = 0; times < 5; times += 1) {
    expect(budget.waitMs(0, 0.5)).toBe(1500);
    budget.spend(0);
  }
  expect(budget.waitMs(0, 0.5)).toBe(30_000);
  expect(budget.waitMs(20_000, 0.5)).toBe(10_000);
  expect(budget.waitMs(30_000, 0.5)).toBe(1500);
  for (let times = 0; times < 5; times += 1) budget.spend(10 * minuteMs);
  expect(budget.waitMs(10 * minuteMs, 0)).toBe(30_000);
});
