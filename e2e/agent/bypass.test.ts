import { expect, test } from "vitest";
import { type Person, TestEnterprise } from "./enterprise.ts";

/** A person without codes, an endpoint without a network, and a help desk on the phone. */

type Standing = { endpoints: { state: string; uses: number; answers: { usedAtMs: number | null }[] }[] };

async function usedUp(enterprise: TestEnterprise, cacheSize = 1) {
  const ada = await enterprise.person("ada", await enterprise.policy());
  await enterprise.admin("PATCH", `/tokens/${ada.tokenId}`, { cacheSize });
  const endpoint = await enterprise.endpoint();
  await endpoint.signInOnline(ada);
  const endpointId = endpoint.agent.endpoint?.identity.endpointId ?? "";
  await enterprise.cut();
  await endpoint.offline();
  for (let code = 0; code < cacheSize; code++)
    expect(await endpoint.signIn(ada)).toMatchObject({ code: "success", reason: "offline" });
  return { ada, endpoint, endpointId };
}

const helpDesk = (enterprise: TestEnterprise, { userId }: Person, endpointId: string) => ({
  code: async () =>
    (await enterprise.admin<{ code: string }>("POST", `/users/${userId}/bypass-codes`, { endpointId })).code,
  answer: async (told: readonly string[]) => {
    const challenge = /Challenge: ([\d ]{9})/.exec(told.join(" "))?.[1] ?? "none";
    const answered = await enterprise.admin<{ answer: string }>("POST", `/users/${userId}/bypass-responses`, {
      endpointId,
      challenge,
    });
    return answered.answer;
  },
  standing: async () => (await enterprise.admin<Standing>("GET", `/users/${userId}/bypass`)).endpoints[0],
});

test("OTP-23, OTP-24: a code read out gets her in until she is back; then it is rotated, and the old one refused", async () => {
  await using enterprise = await TestEnterprise.start();
  const { ada, endpoint, endpointId } = await usedUp(enterprise);
  const desk = helpDesk(enterprise, ada, endpointId);
  const code = await desk.code();
  for (let time = 0; time < 2; time++) {
    const told = await endpoint.converse(ada.userName, [ada.password, code.toLowerCase()]);
    expect(told).toMatchObject({ code: "success", reason: "offline-bypass" });
    expect(told.infos.join(" ")).toMatch(/no offline sign-ins are left here.*Do not keep pressing/);
  }
  expect(await endpoint.converse(ada.userName, ["a guess", code])).toMatchObject({
    reason: "wrong-credentials",
  });

  // Back, without a sign-in: the use is reported, and the code is refused from then on.
  await enterprise.restore();
  await endpoint.online();
  await endpoint.until(async () => (await desk.standing())?.state !== "waiting");
  expect(await desk.standing()).toMatchObject({ state: "used-rotated", uses: 2 });
  const audit = await enterprise.offlineSignIns(ada);
  expect(audit.filter(({ detail }) => JSON.stringify(detail).includes('"bypass":{"number":1}'))).toHaveLength(
    2,
  );
  expect(audit.filter(({ outcome }) => outcome === "refused")).toHaveLength(1);
  expect((await enterprise.alerts()).map(({ kind }) => kind)).toEqual([]);
  await enterprise.cut();
  await endpoint.offline();
  expect(await endpoint.converse(ada.userName, [ada.password, "", code])).toMatchObject({
    reason: "wrong-credentials",
  });
  const next = await desk.code();
  expect(next).not.toBe(code);
  expect(await endpoint.converse(ada.userName, [ada.password, "", next])).toMatchObject({
    code: "success",
    reason: "offline-bypass",
  });

  // An online sign-in ends the next one, too, and the cache is full again.
  await enterprise.restore();
  await endpoint.online();
  const third = await desk.code();
  await endpoint.signInOnline(ada);
  await enterprise.cut();
  await endpoint.offline();
  expect(await endpoint.converse(ada.userName, [ada.password, third])).toMatchObject({
    reason: "wrong-credentials",
  });
  expect(await endpoint.signIn(ada)).toMatchObject({ code: "success", reason: "offline" });
}, 30_000);

test("OTP-23: a challenge survives the call and a restart of the agent, and its answer is good once", async () => {
  await using enterprise = await TestEnterprise.start();
  const { ada, endpoint, endpointId } = await usedUp(enterprise);
  const desk = helpDesk(enterprise, ada, endpointId);
  const first = await endpoint.converse(ada.userName, [ada.password, "", ""]);
  expect(first).toMatchObject({ code: "auth-error", reason: "cancelled" });
  expect(first.prompts).toEqual(["Password: ", "Bypass code (or Enter alone for a challenge): ", "Answer: "]);
  await endpoint.stop();
  await endpoint.start();
  await endpoint.offline();
  const answer = await desk.answer(first.infos);
  const second = await endpoint.converse(ada.userName, [ada.password, "", answer]);
  expect(second.infos.slice(0, -1)).toEqual(first.infos);
  expect(second).toMatchObject({ code: "success", reason: "offline-bypass" });
  expect(await endpoint.converse(ada.userName, [ada.password, "", answer])).toMatchObject({
    reason: "wrong-credentials",
  });
  await enterprise.restore();
  await endpoint.online();
  expect(await desk.standing()).toMatchObject({
    state: "ready",
    answers: [{ usedAtMs: expect.any(Number) }],
  });
  expect(await enterprise.alerts()).toEqual([]);
}, 30_000);

test("OTP-23: another endpoint's code and answer open nothing, and wrong ones lock as anything else", async () => {
  await using enterprise = await TestEnterprise.start();
  const { ada, endpoint, endpointId } = await usedUp(enterprise);
  await enterprise.restore();
  const elsewhere = await enterprise.endpoint({ name: "ward-8" });
  await elsewhere.signInOnline(ada);
  const otherId = elsewhere.agent.endpoint?.identity.endpointId ?? "";
  await enterprise.cut();
  await endpoint.offline();
  const [here, there] = [helpDesk(enterprise, ada, endpointId), helpDesk(enterprise, ada, otherId)];
  const wrong = await there.code();
  expect(await endpoint.converse(ada.userName, [ada.password, "", "", ""])).toMatchObject({
    reason: "cancelled",
  });
  const told = await endpoint.converse(ada.userName, [ada.password, "", "", ""]);
  const wrongAnswer = await there.answer(told.infos);
  const tries = [[wrong], ["", wrongAnswer], [wrong], [wrong], [wrong]];
  for (const typed of tries) {
    const refused = await endpoint.converse(ada.userName, [ada.password, ...typed]);
    expect(refused.reason).toBe("wrong-credentials");
  }
  expect(await endpoint.converse(ada.userName, [ada.password, await here.code()])).toMatchObject({
    code: "max-tries",
    reason: "locked",
  });
}, 60_000);
