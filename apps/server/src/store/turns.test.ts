import { expect, test } from "vitest";
import { createTurns } from "./turns.ts";

test("shared work overlaps, work alone has everybody before it done and keeps everybody after it waiting", async () => {
  const turns = createTurns();
  const order: string[] = [];
  const gates = new Map<string, PromiseWithResolvers<void>>();
  const work = (name: string) => async () => {
    order.push(`${name} begins`);
    const gate = Promise.withResolvers<void>();
    gates.set(name, gate);
    await gate.promise;
    order.push(`${name} ends`);
  };
  const settle = () => new Promise((resolve) => setImmediate(resolve));

  const all = [
    turns.together(work("a")),
    turns.together(work("b")),
    turns.alone(work("c")),
    turns.together(work("d")),
  ];
  await settle();
  expect(order.splice(0)).toEqual(["a begins", "b begins"]);
  gates.get("b")?.resolve();
  await settle();
  expect(order.splice(0)).toEqual(["b ends"]);
  gates.get("a")?.resolve();
  await settle();
  expect(order.splice(0)).toEqual(["a ends", "c begins"]);
  gates.get("c")?.resolve();
  await settle();
  expect(order.splice(0)).toEqual(["c ends", "d begins"]);
  gates.get("d")?.resolve();
  await Promise.all(all);
});

test("a failure is its caller's and stops nobody", async () => {
  const turns = createTurns();
  const broken = () => {
    throw new Error("broken");
  };
  const results = await Promise.allSettled([
    turns.together(broken),
    turns.alone(broken),
    turns.together(() => 1),
    turns.alone(() => 2),
  ]);
  expect(results.map(({ status }) => status)).toEqual(["rejected", "rejected", "fulfilled", "fulfilled"]);
});
