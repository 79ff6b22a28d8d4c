import { generateKeyPairSync, webcrypto } from "node:crypto";
import { signPushStatement } from "@holdfast/envelope/push-statement";
import type { PublicKey } from "@holdfast/protocol/primitives";
import type { PushStatement } from "@holdfast/protocol/push-api";
import { answerPush, pushRequestsOf } from "@holdfast/server/app/push/answers";
import type { PhoneRow } from "@holdfast/server/store/phones-store";
import { begin, newPerson, newPolicy, type Person, type Rig, startRig } from "@holdfast/server/testing/rig";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Random } from "../kernel/random.ts";

/**
 * Push under chance: people and thieves sign in at once, phones answer with this number or that one, late, twice or not at
 * all, because they have no network. A model beside it knows who may get in.
 */

let rig: Rig;
beforeAll(async () => {
  rig = await startRig({ demo: true });
});
afterAll(() => rig.stop());

type Owner = { readonly person: Person; readonly row: PhoneRow; readonly key: webcrypto.CryptoKey };
/** One sign-in as the model sees it. */
type Attempt = {
  readonly owner: Owner;
  readonly proven: boolean;
  readonly askedAtMs: number;
  readonly number: string;
  continuation: string;
  /** The model: this very sign-in was approved in time. */
  approved: boolean;
  over: boolean;
};

async function owner(name: string, policyId: string): Promise<Owner> {
  const person = await newPerson(rig, name, { policyId });
  const pair = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const { kty, crv, x, y } = pair.publicKey.export({ format: "jwk" });
  const half = { kty, crv, x, y } as PublicKey;
  const algorithm = { name: "ECDSA", namedCurve: "P-256" };
  const jwk = pair.privateKey.export({ format: "jwk" });
  const key = await webcrypto.subtle.importKey("jwk", jwk, algorithm, false, ["sign"]);
  const row: PhoneRow = {
    ...{
      id: `phn_${name}`,
      userId: person.user.id,
      label: "Phone",
      mode: "online",
      deviceId: "7KQ4-MXW3-NA52",
    },
    ...{ types: ["push"], status: "enabled", requestKeyThumbprint: `thumbprint-${name}` },
    ...{ requestKey: half, approvalKey: half, challengeKey: null, biometric: null, phoneName: null },
    ...{ appVersion: null, registrationId: `reg_${name}`, createdAtMs: rig.clock.now(), lastSyncMs: null },
  };
  await rig.server.ports.store.transaction((tx) => tx.phones.insert(row));
  await rig.call("PUT", `/api/v1/users/${person.user.id}/push`, { enabled: true, requireBiometric: false });
  return { person, row, key };
}

test.each([1, 2, 3])(
  "REG-27, seed %i: nobody gets in but by his own number, in time, after his password",
  async (seed) => {
    const random = new Random(seed);
    const policyId = await newPolicy(rig, `Patient ${seed}`, { lockout: { failures: 100 } });
    const owners = [await owner(`ada${seed}`, policyId), await owner(`bob${seed}`, policyId)];
    const attempts: Attempt[] = [];
    const log: string[] = [];
    let succeeded = 0;
    const ports = rig.server.ports;
    const pick = <T>(list: readonly T[]): T | undefined => list[random.integer(0, list.length - 1)];

    const ask = async (proven: boolean) => {
      const who = pick(owners) as Owner;
      const { body } = await begin(rig, who.person, [
        { factor: "password", value: proven ? who.person.password : "a thief's guess" },
        { factor: "push", value: "send" },
      ]);
      await ports.push.background.idle();
      if (body.status !== "asking") return log.push(`refused ${body.reason}`);
      const { number } = body.prompts[0];
      const attempt = {
        owner: who,
        proven,
        askedAtMs: rig.clock.now(),
        number,
        continuation: body.continuation,
      };
      attempts.push({ ...attempt, approved: false, over: false });
      return log.push(`${who.row.id} asks ${number}${proven ? "" : " (thief)"}`);
    };

    /** With the number of any sign-in, whether its own or not. */
    const answer = async () => {
      const who = pick(owners) as Owner;
      const listed = await pushRequestsOf(ports, who.row);
      const request = listed.kind === "ok" ? listed.value.items[0] : undefined;
      if (request === undefined) return log.push(`${who.row.id} sees nothing`);
      const of = attempts.filter((one) => one.owner === who && !one.over);
      const meant = pick(of);
      const decision = random.weighted({ approve: 6, deny: 1, report: 1 });
      const content: PushStatement = {
        ...{ v: 1, id: request.id, phoneId: who.row.id, challenge: request.challenge, digest: null },
        ...(decision === "approve"
          ? { decision, number: meant?.number ?? "00", reason: null }
          : { decision, number: null, reason: decision === "report" ? "not-me" : null }),
      };
      const { statement } = await signPushStatement(content, who.key as never);
      // The network may take its time, and the phone may send what it signed twice.
      if (random.chance(0.2)) rig.clock.advance(random.integer(1, 70) * 1000);
      for (let times = random.chance(0.3) ? 2 : 1; times > 0; times--) {
        const taken = await answerPush(ports, who.row, request.id, { statement, assertion: null });
        log.push(`${who.row.id} ${decision}: ${taken.kind === "ok" ? taken.value.outcome : taken.detail}`);
        if (taken.kind !== "ok" || taken.value.outcome !== "approved") continue;
        // Which sign-in that was the server alone knows; the model knows which it can have been.
        const could = of.filter(
          (one) => one.proven && one.number === content.number && rig.clock.now() - one.askedAtMs < 60_000,
        );
        expect(could.length, "an approval that no sign-in's owner can have meant").toBeGreaterThan(0);
        for (const one of could) one.approved = true;
      }
      return undefined;
    };

    const look = async () => {
      const attempt = pick(attempts.filter(({ over }) => !over));
      if (attempt === undefined) return;
      const waited = rig.clock.now() - attempt.askedAtMs;
      const { body } = await rig.call("POST", "/api/v1/sign-ins/steps", {
        continuation: attempt.continuation,
        given: { factor: "push", value: "wait" },
      });
      log.push(`${attempt.number} looks after ${waited} ms: ${body.status} ${body.reason ?? ""}`);
      if (body.status === "asking") {
        expect(waited).toBeLessThan(60_000);
        expect(body.prompts[0].number).toBe(attempt.number);
        attempt.continuation = body.continuation;
        return;
      }
      attempt.over = true;
      if (body.status === "succeeded") {
        succeeded++;
        expect([attempt.proven, attempt.approved]).toEqual([true, true]);
      } else expect(waited, "nobody is told sooner than anybody else").toBeGreaterThanOrEqual(60_000);
    };

    for (let step = 0; step < 150; step++) {
      const what = random.weighted({ ask: 3, thief: 2, answer: 5, look: 6, wait: 3 });
      try {
        if (what === "ask" || what === "thief") await ask(what === "ask");
        else if (what === "answer") await answer();
        else if (what === "look") await look();
        else rig.clock.advance(random.integer(1, 25) * 1000);
        for (const { row } of owners)
          expect(
            (
              await ports.store.read((tx) =>
                tx.push.requests.askedSince(row.userId, rig.clock.now() - 60_000, 9),
              )
            ).length,
          ).toBeLessThanOrEqual(5);
      } catch (error) {
        console.error(`seed ${seed}, step ${step}\n${log.slice(-12).join("\n")}`);
        throw error;
      }
    }
    expect(succeeded, "chance brought some through").toBeGreaterThan(0);
  },
);
