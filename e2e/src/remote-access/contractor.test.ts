import { setTimeout as wait } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { RadiusClient } from "../../rig/radius-client.ts";
import { describeWhere } from "../../rig/requirements.ts";
import { RemoteAccess, type RemotePerson, remoteAccessNeeds } from "./remote-access.ts";

type Anybody = Pick<RemotePerson, "userName" | "password">;

/** "Provide remote access to users with password only": at the VPN, with a code that the help desk read out. */
describeWhere(remoteAccessNeeds, "a contractor's day at the VPN", () => {
  let remote: RemoteAccess;
  let gateway: RadiusClient;
  let carl: Anybody;
  let anna: RemotePerson;

  beforeAll(async () => {
    remote = await RemoteAccess.create();
    const nothingToEnrol = ["enrolment.rights=none", "enrolment.remoteAllowed=false", "lockout.failures=50"];
    await remote.rig.json(["policies", "add", "Contractors", ...nothingToEnrol]);
    carl = { userName: "carl", password: "password of carl" };
    const words = ["users", "add", "carl", "--password-stdin", "--policy", "Contractors"];
    await remote.rig.json(words, { input: `${carl.password}\n` });
    anna = await remote.person("anna");
    await remote.rig.json(["temporary-codes", "settings", "--allow"]);
    await remote.reconfigure();
    gateway = await remote.gateway();
  });
  afterAll(() => remote?.[Symbol.asyncDispose]());

  let stations = 0;
  /** From an address of its own each time, so that no source has to wait. */
  async function signIn({ userName, password }: Anybody, code: string) {
    stations += 1;
    const station = `203.0.113.${stations}`;
    const asked = await gateway.ask({ userName, password, station });
    expect(asked).toMatchObject({ verdict: "challenge", message: "One-time code:" });
    return gateway.ask({ userName, password: code, state: asked.state as Buffer, station });
  }
  const generate = async ({ userName }: Anybody, lifetime: string, use = "multiple"): Promise<string> => {
    const words = ["temporary-codes", "generate", userName, "--for", lifetime, "--use", use];
    return (await remote.rig.json([...words, "--reason", "Came by with her supervisor"])).code;
  };
  const lastSignIn = async (userName: string) => {
    const { items } = await remote.rig.json(["audit", "list", "--user", userName]);
    return items.find(({ type }: { type: string }) => type === "sign-in");
  };
  const refused = async (who: Anybody, code: string, reason: string) => {
    expect(await signIn(who, code)).toMatchObject({ verdict: "reject" });
    expect(await lastSignIn(who.userName)).toMatchObject({ outcome: "refused", reason });
  };

  test("TC-2, TC-25, TC-34: password and code, as often as the day is long; nothing else is enrolled or asked", async () => {
    expect(await signIn(carl, "000000")).toMatchObject({ verdict: "reject" });
    const code = await generate(carl, "PT24H");
    for (const typed of [code, code.toLowerCase().replaceAll("-", "")])
      expect(await signIn(carl, typed)).toMatchObject({ verdict: "accept" });
    expect(await lastSignIn("carl")).toMatchObject({
      outcome: "succeeded",
      detail: { workflow: "remote-access", factors: ["password", "temporary-code"] },
    });
    const { items } = await remote.rig.json(["authenticators", "list", "carl"]);
    expect(items).toEqual([]);
  });

  test("TC-3, TC-10: it is no password, and nobody else's", async () => {
    const code = await generate(carl, "PT24H");
    await refused({ ...carl, password: code }, code, "wrong-credentials");
    await refused(anna, code, "wrong-credentials");
    expect(await signIn(carl, code)).toMatchObject({ verdict: "accept" });
  });

  test("TC-5, TC-20, TC-41, TC-42: replaced, used up, expired or revoked it is worth nothing there", async () => {
    const first = await generate(carl, "PT24H");
    const once = await generate(carl, "PT24H", "once");
    await refused(carl, first, "wrong-credentials");
    expect(await signIn(carl, once)).toMatchObject({ verdict: "accept" });
    await refused(carl, once, "used-up");
    const short = await generate(carl, "PT5S");
    expect(await signIn(carl, short)).toMatchObject({ verdict: "accept" });
    await wait(5_000);
    await refused(carl, short, "expired");
    const code = await generate(carl, "PT24H");
    await remote.rig.json(["temporary-codes", "revoke", "carl"]);
    await refused(carl, code, "revoked");
  });

  test("AMB-TC-7: while the enterprise has them off, a live one is refused; the token found again ends it (TC-7)", async () => {
    const code = await generate(anna, "PT8H");
    await remote.rig.json(["temporary-codes", "settings", "--no-allow"]);
    await refused(anna, code, "temporary-codes-disabled");
    await remote.rig.json(["temporary-codes", "settings", "--allow"]);
    expect(await signIn(anna, code)).toMatchObject({ verdict: "accept" });
    expect(await signIn(anna, anna.token.next())).toMatchObject({ verdict: "accept" });
    await refused(anna, code, "usual-factor-used");
  });
});
