import { trustedKeys, trustOnly, verifyDocument } from "@holdfast/envelope/documents";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { TestEndpoint } from "../testing/endpoint.ts";
import {
  contact,
  enrol,
  happened,
  holdBundle,
  offlineFailure,
  offlineFailures,
  offlineSuccess,
  openAnswer,
  rawContact,
  requestBundle,
  signInAt,
} from "../testing/endpoint.ts";
import type { Person, Rig } from "../testing/rig.ts";
import {
  code,
  expectProblem,
  newAttemptId,
  newPerson,
  newPolicy,
  secretOf,
  signIn,
  startRig,
} from "../testing/rig.ts";

const minute = 60_000;
const day = 86_400_000;
let rig: Rig;
let offlinePolicy: string;
beforeAll(async () => {
  rig = await startRig();
  offlinePolicy = await newPolicy(rig, "offline", {
    offline: { enabled: true },
    lockout: { failures: 3, duration: "PT5M" },
  });
});
afterAll(() => rig.stop());

const person = (name: string) => newPerson(rig, name, { policyId: offlinePolicy });
const alerts = async (endpoint: TestEndpoint) =>
  (await rig.call("GET", "/api/v1/alerts?status=open")).body.items.filter(
    (one: { endpointId: string }) => one.endpointId === endpoint.id,
  );
const outlook = async (who: Person) =>
  (await rig.call("GET", `/api/v1/offline-outlook?userId=${who.user.id}`)).body.items;
const trusted = async () => {
  const { document, rootKey } = (await rig.call("GET", "/api/v1/manifest")).body;
  const manifest = await verifyDocument("manifest", document, await trustOnly(rootKey));
  if (manifest.kind === "refused") throw new Error(manifest.why);
  return trustedKeys(manifest.content, rig.clock.now());
};

describe("return after an outage", () => {
  test("offline sign-ins arrive in the audit, raise the floor, and are acknowledged by a signed head (UNI-5)", async () => {
    const [ida, endpoint] = [await person("ida"), await enrol(rig, "i1")];
    await holdBundle(rig, endpoint, ida, 0);
    const wentOffMs = rig.clock.now();
    rig.clock.advance(minute);
    happened(endpoint, wentOffMs, { type: "went-offline", why: "no server answered" });
    happened(endpoint, wentOffMs + 1, offlineSuccess(ida, 1));
    happened(endpoint, wentOffMs + 2, offlineSuccess(ida, 3));
    const answer = await contact(endpoint, { timeNonce: "0123456789abcdef" });
    expect(answer.eventsThrough).toBe(3);
    expect(answer.users[0]?.floors).toEqual([{ tokenId: ida.token.id, nextCounter: 4 }]);
    const keys = await trusted();
    expect(await verifyDocument("time", answer.time, keys)).toMatchObject({
      content: { endpointId: endpoint.id, nonce: "0123456789abcdef", serverTimeMs: rig.clock.now() },
    });
    expect(await verifyDocument("chain-head", answer.headSignature, keys)).toMatchObject({
      content: { sequence: 3, mac: endpoint.chain.mac },
    });
    const events = (await rig.call("GET", `/api/v1/audit?userId=${ida.user.id}&mode=offline`)).body.items;
    expect(events.map((event: { outcome: string }) => event.outcome)).toEqual(["succeeded", "succeeded"]);
    expectProblem(await signIn(rig, ida, code(ida, 2)), "sign-in-refused", "wrong-credentials");
    expect((await signIn(rig, ida, code(ida, 4))).status).toBe(200);
  });

  test("events sent twice count once", async () => {
    const [jan, endpoint] = [await person("jan"), await enrol(rig, "j1")];
    await holdBundle(rig, endpoint, jan, 0);
    happened(endpoint, rig.clock.now(), offlineFailure(jan, 1));
    const sent = [...endpoint.waiting];
    await contact(endpoint);
    endpoint.waiting = sent;
    const [user] = (await contact(endpoint)).users;
    expect(user?.failures).toBe(1);
  });

  test("failures told together count each, once, and are one line of the audit", async () => {
    const [jon, endpoint] = [await person("jon"), await enrol(rig, "j2")];
    await holdBundle(rig, endpoint, jon, 0);
    const firstAtMs = rig.clock.now();
    happened(endpoint, firstAtMs, offlineFailure(jon, 1));
    happened(endpoint, firstAtMs + 9, offlineFailures(jon, 41, 2, { firstAtMs, lastAtMs: firstAtMs + 8 }));
    const sent = [...endpoint.waiting];
    expect((await contact(endpoint)).users[0]).toMatchObject({ failures: 42 });
    endpoint.waiting = sent;
    expect((await contact(endpoint)).users[0]).toMatchObject({ failures: 42 });
    expectProblem(await signIn(rig, jon, code(jon, 1)), "sign-in-refused", "locked");
    const path = `/api/v1/audit?userId=${jon.user.id}&type=sign-ins-refused`;
    expect((await rig.call("GET", path)).body.items).toEqual([
      expect.objectContaining({
        outcome: "refused",
        reason: "wrong-credentials",
        mode: "offline",
        detail: expect.objectContaining({ refusals: [expect.objectContaining({ count: 41 })] }),
      }),
    ]);
    // The success that ended the row at the endpoint clears it here.
    happened(endpoint, firstAtMs + 10, offlineSuccess(jon, 1));
    rig.clock.advance(5 * minute);
    happened(endpoint, rig.clock.now(), offlineSuccess(jon, 2));
    expect((await contact(endpoint)).users[0]).toMatchObject({ failures: 0, lockedUntilMs: null });
  });

  test("failures that another endpoint told together later are not cleared by a success before them", async () => {
    const jim = await person("jim");
    const [one, other] = [await enrol(rig, "j3"), await enrol(rig, "j4")];
    await holdBundle(rig, one, jim, 0);
    await holdBundle(rig, other, jim, 1);
    const startMs = rig.clock.now();
    rig.clock.advance(minute);
    const times = { firstAtMs: startMs + 10, lastAtMs: startMs + 30 };
    happened(other, rig.clock.now(), offlineFailures(jim, 2, 2, times));
    await contact(other);
    happened(one, startMs + 20, offlineSuccess(jim, 2));
    expect((await contact(one)).users[0]).toMatchObject({ failures: 2 });
    // Once both sides have met, what happens there comes after them.
    rig.clock.advance(minute);
    await contact(one);
    happened(one, rig.clock.now(), offlineSuccess(jim, 3));
    expect((await contact(one)).users[0]).toMatchObject({ failures: 0 });
  });

  test("an answer that was lost is asked for again with the nonce of before", async () => {
    const endpoint = await enrol(rig, "lost");
    const before = endpoint.nonce;
    expect((await rawContact(endpoint)).status).toBe(200);
    expect(endpoint.nonce).toBe(before);
    expect((await rawContact(endpoint)).status).toBe(200);
    await contact(endpoint);
    await contact(endpoint);
  });

  test("failures add up over endpoints and lock (UNI-2); success clears", async () => {
    const kim = await person("kim");
    const ends = [await enrol(rig, "k1"), await enrol(rig, "k2"), await enrol(rig, "k3")];
    for (const [index, endpoint] of ends.entries()) await holdBundle(rig, endpoint, kim, index);
    const failuresAfter: (number | undefined)[] = [];
    for (const endpoint of ends) {
      happened(endpoint, rig.clock.now(), offlineFailure(kim, 1));
      failuresAfter.push((await contact(endpoint)).users[0]?.failures);
    }
    expect(failuresAfter).toEqual([1, 2, 3]);
    expectProblem(await signIn(rig, kim, code(kim, 5)), "sign-in-refused", "locked");
    rig.clock.advance(5 * minute);
    expect((await signIn(rig, kim, code(kim, 5))).status).toBe(200);
    const first = ends[0] as TestEndpoint;
    expect((await contact(first)).users[0]).toMatchObject({ failures: 0, lockedUntilMs: null });
  });

  test("failures by remote access reach no endpoint, and none of an endpoint's reach it (SECURITY §3)", async () => {
    const [ken, endpoint] = [await person("ken"), await enrol(rig, "k4")];
    const remotely = (typed: string) => signIn(rig, ken, typed, { workflow: "remote-access" });
    await holdBundle(rig, endpoint, ken, 0);
    for (let failure = 0; failure < 4; failure++) await remotely("000000");
    expectProblem(await remotely(code(ken, 1)), "sign-in-refused", "locked");
    expect((await contact(endpoint)).users[0]).toMatchObject({ failures: 0, lockedUntilMs: null });
    const refill = await openAnswer(rig, endpoint, ken, await requestBundle(endpoint, ken, {}));
    expect(refill.bundle.failures).toEqual({ count: 0, sinceLock: 0, lockedUntilMs: null });
    // A stranger goes on at the VPN: a success here still clears what had been counted here before.
    happened(endpoint, rig.clock.now(), offlineFailure(ken, 1));
    happened(endpoint, rig.clock.now() + 1, offlineSuccess(ken, 1));
    rig.clock.advance(5 * minute);
    expectProblem(await remotely("000000"), "sign-in-refused", "wrong-credentials");
    expect((await contact(endpoint)).users[0]?.failures).toBe(0);
    for (let failure = 0; failure < 3; failure++) happened(endpoint, rig.clock.now(), offlineFailure(ken, 1));
    expect((await contact(endpoint)).users[0]).toMatchObject({ failures: 3 });
    expect((await remotely(code(ken, 2))).status).toBe(200);
  });

  test("an online attempt and its offline fallback are one attempt", async () => {
    const [lea, endpoint] = [await person("lea"), await enrol(rig, "l1")];
    await holdBundle(rig, endpoint, lea, 0);
    const attemptId = newAttemptId();
    expect((await signInAt(endpoint, lea, 1, attemptId)).status).toBe(200);
    // The answer was lost, and the endpoint went on offline with the same code.
    happened(endpoint, rig.clock.now(), offlineSuccess(lea, 1, attemptId));
    const [user] = (await contact(endpoint)).users;
    expect(user?.freshSignInNeeded).toBe(false);
    expect(await alerts(endpoint)).toEqual([]);
  });

  test("one counter used at two endpoints: an alert, and the later one needs a fresh sign-in", async () => {
    const [mia, first, second] = [await person("mia"), await enrol(rig, "m1"), await enrol(rig, "m2")];
    await holdBundle(rig, first, mia, 0);
    await holdBundle(rig, second, mia, 1);
    const startMs = rig.clock.now();
    rig.clock.advance(minute);
    happened(first, startMs + 10, offlineSuccess(mia, 2));
    happened(second, startMs + 20, offlineSuccess(mia, 2));
    expect((await contact(first)).users[0]?.freshSignInNeeded).toBe(false);
    expect((await contact(second)).users[0]?.freshSignInNeeded).toBe(true);
    expect((await contact(first)).users[0]?.freshSignInNeeded).toBe(false);
    expect(await alerts(second)).toMatchObject([
      { kind: "same-counter-twice", userId: mia.user.id, detail: { counter: 2 } },
    ]);
    expect(
      (await outlook(mia)).find((one: { endpointId: string }) => one.endpointId === second.id).state,
    ).toBe("fresh-sign-in-needed");
    await holdBundle(rig, second, mia, 3);
    expect((await contact(second)).users[0]?.freshSignInNeeded).toBe(false);
  });

  test("a bundle that was handed out before an older one's destruction was told counts once it is told as stored", async () => {
    const [rob, endpoint] = [await person("rob"), await enrol(rig, "r1")];
    const stateOf = async () =>
      (await outlook(rob)).find((one: { endpointId: string }) => one.endpointId === endpoint.id).state;
    const stored = async (counter: number) => {
      const { epoch, sequence } = (await holdBundle(rig, endpoint, rob, counter)).bundle;
      return { type: "bundle-stored", userId: rob.user.id, epoch, sequence } as const;
    };
    const destroyed = { type: "bundle-destroyed", userId: rob.user.id, why: "too many failures" } as const;
    const { now } = rig.clock;
    happened(endpoint, now(), await stored(0));
    happened(endpoint, now(), destroyed);
    happened(endpoint, now(), await stored(1));
    await contact(endpoint);
    expect(await stateOf()).toBe("may-sign-in");
    expect((await requestBundle(endpoint, rob, {})).body.bundle).toEqual(expect.any(String));

    happened(endpoint, now(), destroyed);
    await contact(endpoint);
    expect(await stateOf()).toBe("revoked");
    expectProblem(await requestBundle(endpoint, rob, {}), "bundle-refused");
    const again = await stored(2);
    happened(endpoint, now(), destroyed);
    await contact(endpoint);
    const become = (status: string) => rig.call("PATCH", `/api/v1/users/${rob.user.id}`, { status });
    expect((await become("disabled")).status).toBe(200);
    happened(endpoint, now(), again);
    await contact(endpoint);
    expect((await become("active")).status).toBe(200);
    expect(await stateOf()).toBe("revocation-pending");
  });

  test("only an online sign-in there ends the demand, and does so by itself: no bundle need follow it", async () => {
    const [max, first, second] = [await person("max"), await enrol(rig, "x1"), await enrol(rig, "x2")];
    await holdBundle(rig, first, max, 0);
    await holdBundle(rig, second, max, 1);
    const { grant } = (await signInAt(second, max, 2)).body;
    const usedMs = rig.clock.now();
    rig.clock.advance(minute);
    for (const [index, endpoint] of [first, second].entries())
      happened(endpoint, usedMs + index, offlineSuccess(max, 3));
    await contact(first);
    const needed = async () => (await contact(second)).users[0]?.freshSignInNeeded;
    expect(await needed()).toBe(true);
    expect((await requestBundle(second, max, {})).status).toBe(200);
    expect(await needed()).toBe(true);
    expect((await requestBundle(second, max, { grant })).status).toBe(200);
    expect(await needed()).toBe(true);
    expectProblem(await signInAt(second, max, 3), "sign-in-refused", "wrong-credentials");
    expect((await signInAt(first, max, 4)).status).toBe(200);
    expect(await needed()).toBe(true);
    expect((await signInAt(second, max, 5)).status).toBe(200);
    expect(await needed()).toBe(false);
  });

  test("an attempt that was online and offline here, with a code that was used offline there, too, is merged", async () => {
    const [noa, here, there] = [await person("noa"), await enrol(rig, "b1"), await enrol(rig, "b2")];
    await holdBundle(rig, here, noa, 0);
    await holdBundle(rig, there, noa, 1);
    const usedMs = rig.clock.now();
    rig.clock.advance(minute);
    const attemptId = newAttemptId();
    expect((await signInAt(here, noa, 2, attemptId)).status).toBe(200);
    // Its answer was lost, and the endpoint went on offline with the same code.
    happened(here, rig.clock.now() + 10, offlineSuccess(noa, 2, attemptId));
    happened(there, usedMs, offlineSuccess(noa, 2));
    expect((await contact(there)).users[0]?.freshSignInNeeded).toBe(false);
    expect((await contact(here)).users[0]?.freshSignInNeeded).toBe(true);
    expect(here.waiting).toEqual([]);
  });

  test("one counter used offline here and later online there: the later place is in doubt", async () => {
    const [nina, away, online] = [await person("nina"), await enrol(rig, "n1"), await enrol(rig, "n2")];
    await holdBundle(rig, away, nina, 0);
    await holdBundle(rig, online, nina, 1);
    const usedMs = rig.clock.now();
    rig.clock.advance(minute);
    await holdBundle(rig, online, nina, 2);
    happened(away, usedMs, offlineSuccess(nina, 2));
    expect((await contact(away)).users[0]?.freshSignInNeeded).toBe(false);
    expect((await contact(online)).users[0]?.freshSignInNeeded).toBe(true);
  });

  test("an endpoint is not believed beyond what it was handed, nor about strangers", async () => {
    const [olga, paul, endpoint] = [await person("olga"), await person("paul"), await enrol(rig, "o1")];
    await holdBundle(rig, endpoint, olga, 0);
    happened(endpoint, rig.clock.now(), offlineSuccess(olga, 26));
    happened(endpoint, rig.clock.now(), offlineSuccess(paul, 3));
    happened(endpoint, rig.clock.now(), offlineFailure(paul, 1));
    await contact(endpoint);
    expect(await alerts(endpoint)).toMatchObject([
      { kind: "counter-jump", detail: { counter: 26, handedThrough: 25 } },
    ]);
    expect((await rig.call("GET", `/api/v1/users/${paul.user.id}`)).body).toMatchObject({
      failures: 0,
      tokens: [{ nextCounter: 0 }],
    });
    expect((await rig.call("GET", `/api/v1/users/${olga.user.id}`)).body).toMatchObject({
      tokens: [{ nextCounter: 1 }],
    });
  });

  test("a token suspended at an endpoint is an alert about its person (SECURITY §1)", async () => {
    const [petra, endpoint] = [await person("petra"), await enrol(rig, "p1")];
    await holdBundle(rig, endpoint, petra, 0);
    const suspended = { type: "token-suspended", userId: petra.user.id, tokenId: petra.token.id } as const;
    happened(endpoint, rig.clock.now(), suspended);
    await contact(endpoint);
    expect(await alerts(endpoint)).toMatchObject([
      { kind: "token-suspended", userId: petra.user.id, detail: { tokenId: petra.token.id } },
    ]);
  });

  test("a discarded source is kept in the audit and has no effect", async () => {
    const [quin, endpoint] = [await person("quin"), await enrol(rig, "q1")];
    await holdBundle(rig, endpoint, quin, 0);
    expect((await rig.call("PUT", `/api/v1/endpoints/${endpoint.id}/distrust`)).status).toBe(204);
    happened(endpoint, rig.clock.now(), offlineSuccess(quin, 5));
    await contact(endpoint);
    expect((await rig.call("GET", `/api/v1/users/${quin.user.id}`)).body).toMatchObject({
      tokens: [{ nextCounter: 1 }],
    });
    const [event] = (await rig.call("GET", `/api/v1/audit?endpointId=${endpoint.id}&mode=offline`)).body
      .items;
    expect(event.detail.unheeded).toBe("distrusted-source");
    const since = async () =>
      (await rig.call("GET", `/api/v1/endpoints/${endpoint.id}`)).body.distrustedSinceMs;
    expect(await since()).toBe(rig.clock.now());
    expect((await rig.call("DELETE", `/api/v1/endpoints/${endpoint.id}/distrust`)).status).toBe(204);
    expect(await since()).toBeNull();
  });

  test("a broken chain is refused from the break on, and alerts once", async () => {
    const [rosa, endpoint] = [await person("rosa"), await enrol(rig, "r1")];
    await holdBundle(rig, endpoint, rosa, 0);
    happened(endpoint, rig.clock.now(), offlineSuccess(rosa, 1));
    happened(endpoint, rig.clock.now(), offlineSuccess(rosa, 2));
    happened(endpoint, rig.clock.now(), offlineSuccess(rosa, 3));
    endpoint.waiting.splice(1, 1);
    for (let time = 0; time < 2; time++) expectProblem(await rawContact(endpoint), "chain-broken");
    expect(await alerts(endpoint)).toMatchObject([
      { kind: "chain-broken", detail: { sequence: 3, why: "gap" } },
    ]);
    expect((await rig.call("GET", `/api/v1/users/${rosa.user.id}`)).body).toMatchObject({
      tokens: [{ nextCounter: 2 }],
    });
  });

  test("an endpoint whose store is damaged, so that its chain can tell nothing, raises an alert once (UNI-5)", async () => {
    const endpoint = await enrol(rig, "damaged-1");
    const storeDamage = { file: "events.log", why: "digest" };
    for (let time = 0; time < 2; time++) await contact(endpoint, { storeDamage });
    expect(await alerts(endpoint)).toMatchObject([
      { kind: "tamper-detected", detail: { ...storeDamage, outsideChain: true } },
    ]);
  });

  describe("an endpoint whose store was set back tells other events than before", () => {
    const setBack = async (name: string) => {
      const [who, endpoint] = [await person(name), await enrol(rig, `${name}-1`)];
      await holdBundle(rig, endpoint, who, 0);
      happened(endpoint, rig.clock.now(), offlineSuccess(who, 1));
      await contact(endpoint);
      const older = endpoint.chain;
      happened(endpoint, rig.clock.now(), offlineSuccess(who, 2));
      happened(endpoint, rig.clock.now(), offlineFailure(who, 1));
      const through = (await contact(endpoint)).eventsThrough;
      endpoint.chain = older;
      return { who, endpoint, through };
    };
    const claims = async (endpoint: TestEndpoint) =>
      (await rig.call("GET", `/api/v1/audit?endpointId=${endpoint.id}&type=event-outside-chain`)).body.items;

    test("none is skipped in silence: an alert, the claims in the audit without effect, and the signed head", async () => {
      const { who, endpoint, through } = await setBack("stan");
      happened(endpoint, rig.clock.now(), offlineSuccess(who, 9));
      happened(endpoint, rig.clock.now(), { type: "rollback-detected", fileGeneration: 7, counter: 12 });
      const before = (await rig.call("GET", `/api/v1/users/${who.user.id}`)).body;
      const answer = await contact(endpoint);
      // From the head's signature the endpoint learns that it was set back (offline-store's README).
      expect(answer.eventsThrough).toBe(through);
      const head = await verifyDocument("chain-head", answer.headSignature, await trusted());
      expect(head).toMatchObject({ content: { endpointId: endpoint.id, sequence: through } });
      expect(await alerts(endpoint)).toEqual(
        expect.arrayContaining([
          expect.objectContaining({
            kind: "chain-broken",
            detail: { sequence: through, why: "told-otherwise-before" },
          }),
          expect.objectContaining({
            kind: "rollback-detected",
            detail: { fileGeneration: 7, counter: 12, outsideChain: true },
          }),
        ]),
      );
      expect(await claims(endpoint)).toMatchObject([
        { reason: "rollback-detected", outcome: "info", detail: { fileGeneration: 7, counter: 12 } },
        { reason: "sign-in", subjectUserId: who.user.id, detail: { consumed: { counter: 9 } } },
      ]);
      expect((await rig.call("GET", `/api/v1/users/${who.user.id}`)).body).toEqual(before);
      const chains = (await rig.call("GET", "/api/v1/audit/chains")).body.items;
      expect(chains.filter(({ kind }: { kind: string }) => kind !== "whole")).toEqual([]);
    });

    test("one that went on for longer than what the server holds is found out by its earlier events", async () => {
      const { who, endpoint, through } = await setBack("tess");
      for (const counter of [3, 4, 5]) happened(endpoint, rig.clock.now(), offlineSuccess(who, counter));
      expect((await contact(endpoint)).eventsThrough).toBe(through);
      expect((await alerts(endpoint)).map(({ kind }: { kind: string }) => kind)).toEqual(["chain-broken"]);
      expect(await claims(endpoint)).toHaveLength(3);
    });

    test("one that holds nothing but later links is refused, and what it says against itself is heard", async () => {
      const { endpoint, through } = await setBack("ugo");
      while (endpoint.chain.sequence < through) happened(endpoint, rig.clock.now(), { type: "came-online" });
      happened(endpoint, rig.clock.now(), { type: "rollback-detected", fileGeneration: 3, counter: 4 });
      endpoint.waiting = endpoint.waiting.slice(-1);
      for (let time = 0; time < 2; time++) expectProblem(await rawContact(endpoint), "chain-broken");
      expect(await alerts(endpoint)).toEqual(
        expect.arrayContaining([
          expect.objectContaining({
            kind: "chain-broken",
            detail: { sequence: through + 1, why: "wrong-mac" },
          }),
          expect.objectContaining({ kind: "rollback-detected" }),
        ]),
      );
      expect(await claims(endpoint)).toHaveLength(1);
    });

    test("orders still reach it", async () => {
      const { who, endpoint } = await setBack("vito");
      await rig.call("PATCH", `/api/v1/users/${who.user.id}`, { status: "disabled" });
      happened(endpoint, rig.clock.now(), offlineSuccess(who, 9));
      expect((await contact(endpoint)).revocations).toHaveLength(1);
    });
  });

  describe("a copy of an endpoint is told from a contact that came late (MDA-5, SECURITY §1)", () => {
    const copyOf = (endpoint: TestEndpoint): TestEndpoint => ({
      ...endpoint,
      waiting: [...endpoint.waiting],
    });

    test("a clone is noticed at its first contact, whichever of the two makes it", async () => {
      for (const copyFirst of [false, true]) {
        const endpoint = await enrol(rig, `original-${copyFirst}`);
        await contact(endpoint);
        const copy = copyOf(endpoint);
        const [first, second] = copyFirst ? [copy, endpoint] : [endpoint, copy];
        for (let time = 0; time < 2; time++) {
          await contact(first);
          expectProblem(await rawContact(second), "clone-suspected");
        }
        expect(await alerts(endpoint)).toMatchObject([
          { kind: "clone-suspected", detail: { hostName: "ward-7" } },
        ]);
      }
    });

    test("a clone whose numbers are ahead has the nonce against it, as ever", async () => {
      const endpoint = await enrol(rig, "ahead");
      const copy = copyOf(endpoint);
      copy.contactNumber += 50;
      await contact(endpoint);
      await contact(copy);
      expectProblem(await rawContact(endpoint), "clone-suspected");
      expect(await alerts(endpoint)).toHaveLength(1);
    });

    test("a contact that arrives after the next one changes nothing, and the next one's answer stays good", async () => {
      const [lars, endpoint] = [await person("lars"), await enrol(rig, "late")];
      await holdBundle(rig, endpoint, lars, 0);
      await contact(endpoint);
      const late = { number: endpoint.contactNumber + 1, nonce: endpoint.nonce };
      endpoint.contactNumber += 1;
      happened(endpoint, rig.clock.now(), offlineFailure(lars, 1));
      const sent = [...endpoint.waiting];
      await contact(endpoint);
      await contact(endpoint);
      const before = (await rig.call("GET", `/api/v1/endpoints/${endpoint.id}`)).body;
      rig.clock.advance(1000);
      const answer = await rawContact(
        endpoint,
        { contactNumber: late.number, events: sent },
        { nonce: late.nonce },
      );
      expectProblem(answer, "contact-overtaken");
      expect(answer.body.contactNumber).toBe(late.number + 2);
      expect((await rig.call("GET", `/api/v1/endpoints/${endpoint.id}`)).body).toEqual(before);
      expect(await alerts(endpoint)).toEqual([]);
      endpoint.contactNumber = late.number + 2;
      await contact(endpoint);
      expect(await alerts(endpoint)).toEqual([]);
    });

    test("one that arrives twice is taken once", async () => {
      const endpoint = await enrol(rig, "twice");
      const body = { contactNumber: 1, timeNonce: "0123456789abcdef" };
      expect((await rawContact(endpoint, body)).status).toBe(200);
      expectProblem(await rawContact(endpoint, body), "contact-overtaken");
      expect(await alerts(endpoint)).toEqual([]);
    });

    test("one that is told of a number that is none of its own says so, and an administrator hears of it", async () => {
      const endpoint = await enrol(rig, "stolen");
      const thief = copyOf(endpoint);
      thief.contactNumber = 1_000_000;
      await contact(thief);
      const answer = await rawContact(endpoint);
      expectProblem(answer, "contact-overtaken");
      expect(await alerts(endpoint)).toEqual([]);
      endpoint.contactNumber = answer.body.contactNumber;
      await contact(endpoint, { foreignNumber: answer.body.contactNumber });
      expect(await alerts(endpoint)).toMatchObject([{ kind: "clone-suspected" }]);
      expectProblem(await rawContact(thief), "clone-suspected");
    });

    test("one whose number could not be written down is judged by its nonce alone", async () => {
      const endpoint = await enrol(rig, "disk-full");
      const before = { ...endpoint };
      for (let time = 0; time < 3; time++) await contact(endpoint, { contactNumber: null });
      expectProblem(await rawContact(before, { contactNumber: null }), "clone-suspected");
      endpoint.contactNumber = 0;
      await contact(endpoint);
    });

    test("of a restored server the first contact is believed, and what is older than it is late", async () => {
      const endpoint = await enrol(rig, "restored");
      for (let time = 0; time < 3; time++) await contact(endpoint);
      await rig.server.ports.store.transaction((tx) =>
        tx.restore.put({
          kind: "endpoint",
          subjectId: endpoint.id,
          atMs: rig.clock.now(),
          status: "open",
          detail: {},
        }),
      );
      // Set back itself, with a nonce that the backup does not know.
      endpoint.contactNumber = 1;
      endpoint.nonce = "a nonce since the backup";
      expectProblem(await rawContact(endpoint), "restored");
      const late = { ...endpoint };
      endpoint.contactNumber += 1;
      const memory = { headSignature: null, revoked: false, users: [] };
      await contact(endpoint, { memory });
      expectProblem(await rawContact(late, { memory }), "contact-overtaken");
      await contact(endpoint);
      expect(await alerts(endpoint)).toEqual([]);
    });

    test("after an hour nothing of before is late any more", async () => {
      const endpoint = await enrol(rig, "hour");
      const { nonce } = endpoint;
      endpoint.contactNumber += 1;
      await contact(endpoint);
      rig.clock.advance(60 * minute);
      expectProblem(await rawContact(endpoint, { contactNumber: 1 }, { nonce }), "clone-suspected");
    });
  });
});

describe("revocation", () => {
  test.each([
    [
      "disabling the user",
      "user-disabled",
      (who: Person) => rig.call("PATCH", `/api/v1/users/${who.user.id}`, { status: "disabled" }),
    ],
    [
      "deleting the user",
      "user-deleted",
      (who: Person) => rig.call("DELETE", `/api/v1/users/${who.user.id}`),
    ],
    [
      "revoking the token",
      "token-revoked",
      (who: Person) => rig.call("POST", `/api/v1/tokens/${who.token.id}/revocation`),
    ],
    [
      "a policy without offline sign-in",
      "offline-disallowed",
      (who: Person) => rig.call("PATCH", `/api/v1/users/${who.user.id}`, { policyId: "default" }),
    ],
    [
      "a new password",
      "password-changed",
      (who: Person) =>
        rig.call("PUT", `/api/v1/users/${who.user.id}/password`, { password: "another password" }),
    ],
  ])("%s queues a signed order until it is confirmed", async (name, reason, act) => {
    const [someone, endpoint] = [await person(`revoked-${reason}`), await enrol(rig, name)];
    await holdBundle(rig, endpoint, someone, 0);
    expect((await act(someone)).status).toBeLessThan(300);
    const seen = await rig.call("GET", `/api/v1/endpoints/${endpoint.id}`);
    expect(seen.body.pendingRevocations).toMatchObject([
      { userId: someone.user.id, reason, state: expect.stringContaining("pending: endpoint") },
    ]);

    const orders = (await contact(endpoint)).revocations;
    expect(orders).toHaveLength(1);
    const order = await verifyDocument("revocation", orders[0] ?? "", await trusted());
    if (order.kind === "refused") throw new Error(order.why);
    expect(order.content).toMatchObject({ endpointId: endpoint.id, userId: someone.user.id, reason });
    expect((await contact(endpoint)).revocations).toHaveLength(1);

    happened(endpoint, rig.clock.now(), { type: "revocation-done", revocationId: order.content.id });
    expect((await contact(endpoint)).revocations).toHaveLength(0);
    expect((await rig.call("GET", `/api/v1/endpoints/${endpoint.id}`)).body.pendingRevocations).toEqual([]);
  });

  test("withdrawing offline sign-in in a policy reaches every holder of it", async () => {
    const policyId = await newPolicy(rig, "withdrawn", { offline: { enabled: true } });
    const [uma, vera] = [
      await newPerson(rig, "uma", { policyId }),
      await newPerson(rig, "vera", { policyId }),
    ];
    const endpoint = await enrol(rig, "u1");
    await holdBundle(rig, endpoint, uma, 0);
    await holdBundle(rig, endpoint, vera, 0);
    await rig.call("PATCH", `/api/v1/policies/${policyId}`, { changes: { offline: { enabled: false } } });
    expect((await contact(endpoint)).revocations).toHaveLength(2);
    expect((await outlook(uma))[0]).toMatchObject({ state: "revocation-pending" });
  });

  test("a revoked endpoint is refused, told to delete, and its codes are exposed until the token has passed them", async () => {
    const [will, lost, other] = [
      await person("will"),
      await enrol(rig, "lost laptop"),
      await enrol(rig, "desk"),
    ];
    await holdBundle(rig, lost, will, 0);
    const revoked = await rig.call("POST", `/api/v1/endpoints/${lost.id}/revocation`);
    expect(revoked.body).toMatchObject({
      status: "revoked",
      pendingRevocations: [{ userId: null, reason: "endpoint-revoked" }],
    });
    expectProblem(await rig.call("POST", `/api/v1/endpoints/${lost.id}/revocation`), "conflict");

    expectProblem(await signInAt(lost, will, 1), "endpoint-revoked", "endpoint-revoked");
    expectProblem(await requestBundle(lost, will, {}), "endpoint-revoked", "endpoint-revoked");
    const orders = (await contact(lost)).revocations;
    expect(await verifyDocument("revocation", orders[0] ?? "", await trusted())).toMatchObject({
      content: { userId: null, reason: "endpoint-revoked" },
    });

    for (const counter of [1, 25])
      expectProblem(await signIn(rig, will, code(will, counter)), "sign-in-refused", "code-exposed");
    const { inner } = await holdBundle(rig, other, will, 26);
    expect(inner?.codes[0]?.counter).toBe(27);
    expect((await rig.call("GET", `/api/v1/tokens/${will.token.id}`)).body.nextCounter).toBe(27);
  });

  test("codes of a token that was replaced there are exposed as well", async () => {
    const [wanda, lost] = [await person("wanda"), await enrol(rig, "stolen laptop")];
    const first = wanda.token.id;
    await holdBundle(rig, lost, wanda, 0);
    const replacing = await rig.call("POST", `/api/v1/users/${wanda.user.id}/tokens`, { label: "new" });
    const { token: second, otpauthUri } = replacing.body;
    const withSecond: Person = { ...wanda, token: second, secret: secretOf(otpauthUri), uri: otpauthUri };
    await rig.call("PATCH", `/api/v1/tokens/${first}`, { status: "disabled" });
    await holdBundle(rig, lost, withSecond, 0);
    await rig.call("POST", `/api/v1/endpoints/${lost.id}/revocation`);
    const events = (await rig.call("GET", `/api/v1/audit?userId=${wanda.user.id}&type=codes-exposed`)).body;
    expect(events.items.map((event: { detail: object }) => event.detail)).toEqual(
      expect.arrayContaining([
        { tokenId: first, from: 1, through: 25 },
        { tokenId: second.id, from: 1, through: 25 },
      ]),
    );
    expect(events.items).toHaveLength(2);
    expectProblem(await signIn(rig, withSecond, code(withSecond, 5)), "sign-in-refused", "code-exposed");
    // The first one is found again, and somebody may still know its codes.
    await rig.call("PATCH", `/api/v1/tokens/${second.id}`, { status: "disabled" });
    await rig.call("PATCH", `/api/v1/tokens/${first}`, { status: "enabled" });
    expectProblem(await signIn(rig, wanda, code(wanda, 25)), "sign-in-refused", "code-exposed");
    expect((await signIn(rig, wanda, code(wanda, 26))).status).toBe(200);
  });

  test("another endpoint's cache is refilled around exposed codes", async () => {
    const [xena, lost, kept] = [await person("xena"), await enrol(rig, "x1"), await enrol(rig, "x2")];
    await holdBundle(rig, kept, xena, 0);
    await holdBundle(rig, lost, xena, 1);
    expect((await contact(kept)).users[0]?.refillDue).toBe(true);
    await rig.call("POST", `/api/v1/endpoints/${lost.id}/revocation`);
    expect((await contact(kept)).users[0]?.refillDue).toBe(true);
    const refilled = await openAnswer(rig, kept, xena, await requestBundle(kept, xena, {}));
    expect(refilled.inner?.codes[0]?.counter).toBe(27);
  });
});

describe("the outlook", () => {
  test("says who may sign in where, until when and how often at most", async () => {
    const [yuri, endpoint] = [await person("yuri"), await enrol(rig, "y1")];
    const { bundle } = await holdBundle(rig, endpoint, yuri, 0);
    expect(await outlook(yuri)).toMatchObject([
      {
        endpointId: endpoint.id,
        userName: "yuri",
        state: "may-sign-in",
        remainingAtMost: 25,
        notAfterMs: bundle.notAfterMs,
        note: null,
      },
    ]);
    await contact(endpoint, {
      holdings: [
        { userId: yuri.user.id, epoch: 1, sequence: 1, remaining: 7, notAfterMs: bundle.notAfterMs },
      ],
    });
    expect((await outlook(yuri))[0]).toMatchObject({ remainingAtMost: 7, reportedRemaining: 7 });
    rig.clock.advance(3 * day);
    expect((await outlook(yuri))[0].state).toBe("expired");
  });
});
