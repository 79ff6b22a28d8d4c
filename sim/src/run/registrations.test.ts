import { expect, test } from "vitest";
import { OnlinePhone } from "../model/online-phone.ts";
import { phoneRegistrations } from "./registrations.ts";
import { runEnterprise } from "./run.ts";

test("AMB-REG-5, REG-22: registrations and rescans while servers die around their commits, answers are lost and the phone is switched off", async () => {
  const happenings = new Map<string, number>();
  const story: Parameters<typeof runEnterprise>[0]["story"] = async (world, happened) => {
    const person = world.ledger.people[0];
    if (person === undefined) throw new Error("an enterprise without people");
    const authenticatorApp = { onlineAccess: true, types: ["totp"] };
    await world.console.must("PUT", "/settings/authenticator-app", { authenticatorApp });
    const phone = new OnlinePhone();
    for (let round = 0; round < 8 && world.findings.length === 0; round += 1) {
      const line = await phoneRegistrations(world, person, phone, 25);
      for (const [what] of line.matchAll(
        /REGISTERED|cancelled|lost finish|finish: no answer|dies-after-commit|over/g,
      ))
        happenings.set(what, (happenings.get(what) ?? 0) + 1);
      await happened(line);
    }
  };
  for (const seed of [3, 19]) {
    const { findings, log } = await runEnterprise({ seed, operations: 0, story });
    expect(findings, log.slice(-3).join("\n")).toEqual([]);
  }
  // It all came up, and the phone came through it.
  for (const what of ["lost finish", "finish: no answer", "dies-after-commit", "over"])
    expect(happenings.get(what) ?? 0, `${what}: ${JSON.stringify([...happenings])}`).toBeGreaterThan(0);
  expect(happenings.get("REGISTERED")).toBeGreaterThan(3);
});
