import { defaultTemporaryCodeSettings } from "@holdfast/protocol/temporary-codes-api";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Rig } from "../../testing/rig.ts";
import { code, newPerson, newPolicy, startRig } from "../../testing/rig.ts";
import { radiusGateway } from "./testing/gateway.ts";

/** What somebody recorded between gateway and FreeRADIUS, sent once more when its time is over. */

let rig: Rig;
let access: Awaited<ReturnType<typeof radiusGateway>>["access"];
beforeAll(async () => {
  rig = await startRig();
  ({ access } = await radiusGateway(rig));
});
afterAll(() => rig.stop());

const aDayMs = 86_400_000;
const outcomes = async (userId: string) =>
  (await rig.server.ports.store.audit({ userId, type: "sign-in", limit: 100 })).items.map(
    ({ outcome }) => outcome,
  );

test("UNI-8: a challenge that was answered is over; the packet with its code lets nobody in again", async () => {
  const nora = await newPerson(rig, "nora");
  const asked = await access({ userName: "nora", password: nora.password });
  const answer = { userName: "nora", password: code(nora, 0), state: asked.state ?? "", packet: "one" };
  expect(await access(answer)).toMatchObject({ verdict: "Accept" });
  rig.clock.advance(aDayMs);
  expect(await access(answer)).toMatchObject({ verdict: "Reject" });
  expect(await outcomes(nora.user.id)).toEqual(["succeeded"]);
});

test("UNI-8: where a code alone is asked for, its packet is good for the code's one time", async () => {
  const policyId = await newPolicy(rig, "code alone", { workflows: { "remote-access": [["hotp"]] } });
  const otto = await newPerson(rig, "otto", { policyId });
  const only = { userName: "otto", password: code(otto, 0), packet: "two" };
  expect(await access(only)).toMatchObject({ verdict: "Accept" });
  rig.clock.advance(aDayMs);
  expect(await access(only)).toMatchObject({ verdict: "Reject" });
  expect((await outcomes(otto.user.id)).filter((outcome) => outcome === "succeeded")).toHaveLength(1);
});

test("UNI-8, TC-20: a code of many uses is no shortcut: its packet answers a challenge that is gone", async () => {
  const temporaryCodes = { ...defaultTemporaryCodeSettings, allowed: true };
  await rig.call("PUT", "/api/v1/settings/temporary-codes", { temporaryCodes });
  const rita = await newPerson(rig, "rita");
  const wanted = { use: "multiple", lifetime: "P3D", reason: "Called back" };
  const lent = await rig.call("POST", `/api/v1/users/${rita.user.id}/temporary-code`, wanted);
  const asked = await access({ userName: "rita", password: rita.password });
  const answer = { userName: "rita", password: lent.body.code, state: asked.state ?? "", packet: "three" };
  expect(await access(answer)).toMatchObject({ verdict: "Accept" });
  rig.clock.advance(aDayMs);
  expect(await access(answer)).toMatchObject({ verdict: "Reject" });
  expect(await outcomes(rita.user.id)).toEqual(["succeeded"]);
});

test("OTP-27: who pressed his token too often is told at the gateway what else he has", async () => {
  const vera = await newPerson(rig, "vera");
  const signIn = async (password: string) => {
    const { state = "" } = await access({ userName: "vera", password });
    return access({ userName: "vera", password: code(vera, 50), state });
  };
  expect((await signIn("not hers")).message).not.toMatch(/out of step/);
  expect(await signIn(vera.password)).toMatchObject({
    verdict: "Reject",
    message: expect.stringMatching(/out of step/),
  });
});
