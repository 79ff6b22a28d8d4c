import { staggered } from "@holdfast/core/connectivity/candidates";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { askServers } from "./ask-servers.ts";
import type { Waiting } from "./server-api.ts";
import type { ServerAnswer } from "./server-client.ts";

type Behaviour = (waiting: Waiting) => Promise<ServerAnswer<string>>;
const after =
  (ms: number, value: string): Behaviour =>
  () =>
    later(ms, { kind: "answered", value });
const failing =
  (ms: number): Behaviour =>
  () =>
    later(ms, { kind: "not-reachable", why: "ECONNREFUSED" });
const never: Behaviour = () => new Promise(() => undefined);
const working =
  (atMs: number, answer: Behaviour): Behaviour =>
  async (waiting) => {
    await later(atMs, null);
    waiting.onProcessing?.();
    return answer(waiting);
  };

function later<T>(ms: number, value: T): Promise<T> {
  return new Promise((resolve) => setTimeout(resolve, ms, value));
}

/** When each was asked, the outcome, and when it came. */
async function run(behaviours: Record<string, Behaviour>, goneAtMs: number | null = null) {
  const startedMs = performance.now();
  const asked: Record<string, number> = {};
  const aborted: string[] = [];
  const gone = new AbortController();
  if (goneAtMs !== null) setTimeout(() => gone.abort(), goneAtMs);
  const outcome = askServers(staggered(Object.keys(behaviours)), 1500, gone.signal, (server, waiting) => {
    asked[server] = Math.round(performance.now() - startedMs);
    waiting.signal.addEventListener("abort", () => aborted.push(server));
    return behaviours[server]?.(waiting) ?? never(waiting);
  });
  await vi.runAllTimersAsync();
  const ended = await outcome;
  return {
    asked,
    aborted,
    ended,
    word: ended.kind === "word" ? `${ended.server}: ${JSON.stringify(ended.answer)}` : null,
  };
}

beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] }));
afterEach(() => void vi.useRealTimers());

describe("asking several servers (OTP-30, MDA-13)", () => {
  test("the first answers at once: nobody else is asked", async () => {
    const { asked, word } = await run({ a: after(20, "yes"), b: after(1, "b") });
    expect(asked).toEqual({ a: 0 });
    expect(word).toContain("a:");
  });

  test("nobody answers: all were asked, 400 ms apart", async () => {
    const { asked, ended, aborted } = await run({ a: never, b: never, c: never });
    expect(asked).toEqual({ a: 0, b: 400, c: 800 });
    expect(ended).toMatchObject({ kind: "unreachable", failed: [{ server: "a" }, {}, {}] });
    expect(aborted).toEqual(["a", "b", "c"]);
  });

  test("one fails: the next is asked at once", async () => {
    const { asked, word, ended } = await run({ a: failing(10), b: failing(10), c: after(5, "c") });
    expect(asked).toEqual({ a: 0, b: 10, c: 20 });
    expect(word).toContain("c:");
    expect(ended.failed.map(({ server }) => server)).toEqual(["a", "b"]);
  });

  test("all fail: the end is known at once", async () => {
    const startedMs = performance.now();
    const { ended } = await run({ a: failing(10), b: failing(10) });
    expect(ended.kind).toBe("unreachable");
    expect(performance.now() - startedMs).toBeLessThan(100);
  });

  test("the slow first one answers last but first of all: its word counts", async () => {
    const { word, aborted } = await run({ a: after(1000, "a"), b: never });
    expect(word).toContain("a:");
    expect(aborted).toEqual(["b"]);
  });

  test("a server at work (102) gets ten seconds, and nobody else is bothered", async () => {
    const { asked, word } = await run({ a: working(50, after(9000, "a")), b: after(1, "b") });
    expect(asked).toEqual({ a: 0 });
    expect(word).toContain("a:");
  });

  test("a server at work that dies: the next is asked, within a new decision", async () => {
    const { asked, word } = await run({ a: working(50, failing(3000)), b: after(1400, "b") });
    expect(asked).toEqual({ a: 0, b: 3050 });
    expect(word).toContain("b:");
  });

  test("a problem is a word, too", async () => {
    const problem = { kind: "problem", problem: { code: "sign-in-refused" } } as never;
    const { word } = await run({ a: () => later(5, problem), b: after(1, "b") });
    expect(word).toContain("sign-in-refused");
  });

  test("known to be gone while it waits: the end is known, too", async () => {
    const startedMs = performance.now();
    const { ended } = await run({ a: never }, 200);
    expect(ended.kind).toBe("unreachable");
    expect(performance.now() - startedMs).toBeLessThan(300);
  });

  test("a server at work is there, whatever became of the event stream", async () => {
    const { word } = await run({ a: working(50, after(3000, "a")) }, 200);
    expect(word).toContain("a:");
  });

  test("nobody to ask", async () => {
    expect((await run({})).ended).toEqual({ kind: "unreachable", failed: [] });
  });
});
