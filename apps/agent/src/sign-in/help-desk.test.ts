import { BYPASS_ON_REQUEST, CHALLENGE_OVER } from "@holdfast/core/messages/bypass-text";
import { TOKEN_CAUTION } from "@holdfast/core/messages/refusal-text";
import { answerTo, bypassCodeAt, codeOf, Issuer } from "@holdfast/offline-store/testing/issuer";
import { noLocalRules } from "@holdfast/offline-store/testing/sign-in";
import { password, StoreRig, token, withPolicy } from "@holdfast/offline-store/testing/store-rig";
import { beforeEach, describe, expect, test } from "vitest";
import { LocalSignIn } from "./local-sign-in.ts";

let issuer: Issuer;
let rig: StoreRig;
const both = { number: 1, code: true, challenge: true };
beforeEach(async () => {
  issuer ??= await Issuer.create();
  rig = await StoreRig.open(issuer);
});

type Conversation = { asked: string[]; told: string[]; outcome: string };

/** Plays the person: each prompt is answered by the next of these, which may look at what was told. */
async function converse(
  answers: readonly (string | null | ((told: string[]) => string | Promise<string>))[],
  oneLine = false,
): Promise<Conversation> {
  const attempt = rig.store.newAttempt(rig.attemptId());
  const [asked, told, rest] = [[] as string[], [] as string[], [...answers]];
  const { outcome } = await new LocalSignIn(rig.store, noLocalRules, "ward-3-desk-2").run({
    attempt,
    userName: "anna",
    workflow: "workstation",
    oneLine,
    context: { attemptId: attempt.id },
    typed: [],
    ask: async (ask, text) => {
      asked.push(text ?? ask);
      const next = rest.shift() ?? null;
      const value = typeof next === "function" ? await next(told) : next;
      return value === null ? null : attempt.keep(value);
    },
    tell: (text) => told.push(text),
  });
  attempt.end();
  const how = outcome.kind === "succeeded" ? outcome.factors.join("+") : outcome.reason;
  return { asked, told, outcome: how };
}

const shown = (told: readonly string[]) =>
  /Challenge: (\d{4}) (\d{4})/
    .exec(told.at(-1) ?? "")
    ?.slice(1)
    .join("") ?? "none";

describe("codes are used up", () => {
  beforeEach(() => rig.online([], 1, { bypass: both }));

  test("OTP-22, OTP-23, OTP-25: what happened, what to do and the caution come first, then password and bypass code", async () => {
    const { asked, told, outcome } = await converse([password, bypassCodeAt(1)]);
    expect(told).toHaveLength(1);
    expect(told[0]).toContain("no offline sign-ins are left here");
    expect(told[0]).toContain("help desk for a bypass code");
    expect(told[0]).toContain(TOKEN_CAUTION);
    expect(asked).toEqual(["password", "Bypass code (or Enter alone for a challenge): "]);
    expect(outcome).toBe("password+bypass-code");
  });

  test("OTP-23: Enter alone shows a challenge; who goes to the phone comes back to the same one", async () => {
    const first = await converse([password, "", ""]);
    expect(first.outcome).toBe("cancelled");
    const challenge = shown(first.told);
    expect(challenge).toMatch(/^\d{8}$/);
    const second = await converse([password, "", () => answerTo(challenge)]);
    expect(shown(second.told)).toBe(challenge);
    expect(second.outcome).toBe("password+ocra");
    expect(second.asked).toEqual(["password", "Bypass code (or Enter alone for a challenge): ", "ocra"]);
    expect((await rig.store.facts("anna", noLocalRules)).lockout.failures).toBe(0);
  });

  test("who answers after the ten minutes hears so, whatever he typed, and nothing is counted", async () => {
    const answered = await converse([
      password,
      "",
      (told) => {
        rig.endpoint.clocks.pass(600_000);
        return answerTo(shown(told));
      },
    ]);
    expect(answered.told.at(-1)).toBe(CHALLENGE_OVER);
    expect(answered.outcome).toBe("cancelled");
    expect((await rig.store.facts("anna", noLocalRules)).lockout.failures).toBe(0);
  });

  test("a client that asks once hears of the exhaustion, and is asked nothing", async () => {
    expect(await converse([`${password}000000`], true)).toEqual({
      asked: [],
      told: [],
      outcome: "cache-exhausted",
    });
  });

  test("a disk that cannot be written shows no challenge", async () => {
    rig.endpoint.disk.refusesWrites = "ENOSPC";
    expect((await converse([password, "", "12345678"])).outcome).toBe("storage-failed");
  });
});

describe("codes are left", () => {
  beforeEach(() => rig.online([0, 1], 1, { bypass: both }));

  test("OTP-23: on request: Enter alone at the code, or the bypass code typed there", async () => {
    const usual = await converse([password, codeOf(token, 0)]);
    expect(usual).toEqual({
      asked: ["password", "code"],
      told: [BYPASS_ON_REQUEST],
      outcome: "password+hotp",
    });
    const asked = await converse([password, "", bypassCodeAt(1)]);
    expect(asked.asked).toEqual(["password", "code", "Bypass code (or Enter alone for a challenge): "]);
    expect(asked.outcome).toBe("password+bypass-code");
    expect((await converse([password, bypassCodeAt(1)])).outcome).toBe("password+bypass-code");
    const answered = await converse([password, "", "", (told) => answerTo(shown(told))]);
    expect(answered.outcome).toBe("password+ocra");
  });

  test("where the policy has challenges only, Enter alone shows one; where it has neither, it is a wrong code", async () => {
    await rig.online([0, 1], 2, { bypass: { ...both, number: 2, code: false } });
    const answered = await converse([password, "", (told) => answerTo(shown(told))]);
    expect(answered.asked).toEqual(["password", "code", "ocra"]);
    expect(answered.outcome).toBe("password+ocra");
    await rig.online([0, 1], 3, { bypass: null, policy: withPolicy({ bypass: [] }) });
    const none = await converse([password, ""]);
    expect(none).toEqual({ asked: ["password", "code"], told: [], outcome: "wrong-credentials" });
  });
});
