import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, expect, test } from "vitest";
import { enterWorld, leaveWorld } from "./globals.ts";
import { Kernel } from "./kernel.ts";
import { Random } from "./random.ts";

afterEach(() => leaveWorld());

function world() {
  const kernel = new Kernel(1_000_000);
  enterWorld({ kernel, random: new Random(1) });
  return kernel;
}

test("timers of a process run by virtual time, in their order", async () => {
  const kernel = world();
  const process = kernel.spawn("one");
  const seen: string[] = [];
  kernel.enter(process, () => {
    setTimeout(() => seen.push(`late ${Date.now()}`), 60_000);
    setTimeout(() => seen.push(`soon ${Date.now()}`), 5);
    const beat = setInterval(() => seen.push("beat"), 20_000);
    sleep(50_000).then(() => clearInterval(beat));
  });
  await kernel.pass(120_000);
  expect(seen).toEqual(["soon 1000005", "beat", "beat", "late 1060000"]);
});

test("a killed process is never heard of again", async () => {
  const kernel = world();
  const process = kernel.spawn("one");
  let heard = 0;
  kernel.enter(process, () => {
    setTimeout(() => {
      heard += 1;
    }, 10);
    crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, true, ["sign"]).then(() => {
      heard += 1;
    });
    setImmediate(() => {
      heard += 1;
    });
  });
  kernel.kill(process);
  await kernel.pass(1000);
  expect(heard).toBe(0);
});

test("code outside of every process keeps the real clock and the real timers", async () => {
  world();
  expect(Math.abs(Date.now() - performance.timeOrigin - performance.now())).toBeLessThan(60_000);
  await sleep(1);
});

test("cryptography ends in the order in which it was asked for", async () => {
  const kernel = world();
  const process = kernel.spawn("one");
  const ended: number[] = [];
  kernel.enter(process, () => {
    for (let at = 0; at < 20; at += 1) {
      const slow = at % 2 === 0;
      const asked = slow
        ? crypto.subtle.generateKey(
            {
              name: "RSA-PSS",
              modulusLength: 2048,
              publicExponent: new Uint8Array([1, 0, 1]),
              hash: "SHA-256",
            },
            false,
            ["sign"],
          )
        : crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, false, ["sign"]);
      void asked.then(() => ended.push(at));
    }
  });
  await kernel.pass(1);
  expect(ended).toEqual(Array.from({ length: 20 }, (_, at) => at));
}, 60_000);
