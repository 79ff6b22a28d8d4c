import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Person, Rig } from "../../testing/rig.ts";
import { code, expectProblem, newPerson, newPolicy, signIn, startRig } from "../../testing/rig.ts";
import { radiusGateway } from "./testing/gateway.ts";

let rig: Rig;
let gateway: { id: string; secret: string };
let key: string;
let access: Awaited<ReturnType<typeof radiusGateway>>["access"];
beforeAll(async () => {
  rig = await startRig();
  ({ gateway, key, access } = await radiusGateway(rig));
});
afterAll(() => rig.stop());

async function newClient(name: string, address: string, prompts = "challenge") {
  return (await rig.call("POST", "/api/v1/radius/clients", { name, address, prompts })).body;
}

async function challenged(person: Person, password = person.password): Promise<string> {
  const asked = await access({ userName: person.user.userName, password });
  expect(asked).toEqual({
    verdict: "Challenge",
    state: expect.stringMatching(/^0x[0-9a-f]{64}$/),
    message: "One-time code:",
  });
  return asked.state ?? "";
}

describe("remote access by RADIUS (UNI-8)", () => {
  test("password, challenge, code; a retransmission gets the first verdict and consumes nothing", async () => {
    const anna = await newPerson(rig, "anna");
    const state = await challenged(anna);
    const answer = { userName: "anna", password: code(anna, 0), state };
    expect(await access(answer)).toEqual({ verdict: "Accept" });
    expect(await access(answer), "the same answer again").toEqual({ verdict: "Accept" });
    expect((await access({ ...answer, password: code(anna, 1) })).verdict, "another answer").toBe("Reject");
    const again = await challenged(anna);
    expect((await access({ userName: "anna", password: code(anna, 0), state: again })).verdict).toBe(
      "Reject",
    );
    const [event] = (await rig.call("GET", "/api/v1/audit?type=sign-in&limit=1")).body.items;
    expect(event).toMatchObject({
      actor: `radius:${gateway.id}`,
      detail: { workflow: "remote-access", service: "radius", remoteHost: expect.any(String) },
    });
  });

  test("the challenge comes whatever the password was, and for whom it was", async () => {
    const bert = await newPerson(rig, "bert");
    const state = await challenged(bert, "not it at all");
    const refused = await access({ userName: "bert", password: code(bert, 0), state });
    const stranger = { ...bert, user: { ...bert.user, userName: "nobody-at-all" } };
    const other = await challenged(stranger);
    expect(await access({ userName: "nobody-at-all", password: "123456", state: other })).toEqual(refused);
    // Once wrong, a State is no second guess.
    expect(await access({ userName: "bert", password: code(bert, 1), state })).toEqual(refused);
  });

  test("a State is of one client and one person, two minutes long", async () => {
    const [cleo, dora] = [await newPerson(rig, "cleo"), await newPerson(rig, "dora")];
    const other = await newClient("other gateway", "192.0.2.2");
    const state = await challenged(cleo);
    const over = { verdict: "Reject", message: "This sign-in is over. Begin again." };
    expect(await access({ userName: "dora", password: code(dora, 0), state })).toEqual(over);
    expect(await access({ userName: "cleo", password: code(cleo, 0), state, client: other.id })).toEqual(
      over,
    );
    for (const foreign of ["0x00", `0x${"00".repeat(32)}`, "nonsense", `0x${"ff".repeat(120)}`])
      expect(await access({ userName: "cleo", password: code(cleo, 0), state: foreign })).toEqual(over);
    rig.clock.advance(120_000);
    expect(await access({ userName: "cleo", password: code(cleo, 0), state })).toEqual(over);
    expect(
      (await access({ userName: "cleo", password: code(cleo, 0), state: await challenged(cleo) })).verdict,
    ).toBe("Accept");
  });

  test("a code alone where the policy asks for nothing else, and one line where the client knows no challenge", async () => {
    const policyId = await newPolicy(rig, "code only", { workflows: { "remote-access": [["hotp"]] } });
    const emil = await newPerson(rig, "emil", { policyId });
    const packet = "192.0.2.1|9|0xabc";
    expect(await access({ userName: "emil", password: code(emil, 0), packet })).toEqual({
      verdict: "Accept",
    });
    expect((await access({ userName: "emil", password: code(emil, 0), packet })).verdict).toBe("Accept");
    expect((await access({ userName: "emil", password: code(emil, 0) })).verdict, "in another packet").toBe(
      "Reject",
    );

    const old = await newClient("old firewall", "192.0.2.3", "one-line");
    const fred = await newPerson(rig, "fred");
    const line = (counter: number) => ({
      userName: "fred",
      password: `${fred.password}${code(fred, counter)}`,
      client: old.id,
    });
    expect((await access(line(0))).verdict).toBe("Accept");
    expect((await access(line(0))).verdict).toBe("Reject");
  });

  test("UNI-2: twenty wrong by RADIUS lock remote access and nothing else", async () => {
    const gina = await newPerson(rig, "gina");
    for (let wrong = 0; wrong < 20; wrong++) {
      const asked = await access({ userName: "gina", password: "wrong" });
      if (asked.verdict === "Challenge")
        await access({ userName: "gina", password: "000000", state: asked.state ?? "" });
    }
    const locked = await access({ userName: "gina", password: gina.password });
    expect(locked.verdict).toBe("Reject");
    expect(locked.message).toMatch(/locked/i);
    expect((await signIn(rig, gina, code(gina, 0))).body.status, "at an endpoint").toBe("succeeded");
  });

  test("a source that keeps being wrong waits before its users are locked out", async () => {
    const users = [];
    for (const name of ["hana", "ivo", "jana", "karl"]) users.push(await newPerson(rig, name));
    const station = "203.0.113.9";
    const wrongly = async (userName: string) => {
      const asked = await access({ userName, password: "wrong", station });
      return asked.state === undefined
        ? asked
        : access({ userName, password: "000000", state: asked.state, station });
    };
    for (let round = 0; round < 3; round++) for (const { user } of users) await wrongly(user.userName);
    expect((await wrongly("hana")).message).toMatch(
      /^Too many wrong tries from where you are\. Try again in \d+ s\.$/,
    );
    // Ten were counted, of four people; from elsewhere each of them still gets in.
    const [hana] = users as [Person];
    expect(
      (await access({ userName: "hana", password: code(hana, 0), state: await challenged(hana) })).verdict,
    ).toBe("Accept");
    rig.clock.advance(30_000);
    expect((await wrongly("karl")).message).not.toMatch(/^Too many/);
  });

  test("a source that has phones asked and never answers waits as soon, though it comes to no verdict", async () => {
    const policyId = await newPolicy(rig, "phones-remotely", {
      workflows: { "remote-access": [["password"], ["hotp", "push"]] },
    });
    const users = [];
    for (const name of ["lena", "marc", "nora"]) users.push(await newPerson(rig, name, { policyId }));
    const station = "203.0.113.99";
    const abandon = async (userName: string) => {
      const asked = await access({ userName, password: "wrong", station });
      return asked.state === undefined
        ? asked
        : access({ userName, password: "push", state: asked.state, station });
    };
    for (let round = 0; round < 4; round++)
      for (const { user } of users) {
        const { message } = await abandon(user.userName);
        expect(message, `${user.userName} ${round}`).toMatch(
          round < 3 ? /^Type \d\d on your phone/ : /^(Type \d\d on your phone|Too many wrong tries)/,
        );
      }
    expect((await abandon("lena")).message).toMatch(/^Too many wrong tries/);
    // Who goes on to be right had no wrong try.
    const [lena] = users as [Person];
    const elsewhere = "203.0.113.100";
    for (let time = 0; time < 12; time++) {
      const asked = await access({ userName: "lena", password: lena.password, station: elsewhere });
      const waits = await access({
        userName: "lena",
        password: "push",
        state: asked.state ?? "",
        station: elsewhere,
      });
      const answer = {
        userName: "lena",
        password: code(lena, time),
        state: waits.state ?? "",
        station: elsewhere,
      };
      expect((await access(answer)).verdict, String(time)).toBe("Accept");
    }
  });

  test("a source is one subscriber, whichever of his IPv6 addresses he writes down, and however", async () => {
    const wrongly = async (station: string) => {
      const asked = await access({ userName: "nobody-here", password: "wrong", station });
      return asked.state === undefined
        ? asked
        : access({ userName: "nobody-here", password: "000000", state: asked.state, station });
    };
    for (let host = 1; host <= 5; host++) {
      await wrongly(`2001:db8:7:7::${host}`);
      await wrongly(`2001:0DB8:7:7:0:0:${host}:1`);
    }
    expect((await wrongly("2001:db8:7:7:ffff::1")).message).toMatch(/^Too many/);
    expect((await wrongly("2001:db8:7:8::1")).message).not.toMatch(/^Too many/);
  });

  test("nor do many tries at once get a new source any further", async () => {
    const station = "203.0.113.77";
    const wrongly = async (userName: string) => {
      const asked = await access({ userName, password: "wrong", station });
      return asked.state === undefined
        ? asked
        : access({ userName, password: "000000", state: asked.state, station });
    };
    const users = [];
    for (let number = 0; number < 40; number++) users.push(`nobody-${number}`);
    const replies = await Promise.all(users.map(wrongly));
    const lookedAt = replies.filter(({ message }) => !message?.startsWith("Too many"));
    expect(lookedAt.length).toBeLessThanOrEqual(20);
    rig.clock.advance(300_000);
    expect((await access({ userName: "nobody-1", password: "x", station })).verdict).toBe("Challenge");
  });

  test("what is no name and no password is refused or asked for, never an error", async () => {
    expect((await access({ userName: "a name/with:all\u0007", password: "x" })).verdict).toBe("Reject");
    expect((await access({ password: "x" })).verdict).toBe("Reject");
    expect(await access({ userName: "whoever" })).toMatchObject({
      verdict: "Challenge",
      message: "Password:",
    });
    expect((await access({ userName: "whoever", password: "ü".repeat(60) })).verdict).toBe("Challenge");
    expect((await access({ userName: "whoever", password: "x", client: "rcl_gone" })).verdict).toBe("Reject");
  });
});

describe("RADIUS clients and servers", () => {
  test("a secret is told once and is nowhere else; two clients have neither one name nor one address", async () => {
    const made = await newClient("switch", "2001:DB8:0::1");
    expect(made).toMatchObject({ address: "2001:db8::1", prompts: "challenge" });
    expect(made.secret).toMatch(/^[A-Za-z0-9_-]{32}$/);
    const listed = await rig.call("GET", "/api/v1/radius");
    const audit = await rig.call("GET", "/api/v1/audit?limit=500");
    for (const { text } of [listed, audit]) expect(text).not.toContain(made.secret);
    const body = { name: "switch 2", address: "2001:db8::1/128", prompts: "challenge" };
    expectProblem(await rig.call("POST", "/api/v1/radius/clients", body), "conflict");
    for (const address of ["0.0.0.0/0", "example.org", "10.0.0.0/33", "", "10.0.0.1\nsecret = x"])
      expectProblem(
        await rig.call("POST", "/api/v1/radius/clients", { ...body, address }),
        "invalid-request",
      );
    const rotated = await rig.call("POST", `/api/v1/radius/clients/${made.id}/secret`);
    expect(rotated.body.secret).not.toBe(made.secret);
    const outdated = async () => (await rig.call("GET", "/api/v1/radius")).body.servers[0].outdated;
    rig.clock.advance(1);
    await rig.call("DELETE", `/api/v1/radius/clients/${made.id}`);
    expect(await outdated(), "FreeRADIUS does not know yet").toBe(true);
    rig.clock.advance(1);
    const registered = await rig.call("POST", "/api/v1/radius/servers", {
      name: "radius-1",
      certificateHash: null,
    });
    key = registered.body.key;
    expect(await outdated()).toBe(false);
    expect(registered.body.clients.map(({ secret }: { secret: string }) => secret)).toContain(gateway.secret);
  });

  test("only a key of the scope radius may ask, and of itself it may nothing else", async () => {
    const body = { "User-Name": { type: "string", value: ["anna"] } };
    const url = "/api/v1/radius/access-requests";
    expectProblem(await rig.call("POST", url, body), "forbidden");
    expectProblem(await rig.call("POST", url, body, null), "unauthenticated");
    expectProblem(await rig.call("GET", "/api/v1/radius", undefined, key), "forbidden");
    expectProblem(await rig.call("GET", "/api/v1/users", undefined, key), "forbidden");
    const server = {
      method: "POST" as const,
      url,
      payload: body,
      headers: { authorization: `Bearer ${key}` },
    };
    const elsewhere = await rig.server.app.inject({ ...server, remoteAddress: "192.0.2.77" });
    expect(elsewhere.json()).toMatchObject({ code: "forbidden" });
  });
});
