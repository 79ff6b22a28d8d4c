import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { enrol, holdBundle, signInAt } from "../../testing/endpoint.ts";
import type { Person, Rig } from "../../testing/rig.ts";
import {
  begin,
  code,
  expectProblem,
  newAttemptId,
  newPerson,
  newPolicy,
  secretOf,
  signIn,
  startRig,
} from "../../testing/rig.ts";

let rig: Rig;
beforeAll(async () => {
  rig = await startRig();
});
afterAll(() => rig.stop());

async function audited(attemptId: string) {
  return (await rig.call("GET", `/api/v1/audit?attemptId=${attemptId}`)).body.items;
}

describe("sign-in by steps", () => {
  test("password, then code: both are asked for before anything is said", async () => {
    const anna = await newPerson(rig, "anna");
    const attemptId = newAttemptId();
    const asked = await begin(rig, anna, [], { attemptId });
    expect(asked.status).toBe(200);
    expect(asked.body).toMatchObject({
      holdfast: 1,
      inReplyTo: "test-request",
      status: "asking",
      prompts: [{ factor: "password", echo: false }],
    });

    const next = await rig.call("POST", "/api/v1/sign-ins/steps", {
      continuation: asked.body.continuation,
      given: { factor: "password", value: "wrong" },
    });
    expect(next.body).toMatchObject({ status: "asking", prompts: [{ factor: "hotp" }] });
    const wrong = await rig.call("POST", "/api/v1/sign-ins/steps", {
      continuation: next.body.continuation,
      given: { factor: "hotp", value: code(anna, 0) },
    });
    expectProblem(wrong, "sign-in-refused", "wrong-credentials");
    expect(wrong.body.inReplyTo).toBe("test-request");
    const [event] = await audited(attemptId);
    expect(event).toMatchObject({
      type: "sign-in",
      outcome: "refused",
      reason: "wrong-credentials",
      mode: "online",
      subjectUserId: anna.user.id,
    });
  });

  test("everything in one request succeeds, is audited, and brings a program no grant", async () => {
    const ben = await newPerson(rig, "ben");
    const attemptId = newAttemptId();
    const answer = await signIn(rig, ben, code(ben, 0), { attemptId, context: { service: "sshd" } });
    expect(answer.body).toEqual({
      holdfast: 1,
      inReplyTo: "test-request",
      status: "succeeded",
      userId: ben.user.id,
      userName: "ben",
      factors: ["password", "hotp"],
      messages: [],
    });
    const [event] = await audited(attemptId);
    expect(event).toMatchObject({
      outcome: "succeeded",
      detail: { consumed: { counter: 0 }, service: "sshd" },
    });
  });

  test("one line for both, as a client that can ask only once sends it", async () => {
    const cleo = await newPerson(rig, "cleo");
    const line = { factor: "password-and-code", value: `${cleo.password}${code(cleo, 0)}` };
    expect((await begin(rig, cleo, [line])).body.status).toBe("succeeded");
  });

  test("unknown user, wrong password and wrong code get the same answer", async () => {
    const dora = await newPerson(rig, "dora");
    const answers = [
      await signIn(rig, { ...dora, user: { ...dora.user, userName: "nobody-of-this-name" } }, "123456"),
      await signIn(rig, { ...dora, password: "not it at all" }, code(dora, 0)),
      await signIn(rig, dora, "000000"),
    ];
    const details = answers.map(
      (answer) => expectProblem(answer, "sign-in-refused", "wrong-credentials").detail,
    );
    expect(new Set(details).size).toBe(1);
    const unknown = await rig.call("GET", "/api/v1/audit?type=sign-in&limit=500");
    expect(JSON.stringify(unknown.body)).not.toContain("nobody-of-this-name");
  });

  test("a user without a token is told so only after a right password", async () => {
    const created = await rig.call("POST", "/api/v1/users", {
      userName: "emil",
      password: "emil's password",
    });
    const emil = { user: created.body, password: "emil's password" } as Person;
    expectProblem(await signIn(rig, emil, "123456"), "sign-in-refused", "no-token");
    expectProblem(
      await signIn(rig, { ...emil, password: "nope" }, "123456"),
      "sign-in-refused",
      "wrong-credentials",
    );
  });

  test("a disabled user hears of it only after a right password", async () => {
    const fred = await newPerson(rig, "fred");
    await rig.call("PATCH", `/api/v1/users/${fred.user.id}`, { status: "disabled" });
    expectProblem(
      await signIn(rig, { ...fred, password: "nope" }, code(fred, 0)),
      "sign-in-refused",
      "wrong-credentials",
    );
    expectProblem(await signIn(rig, fred, code(fred, 0)), "sign-in-refused", "user-disabled");
  });

  test("the policy's failures lock, the lock is told and ends by itself (UNI-2)", async () => {
    const policyId = await newPolicy(rig, "strict", { lockout: { failures: 3, duration: "PT30S" } });
    const gina = await newPerson(rig, "gina", { policyId });
    for (let failure = 0; failure < 3; failure++) {
      expectProblem(
        await signIn(rig, { ...gina, password: "nope" }, code(gina, 0)),
        "sign-in-refused",
        "wrong-credentials",
      );
    }
    const locked = expectProblem(await signIn(rig, gina, code(gina, 0)), "sign-in-refused", "locked");
    expect(locked.lockedUntilMs).toBe(rig.clock.now() + 30_000);
    rig.clock.advance(30_000);
    expect((await signIn(rig, gina, code(gina, 0))).body.status).toBe("succeeded");
  });

  test("an administrator unlocks before the time", async () => {
    const policyId = await newPolicy(rig, "strictest", { lockout: { failures: 1, duration: "P1D" } });
    const hana = await newPerson(rig, "hana", { policyId });
    await signIn(rig, hana, "000000");
    expectProblem(await signIn(rig, hana, code(hana, 0)), "sign-in-refused", "locked");
    await rig.call("POST", `/api/v1/users/${hana.user.id}/unlock`);
    expect((await signIn(rig, hana, code(hana, 0))).body.status).toBe("succeeded");
  });
});

describe("remote access counts its failures apart (UNI-2, SECURITY §3)", () => {
  const remote = { workflow: "remote-access" };
  const wrongTimes = async (times: number, person: Person, more: object = {}) => {
    const answers = [];
    for (let time = 0; time < times; time++) answers.push(await signIn(rig, person, "000000", more));
    return answers.map(({ body }) => body.reason);
  };
  const countedThenLocked = (counted: number, locked: number) => [
    ...Array.from({ length: counted }, () => "wrong-credentials"),
    ...Array.from({ length: locked }, () => "locked"),
  ];
  const viewed = async (person: Person) => (await rig.call("GET", `/api/v1/users/${person.user.id}`)).body;

  test("20 wrong by remote access lock remote access, and no workstation", async () => {
    const uma = await newPerson(rig, "una-remote");
    expect(await wrongTimes(20, uma, remote)).toEqual(countedThenLocked(5, 15));
    const lockedUntilMs = rig.clock.now() + 300_000;
    expect(await viewed(uma)).toMatchObject({
      failures: 0,
      lockedUntilMs: null,
      remoteAccess: { failures: 5, lockedUntilMs },
    });
    expectProblem(await signIn(rig, uma, code(uma, 0), remote), "sign-in-refused", "locked");
    expect((await signIn(rig, uma, code(uma, 0))).status).toBe(200);
    // That success cleared its own counter and no other.
    expect((await viewed(uma)).remoteAccess).toEqual({ failures: 5, lockedUntilMs });
    rig.clock.advance(300_000);
    expect((await signIn(rig, uma, code(uma, 1), remote)).status).toBe(200);
    expect((await viewed(uma)).remoteAccess).toEqual({ failures: 0, lockedUntilMs: null });
  });

  test("20 wrong elsewhere lock workstation, self-service and administration, and not remote access", async () => {
    const vera = await newPerson(rig, "vera-remote");
    expect(await wrongTimes(20, vera)).toEqual(countedThenLocked(5, 15));
    for (const workflow of ["workstation", "self-service", "administration"])
      expectProblem(await signIn(rig, vera, code(vera, 0), { workflow }), "sign-in-refused", "locked");
    expect((await signIn(rig, vera, code(vera, 0), remote)).status).toBe(200);
    expect(await viewed(vera)).toMatchObject({
      failures: 5,
      lockedUntilMs: expect.any(Number),
      remoteAccess: { failures: 0, lockedUntilMs: null },
    });
  });

  test("a policy that joins them has one counter: either locks both", async () => {
    const policyId = await newPolicy(rig, "joined", { lockout: { joinRemoteAccess: true } });
    const will = await newPerson(rig, "will-remote", { policyId });
    expect(await wrongTimes(2, will)).toEqual(countedThenLocked(2, 0));
    expect(await wrongTimes(18, will, remote)).toEqual(countedThenLocked(3, 15));
    for (const more of [{}, remote])
      expectProblem(await signIn(rig, will, code(will, 0), more), "sign-in-refused", "locked");
    expect(await viewed(will)).toMatchObject({ failures: 5, remoteAccess: null });
  });

  test("an administrator who unlocks clears both, and the audit says which was counted", async () => {
    const xaver = await newPerson(rig, "xaver-remote");
    const attemptId = newAttemptId();
    await signIn(rig, xaver, "000000", { ...remote, attemptId });
    await wrongTimes(4, xaver, remote);
    await wrongTimes(5, xaver);
    expect((await audited(attemptId))[0].detail).toMatchObject({
      workflow: "remote-access",
      counter: "remote-access",
      failure: { count: 1 },
    });
    await rig.call("POST", `/api/v1/users/${xaver.user.id}/unlock`);
    expect(await viewed(xaver)).toMatchObject({
      failures: 0,
      lockedUntilMs: null,
      remoteAccess: { failures: 0, lockedUntilMs: null },
    });
    expect((await signIn(rig, xaver, code(xaver, 0), remote)).status).toBe(200);
    expect((await signIn(rig, xaver, code(xaver, 1))).status).toBe(200);
  });
});

describe("codes", () => {
  test("a code is taken once, nor is any earlier one taken after it (OTP-8)", async () => {
    const ida = await newPerson(rig, "ida");
    expect((await signIn(rig, ida, code(ida, 0))).status).toBe(200);
    expectProblem(await signIn(rig, ida, code(ida, 0)), "sign-in-refused", "wrong-credentials");
    expect((await signIn(rig, ida, code(ida, 4))).status).toBe(200);
    expectProblem(await signIn(rig, ida, code(ida, 2)), "sign-in-refused", "wrong-credentials");
  });

  test("64 at once with one code: exactly one succeeds", async () => {
    const policyId = await newPolicy(rig, "patient", { lockout: { failures: 100, duration: "PT1S" } });
    const jan = await newPerson(rig, "jan", { policyId });
    const answers = await Promise.all(Array.from({ length: 64 }, () => signIn(rig, jan, code(jan, 0))));
    const statuses = answers.map(({ status }) => status);
    expect(statuses.filter((status) => status === 200)).toHaveLength(1);
    // The others are told a reason, and none of them is a fault.
    for (const answer of answers)
      if (answer.status !== 200)
        expect(["wrong-credentials", "busy", "locked"]).toContain(answer.body.reason);
  });

  test("with a window of 60 a value 60 ahead is taken, 61 is not (OTP-19)", async () => {
    const kim = await newPerson(rig, "kim");
    await rig.call("PATCH", `/api/v1/tokens/${kim.token.id}`, { windowSize: 60 });
    expect((await signIn(rig, kim, code(kim, 0))).status).toBe(200);
    // The last consumed counter is 0; "60 ahead" is counter 60.
    expectProblem(await signIn(rig, kim, code(kim, 61)), "sign-in-refused", "token-out-of-step");
    expect((await signIn(rig, kim, code(kim, 60))).status).toBe(200);
  });

  test("a token advanced beyond its window is told out of step, after a right password only (OTP-26)", async () => {
    const lea = await newPerson(rig, "lea");
    expectProblem(await signIn(rig, lea, code(lea, 31)), "sign-in-refused", "token-out-of-step");
    expectProblem(
      await signIn(rig, { ...lea, password: "nope" }, code(lea, 31)),
      "sign-in-refused",
      "wrong-credentials",
    );
  });

  test("of several tokens the first enabled one is used (OTP-28)", async () => {
    const mia = await newPerson(rig, "mia");
    const second = await rig.call("POST", `/api/v1/users/${mia.user.id}/tokens`, {});
    expect(second.body.warnings).toMatchObject([{ code: "more-than-one-token" }]);
    const other = { ...mia, secret: secretOf(second.body.otpauthUri) };
    expectProblem(await signIn(rig, other, code(other, 0)), "sign-in-refused", "wrong-credentials");
    await rig.call("PATCH", `/api/v1/tokens/${mia.token.id}`, { status: "disabled" });
    expect((await signIn(rig, other, code(other, 0))).status).toBe(200);
  });

  test("policy bars remote access with a token whose codes lie at an endpoint (SECURITY §2)", async () => {
    const policyId = await newPolicy(rig, "no remote while cached", {
      offline: { enabled: true },
      hotp: { remoteAccessWhileCached: false },
    });
    const nina = await newPerson(rig, "nina", { policyId });
    expect((await signIn(rig, nina, code(nina, 0), { workflow: "remote-access" })).status).toBe(200);
    const endpoint = await enrol(rig, "ward");
    await holdBundle(rig, endpoint, nina, 1);
    expectProblem(
      await signIn(rig, nina, code(nina, 2), { workflow: "remote-access" }),
      "sign-in-refused",
      "token-cached-offline",
    );
    expect((await signIn(rig, nina, code(nina, 2))).status).toBe(200);
  });
});

describe("retries of an attempt", () => {
  test("a lost answer is given again, and nothing is counted twice", async () => {
    const olga = await newPerson(rig, "olga");
    const attemptId = newAttemptId();
    const first = await signIn(rig, olga, code(olga, 0), { attemptId });
    const again = await signIn(rig, olga, code(olga, 0), { attemptId });
    expect(again.body).toEqual(first.body);
    expect((await rig.call("GET", `/api/v1/users/${olga.user.id}`)).body.failures).toBe(0);
    expect(await audited(attemptId)).toHaveLength(1);
  });

  test("a refused attempt stays refused: its id buys no second guess", async () => {
    const paul = await newPerson(rig, "paul");
    const attemptId = newAttemptId();
    expectProblem(await signIn(rig, paul, "000000", { attemptId }), "sign-in-refused", "wrong-credentials");
    for (const guess of [code(paul, 0), code(paul, 1), "111111"]) {
      expectProblem(await signIn(rig, paul, guess, { attemptId }), "sign-in-refused", "wrong-credentials");
    }
    expect((await rig.call("GET", `/api/v1/users/${paul.user.id}`)).body).toMatchObject({ failures: 1 });
    expect((await signIn(rig, paul, code(paul, 0))).status).toBe(200);
  });

  test("a success is not repeated for other values or another user", async () => {
    const quin = await newPerson(rig, "quin");
    const rosa = await newPerson(rig, "rosa");
    const attemptId = newAttemptId();
    expect((await signIn(rig, quin, code(quin, 0), { attemptId })).status).toBe(200);
    expectProblem(await signIn(rig, quin, code(quin, 1), { attemptId }), "conflict");
    expectProblem(await signIn(rig, { ...quin, password: "nope" }, code(quin, 0), { attemptId }), "conflict");
    expectProblem(await signIn(rig, rosa, code(rosa, 0), { attemptId }), "conflict");
    expect((await signIn(rig, rosa, code(rosa, 0))).status).toBe(200);
  });

  test("attempts of two clients with one id are two attempts", async () => {
    const sam = await newPerson(rig, "sam");
    const endpoint = await enrol(rig, "desk");
    const attemptId = newAttemptId();
    expect((await signIn(rig, sam, code(sam, 0), { attemptId })).status).toBe(200);
    expect((await signInAt(endpoint, sam, 1, attemptId)).status).toBe(200);
  });
});

describe("the continuation", () => {
  test("is refused when tampered with, whatever was changed", async () => {
    const tom = await newPerson(rig, "tom");
    const asked = await begin(rig, tom, []);
    const { continuation } = asked.body as { continuation: string };
    await fc.assert(
      fc.asyncProperty(
        fc.nat(continuation.length - 1),
        fc.constantFrom(..."AQgw5_-."),
        async (at, letter) => {
          const changed = continuation.slice(0, at) + letter + continuation.slice(at + 1);
          // The last letter's low bits carry nothing: another letter there can be the same bytes.
          fc.pre(Buffer.from(changed, "base64url").compare(Buffer.from(continuation, "base64url")) !== 0);
          const answer = await rig.call("POST", "/api/v1/sign-ins/steps", {
            continuation: changed,
            given: { factor: "password", value: "x" },
          });
          expectProblem(answer, "continuation-invalid");
        },
      ),
      { numRuns: 60 },
    );
  });

  test("belongs to the client that began, and ends after two minutes", async () => {
    const uma = await newPerson(rig, "uma");
    const asked = await begin(rig, uma, []);
    const step = {
      continuation: asked.body.continuation,
      given: { factor: "password", value: uma.password },
    };
    const other = await rig.call("POST", "/api/v1/api-keys", { name: "vpn", scopes: ["sign-in"] });
    expectProblem(
      await rig.call("POST", "/api/v1/sign-ins/steps", step, other.body.key),
      "continuation-invalid",
    );
    rig.clock.advance(119_000);
    expect((await rig.call("POST", "/api/v1/sign-ins/steps", step)).status).toBe(200);
    rig.clock.advance(2_000);
    expectProblem(await rig.call("POST", "/api/v1/sign-ins/steps", step), "continuation-invalid");
  });

  test("tells nothing of what was typed", async () => {
    const vera = await newPerson(rig, "vera");
    const asked = await begin(rig, vera, [{ factor: "password", value: vera.password }]);
    const [, sealed = ""] = asked.body.continuation.split(".");
    expect(Buffer.from(sealed, "base64url").toString("latin1")).not.toContain(vera.password);
  });
});

test("a full password queue says so, with the time to come back", async () => {
  const crowded = await startRig(
    {},
    {
      passwordPlaces: 1,
      kdf: (_password, salt) =>
        new Promise((resolve) => setTimeout(() => resolve(Buffer.concat([salt, salt])), 80)),
    },
  );
  const will = await newPerson(crowded, "will");
  const [first, second] = await Promise.all([
    signIn(crowded, will, code(will, 0)),
    signIn(crowded, will, code(will, 0)),
  ]);
  expect([first.status, second.status].sort()).toEqual([200, 429]);
  const refused = first.status === 429 ? first : second;
  expect(expectProblem(refused, "too-many-requests", "busy").retryAfterSeconds).toBeGreaterThan(0);
  expect(refused.headers["retry-after"]).toBe("1");
  await crowded.stop();
});

test("a password of any script is the same however it was typed (NFKC)", async () => {
  const created = await rig.call("POST", "/api/v1/users", { userName: "zoe", password: "Ångström-ﬁve" });
  const enrolled = await rig.call("POST", `/api/v1/users/${created.body.id}/tokens`, {});
  const zoe = {
    user: created.body,
    password: "A\u030angstro\u0308m-five",
    token: enrolled.body.token,
    secret: secretOf(enrolled.body.otpauthUri),
    uri: "",
  };
  expect((await signIn(rig, zoe, code(zoe, 0))).status).toBe(200);
});
