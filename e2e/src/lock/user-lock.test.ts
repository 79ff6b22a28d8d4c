import type { UserLockView } from "@holdfast/protocol/lock-api";
import { stopAnswer, userLockView } from "@holdfast/protocol/lock-api";
import { afterAll, beforeAll, expect, test } from "vitest";
import { describeWhere, networkNeeds, pamNeeds } from "../../rig/requirements.ts";
import { addCutOffWorkstation, createReachableEnterprise, cutOff, reconnect } from "../enterprise/cut-off.ts";
import type { Enterprise } from "../enterprise/enterprise.ts";
import type { Person } from "../enterprise/person.ts";
import type { Workstation } from "../enterprise/workstation.ts";

type Ward = Workstation & { readonly endpointId: string };
const needs = [...pamNeeds, ...networkNeeds, "make", "oathtool", "sshd", "ssh"] as const;

describeWhere(needs, "UNI-4: a user is stopped while machines are cut off", () => {
  let enterprise: Enterprise;
  let near: Ward;
  let far: Ward;
  let further: Ward;
  let ada: Person;
  let ida: Person;

  beforeAll(async () => {
    enterprise = await createReachableEnterprise();
    near = await addCutOffWorkstation(enterprise, { name: "near" });
    far = await addCutOffWorkstation(enterprise, { name: "far" });
    further = await addCutOffWorkstation(enterprise, { name: "further" });
    ada = await enterprise.addPerson("ada", [near, far, further]);
    ida = await enterprise.addPerson("ida", [near, far]);
    for (const [person, wards] of [
      [ada, [near, far, further]],
      [ida, [near, far]],
    ] as const)
      for (const ward of wards) {
        expect(await ward.signIn(person, person.token.next())).toMatchObject({ succeeded: true });
        await ward.untilCached(person, 25);
      }
    for (const ward of [near, far, further]) await ward.untilLevel();
    await cutOff(far, further);
  });
  afterAll(() => enterprise?.[Symbol.asyncDispose]());

  const url = ({ userId }: Person, what: string) => `/users/${userId}/${what}`;
  const stop = async (person: Person, what: string, body: unknown) => {
    const answer = await enterprise.administrator.api.send(stopAnswer, "POST", url(person, what), body, {
      doing: what,
    });
    if (answer.kind === "refused") throw new Error(answer.what);
    return answer.value;
  };
  const stateOf = async (person: Person): Promise<UserLockView> => {
    const answer = await enterprise.administrator.api.get(userLockView, url(person, "lock"), {
      doing: "look",
    });
    if (answer.kind === "refused") throw new Error(answer.what);
    return answer.value;
  };
  const listed = async (person: Person) =>
    (await stateOf(person)).endpoints.map((one) => [
      one.endpointName,
      one.state,
      one.offlineSignInsLeft,
      one.usableUntilMs !== null,
    ]);

  test("the list is exact: who is there did it at once, who is cut off is pending, until when", async () => {
    await stop(ada, "lock", { reason: "Her badge and her papers were found elsewhere" });
    await expect
      .poll(() => listed(ada), { timeout: 15_000 })
      .toEqual([
        ["far", "pending", 25, true],
        ["further", "pending", 25, true],
        ["near", "done", 0, false],
      ]);
    const { endpoints } = await stateOf(ada);
    const leases = await enterprise.administrator.outlook(ada.userId);
    for (const one of endpoints.filter(({ state }) => state === "pending"))
      expect(one.usableUntilMs).toBe(
        leases.find(({ endpointId }) => endpointId === one.endpointId)?.notAfterMs,
      );
    const refused = await near.signIn(ada, ada.token.peek());
    expect([refused.succeeded, refused.shown]).toEqual([
      false,
      expect.stringContaining("account is disabled"),
    ]);
    // And what the console says of the others is so.
    expect(await far.signIn(ada, ada.token.next())).toMatchObject({ succeeded: true });
  });

  test("at its return each does it, what happened there is known, and nobody signs in as her any more", async () => {
    await reconnect(far);
    expect(await listed(ada)).toEqual([
      ["far", "done", 0, false],
      ["further", "pending", 25, true],
      ["near", "done", 0, false],
    ]);
    const offline = await enterprise.administrator.signIns({ userId: ada.userId, mode: "offline" });
    expect(offline.map(({ outcome }) => outcome)).toEqual(["succeeded"]);
    await cutOff(far);
    expect((await far.signIn(ada, ada.token.peek())).succeeded).toBe(false);
  });

  test("TC-28, TC-30: a stolen token is gone everywhere at its machine's return, and its owner stays a user", async () => {
    const { stolenDevice } = await stop(ida, "stolen-device", {
      authenticatorIds: [ida.tokenId],
      reason: "Taken from her locker",
    });
    expect(stolenDevice?.authenticators.map(({ id }) => id)).toEqual([ida.tokenId]);
    await expect
      .poll(() => listed(ida), { timeout: 15_000 })
      .toEqual([
        ["far", "pending", 25, true],
        ["near", "done", 0, false],
      ]);
    expect((await near.signIn(ida, ida.token.peek())).succeeded, "online at once").toBe(false);
    await reconnect(far, further);
    expect((await listed(ida)).map(([, state]) => state)).toEqual(["done", "done"]);
    expect((await listed(ada)).map(([, state]) => state)).toEqual(["done", "done", "done"]);
    await cutOff(far);
    expect((await far.signIn(ida, ida.token.peek())).succeeded).toBe(false);
    expect((await enterprise.administrator.user(ida.userId)).status).toBe("active");
    expect(await enterprise.administrator.brokenChains()).toEqual([]);
  });
});
