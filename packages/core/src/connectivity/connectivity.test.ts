import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { ConnectivitySettings } from "./candidates.ts";
import { DECISION_MS, eligibleServers } from "./candidates.ts";
import type { ConnectivityEffect, ConnectivityInput, ConnectivityState } from "./connectivity.ts";
import { candidates, connectivity, LONGEST_PAUSE_MS, startConnectivity, wakeAtMs } from "./connectivity.ts";

const A1 = "https://a1";
const A2 = "https://a2";
const B1 = "https://b1";
const twoSites: ConnectivitySettings = {
  servers: [
    { url: B1, site: "b" },
    { url: A1, site: "a" },
    { url: A2, site: "a" },
  ],
  ownSite: "a",
  failoverBetweenSites: true,
};

/** The shell, with servers that are up, dead (refuse at once) or black holes (say nothing). */
class Rig {
  nowMs = 0;
  state: ConnectivityState;
  servers: Record<string, "up" | "dead" | "hole">;
  opened: string[] = [];
  tried: string[] = [];
  live = new Map<number, { server: string; hello: boolean }>();
  log: string[] = [];
  #timerMs = Number.POSITIVE_INFINITY;
  #entropy: number;

  constructor(
    settings: ConnectivitySettings,
    servers: Record<string, "up" | "dead" | "hole">,
    entropy = 0.5,
  ) {
    this.servers = servers;
    this.#entropy = entropy;
    const step = startConnectivity(settings, this.nowMs, entropy);
    this.state = step.state;
    this.#perform(step.effects);
  }

  give(input: ConnectivityInput): void {
    const step = connectivity(this.state, input, this.nowMs, this.#entropy);
    this.state = step.state;
    this.#perform(step.effects);
  }

  /** Lets time pass; heartbeats come every 5 s from a server that is up. */
  pass(ms: number): void {
    const endMs = this.nowMs + ms;
    for (;;) {
      const beatMs =
        this.state.at === "online" ? Math.floor(this.nowMs / 5000) * 5000 + 5000 : Number.POSITIVE_INFINITY;
      const nextMs = Math.min(this.#timerMs, beatMs);
      if (nextMs > endMs) break;
      this.nowMs = Math.max(this.nowMs, nextMs);
      if (this.nowMs === beatMs && this.state.at === "online" && this.servers[this.state.server] === "up") {
        this.give({ in: "heard", stream: this.state.stream });
      }
      if (this.nowMs >= this.#timerMs) this.give({ in: "tick" });
    }
    this.nowMs = endMs;
  }

  /** A server goes; where it dies, its streams are reset, a black hole keeps still. */
  set(server: string, to: "up" | "dead" | "hole"): void {
    this.servers[server] = to;
    for (const [stream, at] of [...this.live]) {
      if (at.server !== server) continue;
      if (to === "dead") {
        this.live.delete(stream);
        this.give({ in: "stream-broken", stream, why: "connection reset" });
      } else if (to === "up" && !at.hello) this.#answer(stream, server);
    }
  }

  #answer(stream: number, server: string): void {
    if (!this.live.has(stream)) return;
    if (this.servers[server] === "up") {
      this.live.set(stream, { server, hello: true });
      this.give({ in: "stream-opened", stream, heartbeatMs: 5000 });
    } else if (this.servers[server] === "dead") {
      this.live.delete(stream);
      this.give({ in: "stream-broken", stream, why: "connection refused" });
    }
  }

  #perform(effects: readonly ConnectivityEffect[]): void {
    for (const effect of effects) {
      if (effect.do === "set-timer") this.#timerMs = effect.atMs;
      else if (effect.do === "close-stream") this.live.delete(effect.stream);
      else if (effect.do === "open-stream") {
        this.tried.push(effect.server);
        this.live.set(effect.stream, { server: effect.server, hello: false });
      } else this.log.push(effect.do === "came-online" ? `online ${effect.server}` : "offline");
    }
    for (const effect of effects) {
      if (effect.do === "open-stream") this.#answer(effect.stream, effect.server);
    }
  }
}

describe("which servers, in which order", () => {
  test.each<[string, Partial<ConnectivitySettings>, string[]]>([
    ["own site first, then the others", {}, [A1, A2, B1]],
    ["own site alone without failover (MDA-11)", { failoverBetweenSites: false }, [A1, A2]],
    [
      "a site that has no server belongs to all",
      { failoverBetweenSites: false, ownSite: "ward" },
      [B1, A1, A2],
    ],
    ["none known", { servers: [] }, []],
    ["one named twice is one", { servers: [...twoSites.servers, { url: A1, site: "a" }] }, [A1, A2, B1]],
  ])("%s", (_name, change, expected) => {
    expect(eligibleServers({ ...twoSites, ...change })).toEqual(expected);
  });

  test("requests are hedged at 0, 400 and 800 ms within 1.5 s (OTP-30)", () => {
    const connecting = new Rig(twoSites, { [A1]: "hole", [A2]: "hole", [B1]: "hole" }).state;
    expect(candidates(connecting)).toEqual({
      servers: [
        { server: A1, startAfterMs: 0 },
        { server: A2, startAfterMs: 400 },
        { server: B1, startAfterMs: 800 },
      ],
      totalMs: 1400,
    });
  });

  test("online the stream's server is asked first; offline nobody is, so nothing is waited for", () => {
    const rig = new Rig(twoSites, { [A1]: "dead", [A2]: "up", [B1]: "up" });
    expect(candidates(rig.state).servers.map(({ server }) => server)).toEqual([A2, A1, B1]);
    const off = new Rig(twoSites, { [A1]: "dead", [A2]: "dead", [B1]: "dead" });
    expect(candidates(off.state)).toEqual({ servers: [], totalMs: 0 });
  });
});

describe("an outage, seen from the endpoint", () => {
  test("one of two servers down: still online, through the other (MDA-10, MDA-13)", () => {
    const rig = new Rig({ ...twoSites, failoverBetweenSites: false }, { [A1]: "up", [A2]: "up" });
    expect(rig.state).toMatchObject({ at: "online", server: A1 });
    rig.set(A1, "dead");
    expect(rig.state).toMatchObject({ at: "online", server: A2 });
    rig.set(A2, "dead");
    expect(rig.state.at).toBe("offline");
    expect(rig.log).toEqual([`online ${A1}`, `online ${A2}`, "offline"]);
  });

  test.each([
    [false, "offline"],
    [true, "online"],
  ])("own site down, failover between sites %s: %s (MDA-11)", (failoverBetweenSites, at) => {
    const rig = new Rig({ ...twoSites, failoverBetweenSites }, { [A1]: "dead", [A2]: "dead", [B1]: "up" });
    expect(rig.state.at).toBe(at);
    expect(rig.tried.includes(B1)).toBe(failoverBetweenSites);
  });

  test("black holes everywhere: every server tried, offline after 1.5 s (MDA-13, OTP-30)", () => {
    const rig = new Rig(twoSites, { [A1]: "hole", [A2]: "hole", [B1]: "hole" });
    rig.pass(DECISION_MS - 1);
    expect(rig.state.at).toBe("connecting");
    expect(rig.tried).toEqual([A1, A2, B1]);
    rig.pass(1);
    expect(rig.state).toMatchObject({ at: "offline", why: "https://a1, https://a2, https://b1: no answer" });
  });

  test("a stream that falls silent is noticed after two heartbeats, decided 1.5 s later", () => {
    const rig = new Rig({ ...twoSites, servers: [{ url: A1, site: "a" }] }, { [A1]: "up" });
    rig.pass(20_000);
    rig.set(A1, "hole");
    rig.pass(10_999);
    expect(rig.state.at).toBe("online");
    rig.pass(1);
    expect(rig.state.at).toBe("connecting");
    rig.pass(1500);
    expect(rig.state.at).toBe("offline");
  });

  test("a request that fails on every server is the decision itself: nobody waits a second time", () => {
    const rig = new Rig(twoSites, { [A1]: "up", [A2]: "up", [B1]: "up" });
    for (const server of [A1, A2, B1]) rig.servers[server] = "hole";
    for (const server of [A1, A2, B1]) rig.give({ in: "request-unreachable", server, why: "timeout" });
    expect(rig.state.at).toBe("offline");
    expect(rig.tried).toEqual([A1, A1]);
  });

  test("it returns by itself, soon at first and within half a minute later (MDA-12)", () => {
    for (const outageMs of [3000, 600_000]) {
      const rig = new Rig(twoSites, { [A1]: "dead", [A2]: "dead", [B1]: "dead" }, 0.999);
      rig.pass(outageMs);
      rig.set(A2, "up");
      rig.pass(outageMs < 10_000 ? 6000 : LONGEST_PAUSE_MS + DECISION_MS);
      expect(rig.state).toMatchObject({ at: "online", server: A2 });
    }
  });

  test("a hint tries at once and starts the pauses anew, but not more than once a second", () => {
    const rig = new Rig(twoSites, { [A1]: "dead", [A2]: "dead", [B1]: "dead" });
    rig.pass(600_000);
    rig.tried = [];
    for (let i = 0; i < 100; i += 1) rig.give({ in: "hint" });
    expect(rig.tried).toEqual([A1, A2, B1]);
    rig.pass(1000);
    expect(rig.tried).toEqual([A1, A2, B1, A1, A2, B1]);
    rig.set(A1, "up");
    rig.give({ in: "hint" });
    rig.pass(1000);
    expect(rig.state.at).toBe("online");
  });

  test("servers that changed while offline are tried at once; losing the right to a server leaves it", () => {
    const rig = new Rig(
      { ...twoSites, failoverBetweenSites: false },
      { [A1]: "dead", [A2]: "dead", [B1]: "up" },
    );
    rig.pass(100_000);
    rig.give({ in: "servers-changed", settings: twoSites });
    expect(rig.state).toMatchObject({ at: "online", server: B1 });
    rig.give({ in: "servers-changed", settings: { ...twoSites, failoverBetweenSites: false } });
    expect(rig.state.at).toBe("offline");
    expect(rig.live.size).toBe(0);
  });

  test("a slow link comes online although the decision fell before (2 s delay)", () => {
    const rig = new Rig(twoSites, { [A1]: "hole", [A2]: "dead", [B1]: "dead" });
    rig.pass(DECISION_MS);
    expect(rig.state.at).toBe("offline");
    rig.set(A1, "up");
    expect(rig.state).toMatchObject({ at: "online", server: A1 });
  });

  test("without any server known it is offline at once and says so", () => {
    const rig = new Rig({ ...twoSites, servers: [] }, {});
    expect(rig.state).toMatchObject({ at: "offline", why: "no server is known" });
  });
});

describe("state × input", () => {
  const settings = { ...twoSites, servers: [{ url: A1, site: "a" }] };
  const connecting = startConnectivity(settings, 0, 0).state;
  const online = connectivity(connecting, { in: "stream-opened", stream: 1, heartbeatMs: 5000 }, 10, 0).state;
  const offline = connectivity(connecting, { in: "stream-broken", stream: 1, why: "refused" }, 10, 0).state;
  const states = { connecting, online, offline };
  const inputs: Record<string, ConnectivityInput> = {
    "opened, known": { in: "stream-opened", stream: 1, heartbeatMs: 5000 },
    "opened, unknown": { in: "stream-opened", stream: 99, heartbeatMs: 5000 },
    "broken, known": { in: "stream-broken", stream: 1, why: "reset" },
    "broken, unknown": { in: "stream-broken", stream: 99, why: "reset" },
    heard: { in: "heard", stream: 1 },
    answered: { in: "request-answered", server: A1 },
    unreachable: { in: "request-unreachable", server: A1, why: "timeout" },
    "unreachable, other": { in: "request-unreachable", server: B1, why: "timeout" },
    "servers, same": { in: "servers-changed", settings },
    "servers, other": { in: "servers-changed", settings: { ...settings, servers: [{ url: A2, site: "a" }] } },
    hint: { in: "hint" },
    "tick, early": { in: "tick" },
  };
  test.each([
    ["connecting", "opened, known", "online", ["came-online"]],
    ["connecting", "opened, unknown", "connecting", ["close-stream"]],
    ["connecting", "broken, known", "offline", ["went-offline"]],
    ["connecting", "broken, unknown", "connecting", []],
    ["connecting", "heard", "connecting", []],
    ["connecting", "answered", "connecting", []],
    ["connecting", "unreachable", "offline", ["went-offline"]],
    ["connecting", "unreachable, other", "connecting", []],
    ["connecting", "servers, same", "connecting", []],
    ["connecting", "servers, other", "connecting", ["close-stream", "open-stream"]],
    ["connecting", "hint", "connecting", []],
    ["connecting", "tick, early", "connecting", []],
    ["online", "opened, known", "online", []],
    ["online", "opened, unknown", "online", ["close-stream"]],
    ["online", "broken, known", "connecting", ["open-stream"]],
    ["online", "broken, unknown", "online", []],
    ["online", "heard", "online", []],
    ["online", "answered", "online", []],
    ["online", "unreachable", "offline", ["close-stream", "open-stream", "went-offline"]],
    ["online", "unreachable, other", "online", []],
    ["online", "servers, same", "online", []],
    ["online", "servers, other", "connecting", ["close-stream", "open-stream"]],
    ["online", "hint", "online", []],
    ["online", "tick, early", "online", []],
    ["offline", "opened, known", "offline", ["close-stream"]],
    ["offline", "opened, unknown", "offline", ["close-stream"]],
    ["offline", "broken, known", "offline", []],
    ["offline", "broken, unknown", "offline", []],
    ["offline", "heard", "offline", []],
    ["offline", "answered", "offline", []],
    ["offline", "unreachable", "offline", []],
    ["offline", "unreachable, other", "offline", []],
    ["offline", "servers, same", "offline", []],
    ["offline", "servers, other", "offline", ["open-stream"]],
    ["offline", "hint", "offline", []],
    ["offline", "tick, early", "offline", []],
  ] as const)("%s, %s → %s %j", (from, input, to, effects) => {
    const given = inputs[input];
    if (!given) throw new Error("no such input");
    const step = connectivity(states[from], given, 20, 0);
    expect(step.state.at).toBe(to);
    expect(step.effects.map((effect) => effect.do)).toEqual([...effects, "set-timer"]);
  });
});

describe("whatever happens", () => {
  const anyStatus = fc.constantFrom("up" as const, "dead" as const, "hole" as const);
  const anyServer = fc.constantFrom(A1, A2, B1);
  const anyAct = fc.oneof(
    fc.record({ act: fc.constant("set" as const), server: anyServer, to: anyStatus }),
    fc.record({ act: fc.constant("pass" as const), ms: fc.integer({ min: 0, max: 60_000 }) }),
    fc.record({ act: fc.constant("unreachable" as const), server: anyServer }),
    fc.record({ act: fc.constant("failover" as const), on: fc.boolean() }),
    fc.record({ act: fc.constant("hint" as const) }),
  );

  test("one stream online and none left behind; offline only after all were tried; back when a server is (MDA-10 to 13)", () => {
    fc.assert(
      fc.property(
        fc.array(anyAct, { maxLength: 40 }),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        (acts, entropy) => {
          const rig = new Rig(twoSites, { [A1]: "up", [A2]: "hole", [B1]: "dead" }, entropy);
          for (const act of acts) {
            if (act.act === "set") rig.set(act.server, act.to);
            else if (act.act === "pass") rig.pass(act.ms);
            else if (act.act === "hint") rig.give({ in: "hint" });
            else if (act.act === "failover") {
              rig.give({ in: "servers-changed", settings: { ...twoSites, failoverBetweenSites: act.on } });
            } else rig.give({ in: "request-unreachable", server: act.server, why: "timeout" });

            const { state } = rig;
            const streams = [...rig.live.keys()].sort();
            if (state.at === "online") {
              expect(streams).toEqual([state.stream]);
              expect(eligibleServers(state.settings)).toContain(state.server);
            } else expect(streams).toEqual(state.opening.map(({ stream }) => stream).sort());
            expect(wakeAtMs(state)).toBeGreaterThanOrEqual(rig.nowMs);
            expect(wakeAtMs(state)).toBeLessThanOrEqual(rig.nowMs + LONGEST_PAUSE_MS + DECISION_MS);
          }
          rig.pass(60_000);
          const up = eligibleServers(rig.state.settings).filter((server) => rig.servers[server] === "up");
          expect(rig.state.at).toBe(up.length > 0 ? "online" : "offline");
        },
      ),
      { numRuns: 300 },
    );
  });
});
