import { defaultTemporaryCodeSettings } from "@holdfast/protocol/temporary-codes-api";
import { expect, test } from "vitest";
import type { MasterKeys } from "../keys/master-key.ts";
import type { Place } from "../store/testing/place.ts";
import { enrol, holdBundle } from "./endpoint.ts";
import type { Person, Rig } from "./rig.ts";
import { code, expectProblem, newPerson, newPolicy, reopen, secretOf, signIn, startRig } from "./rig.ts";

/** What the contract of restores lends to its parts. */
type RestorePlace = {
  readonly masterKeys: MasterKeys;
  places(): { readonly from: Place; readonly to: Place };
  backup(rig: Rig): Promise<string>;
  restore(rig: Rig, file: string): Promise<unknown>;
};

/** What was good once, or was read out, before a restore (SECURITY §7). */
export function restoredOnceContract(at: RestorePlace): void {
  test("codes that are good once are not good again: time-based, recovery, temporary and sent codes", async () => {
    const before = await startRig({ store: at.places().from.location }, { masterKeys: at.masterKeys });
    const nora = await newPerson(before, "nora");
    const authenticators = `/api/v1/users/${nora.user.id}/authenticators`;
    const enrolled = await before.call("POST", authenticators, { kind: "totp" });
    const timed = { secret: secretOf(enrolled.body.otpauthUri) };
    const made = await before.call("POST", authenticators, { kind: "recovery-code" });
    expect([enrolled.status, made.status]).toEqual([201, 201]);
    const temporaryCode = await lendCode(before, nora);
    await before.server.ports.store.transaction(async (tx) => {
      const sentAtMs = tx.now();
      const pending = {
        id: "cod_1",
        mac: "m".repeat(43),
        workflow: "workstation",
        sentAtMs,
        tries: 0,
        usedAtMs: null,
      };
      await tx.authenticators.insert({
        ...{ id: "aut_phone", userId: nora.user.id, kind: "sms-code", label: "Phone", status: "enabled" },
        ...{ lookup: null, data: { address: "+491701234567", pending }, version: 1 },
        ...{ createdAtMs: sentAtMs, lastUsedAtMs: null },
      });
    });
    const file = await at.backup(before);
    const step = () => Math.floor(before.clock.now() / 30_000);
    const used = code(timed, step() + 1);
    expect((await signIn(before, nora, used)).status).toBe(200);
    await before.stop();
    await at.restore(before, file);

    const after = await reopen(before, { store: at.places().to.location }, { masterKeys: at.masterKeys });
    expectProblem(await signIn(after, nora, used), "sign-in-refused", "wrong-credentials");
    expect((await after.call("GET", authenticators)).text).not.toContain("recovery-code");
    expectProblem(await signIn(after, nora, temporaryCode), "sign-in-refused", "wrong-credentials");
    const phone = await after.server.ports.store.read((tx) => tx.authenticators.ofUser(nora.user.id));
    expect(
      phone.map(({ data }) => data.pending),
      "a code that was sent",
    ).toEqual([null]);
    const { items } = await after.server.ports.store.audit({
      userId: nora.user.id,
      type: "sign-in",
      limit: 1,
    });
    expect(items[0]).toMatchObject({ reason: "restored" });
    before.clock.advance(90_000);
    expect((await signIn(after, nora, code(timed, step()))).status).toBe(200);
    await after.stop();
  });

  test("a bypass code that was read out before is given no more, and the endpoint gets the next one (OTP-24)", async () => {
    const before = await startRig({ store: at.places().from.location }, { masterKeys: at.masterKeys });
    const policyId = await newPolicy(before, "offline", { offline: { enabled: true } });
    const nora = await newPerson(before, "nora", { policyId });
    const desk = await enrol(before, "desk");
    await holdBundle(before, desk, nora, 0);
    const path = `/api/v1/users/${nora.user.id}/bypass-codes`;
    const given = await before.call("POST", path, { endpointId: desk.id });
    expect(given.status).toBe(200);
    const file = await at.backup(before);
    await before.stop();
    await at.restore(before, file);

    const after = await reopen(before, { store: at.places().to.location }, { masterKeys: at.masterKeys });
    expectProblem(await after.call("POST", path, { endpointId: desk.id }), "conflict");
    const row = await after.server.ports.store.read((tx) => tx.bypasses.get(desk.id, nora.user.id));
    expect(row).toMatchObject({ number: 1, floor: 2 });
    await after.stop();
  });
}

/** A temporary code that is good for a day. */
async function lendCode(rig: Rig, { user }: Person): Promise<string> {
  const temporaryCodes = { ...defaultTemporaryCodeSettings, allowed: true };
  expect((await rig.call("PUT", "/api/v1/settings/temporary-codes", { temporaryCodes })).status).toBe(200);
  const wanted = { use: "multiple", lifetime: "P1D", reason: "Called back" };
  return (await rig.call("POST", `/api/v1/users/${user.id}/temporary-code`, wanted)).body.code;
}
