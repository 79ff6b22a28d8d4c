import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { TestEnterprise } from "../../agent/enterprise.ts";
import type { TestPhone } from "../../rig/phone.ts";
import { freePort } from "../../rig/ports.ts";
import type { RadiusClient } from "../../rig/radius-client.ts";
import { describeWhere } from "../../rig/requirements.ts";
import { RemoteAccess, type RemotePerson, remoteAccessNeeds } from "../remote-access/remote-access.ts";
import { phoneInHand } from "./in-hand.ts";

const app = async () => {
  const port = await freePort();
  const listen = { host: "127.0.0.1", port };
  return { authenticator: { listen, files: null, url: `https://localhost:${port}` } };
};
const numberIn = (text: string | null) => /Type (\d\d) on your phone/.exec(text ?? "")?.[1] ?? "";

describeWhere(remoteAccessNeeds, "push from outside, by RADIUS", () => {
  let remote: RemoteAccess;
  let gateway: RadiusClient;
  let nora: RemotePerson;
  let phone: TestPhone;
  beforeAll(async () => {
    remote = await RemoteAccess.create(await app());
    gateway = await remote.gateway();
    nora = await remote.person("nora");
    phone = await phoneInHand(remote.rig.server, nora.userId);
  });
  afterAll(() => remote?.[Symbol.asyncDispose]());

  const ask = (password: string, state: Uint8Array | null = null) =>
    gateway.ask({
      userName: "nora",
      password,
      station: "198.51.100.7",
      ...(state === null ? {} : { state }),
    });
  async function pushed(password = nora.password) {
    const first = await ask(password);
    expect(first.message).toBe("One-time code (or type push):");
    return ask("push", first.state);
  }

  test("the number stands in the challenge, an empty answer asks again, and the approval lets in (REG-27)", async () => {
    const asked = await pushed();
    expect(asked).toMatchObject({
      verdict: "challenge",
      message: expect.stringMatching(/^Type \d\d on your phone/),
    });
    const number = numberIn(asked.message);
    const again = await ask("", asked.state);
    expect(again).toMatchObject({ verdict: "challenge" });
    expect(numberIn(again.message)).toBe(number);
    const { items } = (await phone.pushRequests()).body as { items: { details: object }[] };
    expect(items[0]?.details).toMatchObject({
      account: "nora",
      application: "remote access",
      place: "gateway",
      address: "198.51.100.7",
    });
    expect((await phone.answerPush({ decision: "approve", number })).body.outcome).toBe("approved");
    expect(await ask("", again.state)).toMatchObject({ verdict: "accept" });
  });

  test("SECURITY §3: a wrong password gets the same challenge, and no phone hears of it", async () => {
    const asked = await pushed("not it");
    expect(numberIn(asked.message)).toMatch(/^\d\d$/);
    expect((await phone.pushRequests()).body.items).toEqual([]);
  });

  test("qr costs no try where there is a network, and says so to everybody alike", async () => {
    const told = [];
    for (const password of [nora.password, "not it"]) {
      const first = await ask(password);
      told.push((await ask("qr", first.state)).message);
    }
    const text = "You are online, where no QR code is needed. One-time code (or type push):";
    expect(told).toEqual([text, text]);
  });

  test("whoever types a code instead of waiting gets in by it", async () => {
    const asked = await pushed();
    expect(await ask(nora.token.next(), asked.state)).toMatchObject({ verdict: "accept" });
    // No answer would open anything, so the phone asks for none.
    const { items, withdrawn } = (await phone.pushRequests()).body as {
      items: object[];
      withdrawn: object[];
    };
    expect([items.length, withdrawn.length]).toEqual([0, 1]);
  });
});

describe("push at a login prompt, while there is a network", () => {
  test("the prompt names the word, the number is shown, Enter waits for the phone; neither word costs a try where it asks nobody", async () => {
    await using enterprise = await TestEnterprise.start({ server: await app() });
    const endpoint = await enterprise.endpoint({ name: "ward-7" });
    const person = await enterprise.person("omar", await enterprise.policy(), {
      kind: "hotp",
      label: "Key fob",
    });
    const phone = await phoneInHand(enterprise.site.server, person.userId);
    let answered: Promise<unknown> = Promise.resolve();
    const told = await endpoint.converse(person.userName, [
      person.password,
      "qr",
      "push",
      (prompt) => {
        // The person presses Enter at once, and then takes up his phone.
        const number = numberIn(prompt);
        answered = new Promise((resolve) => setTimeout(resolve, 1_200)).then(() =>
          phone.answerPush({ decision: "approve", number }),
        );
        return "";
      },
    ]);
    await answered;
    expect(told).toMatchObject({ code: "success", reason: "online" });
    expect(told.prompts).toEqual([
      "Password: ",
      "One-time code (or type push): ",
      // No try was lost by it.
      "You are online, where no QR code is needed. One-time code (or type push): ",
      expect.stringMatching(/^Type \d\d on your phone, then press Enter: $/),
    ]);
    // Whoever waited may go offline now, as after any sign-in with the token's owner present.
    await endpoint.settled();
    expect((await phone.pushRequests()).body.items).toEqual([]);
    const events = await enterprise.site.server.ports.store.audit({
      userId: person.userId,
      type: "push-approved",
      limit: 5,
    });
    expect(events.items[0]?.detail).toMatchObject({ application: "ward-7", workflow: "workstation" });

    // A name without an account sees the same, and nobody's phone hears of it.
    const stranger = await endpoint.converse("nobody", ["guess", "qr", "push", "000000"], {
      uid: undefined as never,
    });
    expect(stranger.prompts).toEqual(
      told.prompts.with(3, expect.stringMatching(/^Type \d\d on your phone, /)),
    );
    expect(stranger).toMatchObject({ code: "user-unknown", reason: "wrong-credentials" });

    // Whoever goes away at the number takes his request with him.
    const left = await endpoint.converse(person.userName, [person.password, "push"]);
    expect(left.reason).toBe("cancelled");
    await endpoint.until(async () => {
      const { items, withdrawn } = (await phone.pushRequests()).body as Record<string, object[]>;
      return items?.length === 0 && withdrawn?.length === 1;
    });

    // Without a network the word asks nobody, and costs no try.
    await enterprise.cut();
    await endpoint.offline();
    const offline = await endpoint.converse(person.userName, [person.password, "push", person.press()]);
    expect(offline).toMatchObject({ code: "success", reason: "offline" });
    expect(offline.infos.join(" ")).toContain("You are offline: nothing can be sent");
  });
});
