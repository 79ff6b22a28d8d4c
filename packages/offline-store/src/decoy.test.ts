import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { range } from "./testing/endpoint.ts";
import { codeOf, Issuer, wrongCode } from "./testing/issuer.ts";
import { noLocalRules } from "./testing/sign-in.ts";
import { refusal, StoreRig, token, withPolicy } from "./testing/store-rig.ts";

let shared: Issuer;
beforeAll(async () => {
  shared = await Issuer.create();
});

const policy = withPolicy({}, { failures: 100 });
let rig: StoreRig;
beforeEach(async () => {
  rig = await StoreRig.open(shared);
  const { refillKey } = await rig.online(range(0, 120), 1, { policy });
  refill = () => rig.refill(2, range(20, 120), refillKey, {}, { policy });
});
let refill: () => Promise<unknown>;
afterEach(() => void vi.restoreAllMocks());

const nobodysCodes = [wrongCode, "12345", "1234567", "no code", ""];

describe.each([
  ["codes of the last online sign-in", false],
  ["a refill that waits", true],
])("with %s", (_what, waiting) => {
  beforeEach(async () => {
    if (waiting) await refill();
    // Whatever is made once is made.
    await rig.signIn(wrongCode, "wrong");
  });

  test("a wrong password and what is no code take the same steps on as much data (SECURITY §1)", async () => {
    const wanted = await stepsOf(() => rig.signIn(codeOf(token, 30), "wrong"));
    expect(wanted.length).toBeGreaterThanOrEqual(waiting ? 8 : 4);
    for (const code of nobodysCodes) expect(await stepsOf(() => rig.signIn(code))).toEqual(wanted);
    // Also after each other: a right password leaves nothing behind that the next attempt would show.
    expect(await stepsOf(() => rig.signIn(wrongCode, "wrong"))).toEqual(wanted);
    expect((await rig.store.holdings(noLocalRules))[0]).toMatchObject({ refillWaiting: waiting });
  });

  test("the next success opens what waits", async () => {
    await rig.signIn(wrongCode);
    expect(await rig.signIn(codeOf(token, 30))).toMatchObject({ kind: "succeeded" });
    await rig.store.close();
    expect((await rig.store.holdings(noLocalRules))[0]).toMatchObject({
      refillWaiting: false,
      remaining: waiting ? 109 : 89,
    });
    expect(await rig.signIn(codeOf(token, 139))).toEqual(
      waiting ? expect.objectContaining({ kind: "succeeded" }) : refusal("wrong-credentials"),
    );
  });
});

/** Every call of the platform's cryptography that has bytes to work on, with how many. */
async function stepsOf(work: () => Promise<unknown>): Promise<string[]> {
  const steps: string[] = [];
  for (const name of ["encrypt", "decrypt", "deriveBits", "importKey", "sign", "digest"] as const) {
    const real = crypto.subtle[name].bind(crypto.subtle) as (...given: unknown[]) => Promise<unknown>;
    const spy = (...given: unknown[]) => {
      const sizes = given.filter((one) => ArrayBuffer.isView(one)).map((one) => one.byteLength);
      steps.push(`${name} ${sizes}`);
      return real(...given);
    };
    vi.spyOn(crypto.subtle, name).mockImplementation(spy as never);
  }
  await work();
  await rig.store.close();
  vi.restoreAllMocks();
  return steps;
}
