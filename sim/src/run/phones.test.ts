import { expect, test } from "vitest";
import { phoneWithoutNetwork } from "./phones.ts";
import { runEnterprise } from "./run.ts";

/** Without chance in what happens first: somebody whose phone answers, again and again, at a machine without a network. */
test("SECURITY §4: own phone, another's, a replayed answer, a wrong password, an agent killed between code and answer", async () => {
  const told = new Map<string, Set<string>>();
  const story: Parameters<typeof runEnterprise>[0]["story"] = async (world, happened) => {
    for (let time = 0; time < 12 && world.findings.length === 0; time += 1) {
      const [machine, person] = [world.endpoints[time % world.endpoints.length], world.ledger.people[0]];
      if (!machine || !person) throw new Error("an enterprise without machines or people");
      const line = await phoneWithoutNetwork(world, machine, person);
      for (const [, way = "", end = ""] of line.matchAll(/([a-z' ]+): t\d+ \S+ (?:offline )?(.+?)(?: \||$)/g))
        told.set(way.trim(), (told.get(way.trim()) ?? new Set()).add(end));
      await happened(line);
    }
  };
  const { findings, log } = await runEnterprise({ seed: 22, operations: 0, story });
  expect(findings, log.slice(-5).join("\n")).toEqual([]);
  expect([...(told.get("own") ?? [])]).toContain("success offline");
  // What was right before is right for as long as the same code is shown; whether it was, the verdicts look.
  expect(told.has("the answer of before")).toBe(true);
  for (const way of ["wrong digits", "another's phone", "wrong password", "agent killed in between"]) {
    expect(told.has(way), `${way} came up`).toBe(true);
    expect([...(told.get(way) ?? [])], way).not.toContain("success offline");
  }
});
