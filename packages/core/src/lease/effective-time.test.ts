import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { ClockReadings, TimeState } from "./effective-time.ts";
import { advance, CLOCK_TOLERANCE_MS, effectiveTime, initialTime, setFromServer } from "./effective-time.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const YEAR = 365 * DAY;
const t0 = Date.UTC(2026, 0, 1);

/** A machine with a true time, a wall clock that is off by some error, and boots. */
class Machine {
  trueMs = t0;
  wallErrorMs = 0;
  boot = 1;
  bootedAtMs = t0 - HOUR;
  state: TimeState = initialTime(this.clocks());

  clocks(): ClockReadings {
    return {
      wallMs: this.trueMs + this.wallErrorMs,
      sinceBootMs: this.trueMs - this.bootedAtMs,
      bootId: `boot-${this.boot}`,
    };
  }
  now(): number {
    return effectiveTime(this.state, this.clocks()).nowMs;
  }
  behind(): number {
    return effectiveTime(this.state, this.clocks()).behindMs;
  }
  keep(): this {
    this.state = advance(this.state, this.clocks());
    return this;
  }
  pass(ms: number): this {
    this.trueMs += ms;
    return this;
  }
  /** Off for a while, then on. */
  restart(offMs: number): this {
    this.keep().pass(offMs);
    this.boot += 1;
    this.bootedAtMs = this.trueMs;
    return this;
  }
  setWall(errorMs: number): this {
    this.wallErrorMs = errorMs;
    return this;
  }
  server(): this {
    this.state = setFromServer(this.state, this.trueMs, this.clocks());
    return this;
  }
}

describe("effective time (UNI-6)", () => {
  test("with good clocks it is the time, also while the machine is off", () => {
    const machine = new Machine().pass(HOUR);
    expect(machine.now()).toBe(machine.trueMs);
    machine.restart(3 * DAY).pass(5000);
    expect(machine.now()).toBe(machine.trueMs);
    expect(machine.behind()).toBe(0);
  });

  test("a wall clock set back 30 days extends nothing, and is noticed", () => {
    const machine = new Machine()
      .pass(HOUR)
      .keep()
      .setWall(-30 * DAY)
      .pass(2 * HOUR);
    expect(machine.now()).toBe(machine.trueMs);
    expect(machine.behind()).toBe(30 * DAY);
    machine.keep().pass(DAY);
    expect(machine.now()).toBe(machine.trueMs);
  });

  test("set back over a restart it counts on from what was kept; the new boot counts in full", () => {
    const machine = new Machine()
      .pass(HOUR)
      .setWall(-30 * DAY)
      .restart(0)
      .pass(7 * HOUR);
    expect(machine.now()).toBe(t0 + 8 * HOUR);
  });

  test("a lag within the tolerance is none", () => {
    const machine = new Machine().pass(HOUR).keep().setWall(-CLOCK_TOLERANCE_MS);
    expect(machine.behind()).toBe(0);
    expect(machine.setWall(-CLOCK_TOLERANCE_MS - 1).behind()).toBe(CLOCK_TOLERANCE_MS + 1);
  });

  test("a clock a year ahead counts; the server's word brings it back though the clock stays wrong", () => {
    const machine = new Machine().pass(HOUR).setWall(YEAR).keep();
    expect(machine.now()).toBe(machine.trueMs + YEAR);
    machine.server();
    expect(machine.now()).toBe(machine.trueMs);
    machine.pass(HOUR).keep().pass(HOUR);
    expect(machine.now()).toBe(machine.trueMs);
    expect(machine.behind()).toBe(0);
  });

  test("…and a restart with the same wrong clock still counts the time it was off, no more", () => {
    const machine = new Machine()
      .setWall(YEAR)
      .keep()
      .server()
      .restart(2 * DAY)
      .pass(1000);
    expect(machine.now()).toBe(machine.trueMs);
  });

  test.each(["in the same boot", "while off"] as const)(
    "…and once the clock is put right %s it is trusted again",
    (when) => {
      const machine = new Machine().setWall(YEAR).keep().server().pass(HOUR).setWall(0);
      if (when === "while off") machine.restart(2 * DAY);
      expect(machine.now()).toBe(machine.trueMs);
      machine.keep().restart(3 * DAY);
      expect(machine.now()).toBe(machine.trueMs);
    },
  );

  test("the server corrects a clock that someone moved on after the last correction", () => {
    const machine = new Machine()
      .setWall(YEAR)
      .server()
      .setWall(2 * YEAR)
      .keep();
    expect(machine.now()).toBe(machine.trueMs + YEAR);
    expect(machine.server().now()).toBe(machine.trueMs);
  });

  test("many small steps back of a distrusted clock never make it jump forward", () => {
    const machine = new Machine().setWall(YEAR).server();
    for (let step = 1; step <= 100; step += 1) {
      machine
        .pass(HOUR)
        .setWall(YEAR - step * 60_000)
        .keep();
      expect(machine.now()).toBe(machine.trueMs);
    }
  });

  test("a boot clock that runs back under the same boot id does not stop time for good", () => {
    const machine = new Machine()
      .pass(HOUR)
      .setWall(-30 * DAY)
      .keep();
    machine.bootedAtMs += 1000;
    machine.keep().pass(HOUR);
    expect(machine.now()).toBe(machine.trueMs);
  });

  type Act = { readonly act: "pass" | "keep" | "restart" | "wall"; readonly ms: number };
  const anyAct: fc.Arbitrary<Act> = fc.record({
    act: fc.constantFrom("pass", "keep", "restart", "wall"),
    ms: fc.integer({ min: 0, max: 40 * DAY }),
  });

  function perform(machine: Machine, { act, ms }: Act): void {
    if (act === "pass") machine.pass(ms);
    else if (act === "keep") machine.keep();
    else if (act === "restart") machine.restart(ms);
    else machine.setWall(ms - 20 * DAY);
  }

  test("without the server, a time that was kept never goes back, and no time that the machine was on is lost", () => {
    fc.assert(
      fc.property(fc.array(anyAct, { maxLength: 30 }), (acts) => {
        const machine = new Machine();
        let before = machine.keep().now();
        for (const act of acts) {
          perform(machine, act);
          const after = machine.keep().now();
          expect(after).toBeGreaterThanOrEqual(act.act === "pass" ? before + act.ms : before);
          before = after;
        }
      }),
    );
  });

  test("right after the server's word it is the server's time, and stays so until the wall clock is touched", () => {
    fc.assert(
      fc.property(fc.array(anyAct, { maxLength: 20 }), fc.array(anyAct, { maxLength: 10 }), (acts, later) => {
        const machine = new Machine();
        for (const act of acts) perform(machine, act);
        machine.server();
        expect(machine.now()).toBe(machine.trueMs);
        for (const act of later) {
          if (act.act === "wall" || act.act === "restart") continue;
          perform(machine, act);
          expect(machine.now()).toBe(machine.trueMs);
        }
      }),
    );
  });

  test("keeping the state changes nothing about the time", () => {
    fc.assert(
      fc.property(fc.array(anyAct, { maxLength: 20 }), (acts) => {
        const machine = new Machine();
        for (const act of acts) perform(machine, act);
        const before = machine.now();
        expect(machine.keep().now()).toBe(before);
      }),
    );
  });
});
