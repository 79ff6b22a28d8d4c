import { afterAll, beforeAll, expect, test } from "vitest";
import { describeWhere, pamNeeds } from "../../rig/requirements.ts";
import { Enterprise } from "../enterprise/enterprise.ts";
import type { Workstation } from "../enterprise/workstation.ts";
import { allowTemporaryCodes, hasCode, lendCode } from "./lending.ts";

describeWhere([...pamNeeds, "make", "oathtool"], "a temporary code at a login prompt", () => {
  let enterprise: Enterprise;
  let ward: Workstation;
  beforeAll(async () => {
    enterprise = await Enterprise.create();
    ward = await enterprise.addWorkstation();
    await allowTemporaryCodes(enterprise.administrator);
  });
  afterAll(() => enterprise?.[Symbol.asyncDispose]());

  test("TC-1, TC-7, TC-27: stands for the token until the token is back, and nobody has to end it", async () => {
    const { administrator } = enterprise;
    const anna = await enterprise.addPerson("anna", [ward]);
    const code = await lendCode(administrator, anna);
    const typed = await ward.signIn(anna, code.toLowerCase());
    expect(typed).toMatchObject({ succeeded: true });
    expect(typed.prompts).toEqual(["Password:", "One-time code:"]);
    expect(await ward.signIn(anna, code, { service: "sudo" })).toMatchObject({ succeeded: true });
    expect(await hasCode(administrator, anna)).toBe(true);
    expect(await ward.signIn(anna, anna.token.next())).toMatchObject({ succeeded: true });
    expect(await hasCode(administrator, anna)).toBe(false);
    expect(await ward.signIn(anna, code)).toMatchObject({ succeeded: false, result: "PAM_AUTH_ERR" });
  });

  test("TC-3: is no password, and good once where it was made so", async () => {
    const bert = await enterprise.addPerson("bert", [ward]);
    const code = await lendCode(enterprise.administrator, bert, { use: "once" });
    expect(await ward.signIn(bert, code, { password: code })).toMatchObject({ succeeded: false });
    expect(await ward.signIn(bert, code)).toMatchObject({ succeeded: true });
    expect(await ward.signIn(bert, code)).toMatchObject({ succeeded: false });
  });

  test("OTP-27: who pressed his token too often is told at the prompt what else he has", async () => {
    const cleo = await enterprise.addPerson("cleo", [ward]);
    const code = await lendCode(enterprise.administrator, cleo);
    const far = await ward.signIn(cleo, cleo.token.peek(50));
    expect(far).toMatchObject({ succeeded: false });
    expect(far.information.join(" ")).toContain(
      "Sign in with the temporary code that your help desk gave you instead.",
    );
    expect(await ward.signIn(cleo, code)).toMatchObject({ succeeded: true });
  });

  test("works online only: without a network the machine asks the token", async () => {
    const dora = await enterprise.addPerson("dora", [ward]);
    const code = await lendCode(enterprise.administrator, dora);
    expect(await ward.signIn(dora, code)).toMatchObject({ succeeded: true });
    await ward.untilCached(dora, 25);
    await enterprise.server.kill();
    await ward.untilOffline();
    expect(await ward.signIn(dora, code)).toMatchObject({ succeeded: false });
    expect(await ward.signIn(dora, dora.token.next())).toMatchObject({ succeeded: true });
    await enterprise.server.start();
    await ward.untilLevel();
    expect(await hasCode(enterprise.administrator, dora)).toBe(false);
  });
});
