import { readFile } from "node:fs/promises";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Person } from "../agent/enterprise.ts";
import { bootstrapped, type CliRig } from "./cli-rig.ts";

const dayMs = 86_400_000;

describe("a cache size from three weeks of sign-ins (OTP-14)", () => {
  let rig: CliRig;
  let ageMs = 21 * dayMs;

  beforeAll(async () => {
    // The server lived through them up to today, so that its certificate is valid now.
    const clock = { now: () => Date.now() - ageMs };
    rig = await bootstrapped({}, { clock }, { nowMs: clock.now() });
    const added = await rig.json("users add anna --password-stdin", { input: "correct horse battery" });
    const { token, otpauthUri } = await rig.json("tokens enroll anna");
    const anna = new Person("anna", added.id, "correct horse battery", token.id, otpauthUri);
    const kept = JSON.parse(await readFile(path.join(rig.home, ".config", "holdfast", "admin.json"), "utf8"));
    for (; ageMs > 0; ageMs -= dayMs) {
      // Twice on the busiest day, once on the others.
      for (let count = ageMs === 7 * dayMs ? 2 : 1; count > 0; count -= 1) {
        const given = [
          { factor: "password", value: anna.password },
          { factor: "hotp", value: anna.press() },
        ];
        const answer = await rig.server.app.inject({
          method: "POST",
          url: "/api/v1/sign-ins",
          headers: { authorization: `Bearer ${kept.key}`, "holdfast-request": "r" },
          payload: { attemptId: `a${ageMs}-${count}`, userName: "anna", workflow: "workstation", given },
        });
        expect(answer.json()).toMatchObject({ status: "succeeded" });
      }
    }
  });
  afterAll(() => rig.stop());

  test("it takes two weeks", async () => {
    const run = await rig.admin("cache-size recommend anna --days 7");
    expect(run).toMatchObject({ status: 0 });
    expect(run.out).toContain("No recommendation yet: it takes sign-ins of 14 days.");
  });

  test("where nobody was offline, it asks what to be ready for", async () => {
    const run = await rig.admin("cache-size recommend anna");
    expect(run.out).toContain("Nobody was offline. Say what to be ready for: --days-offline 3");
  });

  test("it shows what was seen and how it reckoned, and the command that sets it does", async () => {
    const run = await rig.admin("cache-size recommend anna --days-offline 14");
    expect(run.out).toMatch(/Looked at +22 sign-ins in 2\d days\nBusiest day +2 sign-ins\n/);
    expect(run.out).toContain("34 codes: (2 × 14) + (2 × 14 × 0.20) = 33.6, rounded up to 34");
    const apply = /Set it: holdfast admin (.*)/.exec(run.out)?.[1] ?? "";
    const asked = await rig.admin(apply);
    expect(asked.status).toBe(1);
    const agreed = /Next: holdfast admin (.*)/.exec(asked.err)?.[1] ?? "";
    expect((await rig.admin(agreed)).out).toContain("Set: 34 codes, window 39.");
    expect(await rig.json("tokens show anna")).toMatchObject({ cacheSize: 34, windowSize: 39 });
    expect((await rig.admin("cache-size recommend anna --days-offline 14")).out).toContain(
      "34 codes, as now:",
    );
    expect((await rig.admin("audit list --type token-changed")).out).toContain("token-changed");
  });
});
