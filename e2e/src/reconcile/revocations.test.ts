import { fileURLToPath } from "node:url";
import { agentStatus } from "@holdfast/protocol/control";
import { afterAll, beforeAll, expect, test } from "vitest";
import { describeWhere, networkNeeds, pamNeeds } from "../../rig/requirements.ts";
import { addCutOffWorkstation, createReachableEnterprise, cutOff, reconnect } from "../enterprise/cut-off.ts";
import type { Enterprise } from "../enterprise/enterprise.ts";
import type { Person } from "../enterprise/person.ts";
import { authoriseKey, type Workstation } from "../enterprise/workstation.ts";

const cliMain = fileURLToPath(import.meta.resolve("@holdfast/cli/main"));
const needs = [...pamNeeds, ...networkNeeds, "make", "oathtool", "sshd", "ssh"] as const;

describeWhere(needs, "what the server decided while an endpoint was away", () => {
  let enterprise: Enterprise;
  let ward: Workstation & { readonly endpointId: string };
  let disabled: Person;
  let revokedToken: Person;
  let disallowed: Person;
  let newPassword: Person;
  let other: Person;

  beforeAll(async () => {
    enterprise = await createReachableEnterprise();
    ward = await addCutOffWorkstation(enterprise);
    const add = (name: string) => enterprise.addPerson(name, [ward]);
    disabled = await add("dan");
    revokedToken = await add("tom");
    disallowed = await add("olga");
    newPassword = await add("pia");
    other = await add("vera");
    for (const person of everybody()) {
      expect(await ward.signIn(person, person.token.next())).toMatchObject({ succeeded: true });
      await ward.untilCached(person, 25);
    }
    await ward.untilLevel();
    await cutOff(ward);
  });
  afterAll(() => enterprise?.[Symbol.asyncDispose]());

  const everybody = () => [disabled, revokedToken, disallowed, newPassword, other];
  const sealedFiles = async () =>
    [...(await ward.stateFiles()).keys()].filter((name) => name.endsWith(".sealed")).length;
  /** What `holdfast status --json` on the machine says. */
  async function statusByCli() {
    const done = await ward.machine.runOk(process.execPath, [cliMain, "status", "--json"]);
    return agentStatus.parse(JSON.parse(done.stdout));
  }
  const holdingByCli = async (person: Person) =>
    (await statusByCli()).users.find(({ userId }) => userId === person.userId) ?? null;

  test("until it is back the server says what it cannot know: pending, endpoint offline since", async () => {
    const { administrator } = enterprise;
    await administrator.changeUser(disabled.userId, { status: "disabled" });
    await administrator.revokeToken(revokedToken.tokenId);
    const online = await administrator.addPolicy("Online only", { offline: { enabled: false } });
    await administrator.changeUser(disallowed.userId, { policyId: online });
    await administrator.setPassword(newPassword.userId, "a new password, after the old one leaked");
    for (const person of [disabled, revokedToken, disallowed]) {
      const [entry] = await administrator.outlook(person.userId);
      expect(entry, person.userName).toMatchObject({
        state: "revocation-pending",
        note: expect.stringMatching(/^pending: endpoint offline since \d{4}-/),
      });
    }
    // And it is so: the endpoint does not know yet.
    expect(await ward.signIn(disabled, disabled.token.next())).toMatchObject({ succeeded: true });
    expect(await ward.signIn(newPassword, newPassword.token.next())).toMatchObject({ succeeded: true });
  });

  test("at the first contact orders are carried out: files gone, and status and audit say so", async () => {
    expect(await sealedFiles()).toBe(5);
    await reconnect(ward);
    expect(await holdingByCli(disabled)).toBeNull();
    expect(await holdingByCli(disallowed)).toBeNull();
    expect(await holdingByCli(revokedToken)).toMatchObject({ refusal: "no-token" });
    expect(await holdingByCli(newPassword)).toMatchObject({ refusal: expect.any(String) });
    expect(await holdingByCli(other)).toMatchObject({ refusal: null, remaining: 25 });
    expect(await sealedFiles()).toBe(3);

    const { administrator } = enterprise;
    const audit = await administrator.audit({ endpointId: ward.endpointId });
    const done = audit.filter(({ type }) => type === "revocation-done");
    const queued = audit.filter(({ type }) => type === "revocation-queued");
    expect(queued.map(({ reason }) => reason).toSorted()).toEqual([
      "offline-disallowed",
      "password-changed",
      "token-revoked",
      "user-disabled",
    ]);
    expect(done.map(({ detail }) => detail.revocationId).toSorted()).toEqual(
      queued.map(({ detail }) => detail.revocationId).toSorted(),
    );
    // What he did while it could not know is there too.
    const afterwards = await administrator.signIns({ userId: disabled.userId, mode: "offline" });
    expect(afterwards.map(({ outcome }) => outcome)).toEqual(["succeeded"]);
    expect((await administrator.endpoint(ward.endpointId)).pendingRevocations).toEqual([]);
  });

  test("OTP-30: online they are refused by the server's word, and no cache helps", async () => {
    for (const [person, text] of [
      [disabled, "account is disabled"],
      [revokedToken, "No one-time code token"],
      [newPassword, "is not right"],
    ] as const) {
      const done = await ward.signIn(person, person.token.peek());
      expect(done.succeeded, person.userName).toBe(false);
      expect(done.shown).toContain(text);
      expect(done.shown).not.toContain("Offline sign-in");
    }
  });

  test("account: a disabled user's ssh key is refused, online and offline; another's is good", async () => {
    const keyOf = {
      disabled: await authoriseKey(ward, disabled.userName),
      other: await authoriseKey(ward, other.userName),
    };
    const byKey = (person: Person, identityFile: string) =>
      ward.ssh(person, { method: "publickey", identityFile });
    expect(await byKey(disabled, keyOf.disabled)).toMatchObject({ signedIn: false });
    expect(await byKey(other, keyOf.other)).toMatchObject({ signedIn: true });
    await cutOff(ward);
    expect(await byKey(disabled, keyOf.disabled)).toMatchObject({ signedIn: false });
    expect(await byKey(other, keyOf.other)).toMatchObject({ signedIn: true });
  });

  test("offline again: nobody of them signs in, another does", async () => {
    for (const person of [disabled, revokedToken, disallowed]) {
      const done = await ward.signIn(person, person.token.peek());
      expect(done.succeeded, `${person.userName}: ${done.shown}`).toBe(false);
    }
    const withOld = await ward.signIn(newPassword, newPassword.token.peek());
    expect(withOld.succeeded, withOld.shown).toBe(false);
    expect(await ward.signIn(other, other.token.next())).toMatchObject({ succeeded: true });
  });

  test("the endpoint revoked: everything it held is gone at its first contact, its codes are exposed, nobody signs in", async () => {
    const { administrator } = enterprise;
    await administrator.revokeEndpoint(ward.endpointId);
    expect(await administrator.token(other.tokenId)).toMatchObject({
      exposed: [expect.objectContaining({ endpointId: ward.endpointId })],
    });
    const pending = await administrator.endpoint(ward.endpointId);
    expect(pending.pendingRevocations.map(({ reason }) => reason)).toEqual(["endpoint-revoked"]);
    await ward.network.setLink("up");
    await ward.until("everything is deleted", ({ users }) => users.length === 0, 30_000);
    const status = await statusByCli();
    expect(status.health.map(({ code }) => code)).toContain("endpoint-revoked");
    expect(await sealedFiles()).toBe(0);
    const done = await ward.signIn(other, other.token.peek());
    expect(done.succeeded).toBe(false);
    expect(done.shown).toMatch(/withdrawn|refuses this computer/);
    await expect
      .poll(async () => (await administrator.endpoint(ward.endpointId)).pendingRevocations, {
        timeout: 15_000,
      })
      .toEqual([]);
    expect(await administrator.endpoint(ward.endpointId)).toMatchObject({ status: "revoked" });
    // Its unused codes are accepted nowhere else (SECURITY §2).
    const elsewhere = await addCutOffWorkstation(enterprise, { name: "ward-8" });
    await elsewhere.addAccount(other.userName);
    const exposed = await elsewhere.signIn(other, other.token.next());
    expect(exposed.succeeded).toBe(false);
    expect(exposed.shown).toContain("kept on a computer that has been withdrawn");
    expect(await administrator.brokenChains()).toEqual([]);
  });
});
