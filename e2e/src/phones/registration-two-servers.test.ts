import { newMasterKey } from "@holdfast/server/keys/master-key";
import { newPhone } from "@holdfast/server/testing/phone";
import { newPerson } from "@holdfast/server/testing/rig";
import { signInAt, startWebRig, type WebRig } from "@holdfast/server/testing/web-rig";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startPostgres } from "../../rig/postgres.ts";
import { describeWhere } from "../../rig/requirements.ts";

describeWhere(["postgres"], "a phone between two servers on PostgreSQL", () => {
  const resources = new AsyncDisposableStack();
  let [one, other]: WebRig[] = [];
  beforeAll(async () => {
    const cluster = resources.use(await startPostgres());
    const database = resources.use(await cluster.createDatabase());
    const ports = { masterKeys: [newMasterKey()] } as const;
    one = await startWebRig({ store: database.url }, ports);
    other = await startWebRig({ store: database.url }, ports, { withoutAdministrator: true });
  });
  afterAll(async () => {
    await other?.stop();
    await one?.stop();
    await resources.disposeAsync();
  });

  test("each step may be at either, fifty finishes at once switch once, and a change at one reaches the phone at the other", async () => {
    if (!one || !other) throw new Error("no servers");
    const [a, b] = [one, other];
    const person = await newPerson(a, "anna");
    const portal = a.browser("portal");
    await signInAt(portal, person, 0);
    const begun = await portal.call("POST", "/api/v1/me/phones/registrations", { kind: "new" });
    const atA = await newPhone(a, begun.body.link);
    const atB = await atA.at(b);
    const claimed = await atB.claim();
    expect([claimed.status, (await atA.claim()).body.digits]).toEqual([200, claimed.body.digits]);
    await portal.call("POST", `/api/v1/me/phones/registrations/${begun.body.id}/confirm`, {
      digits: claimed.body.digits,
    });
    const [first, second] = [await atA.complete(), await atB.complete()];
    expect(second.body.configuration).toEqual(first.body.configuration);
    const finishes = await Promise.all(
      Array.from({ length: 20 }, (_, index) => (index % 2 === 0 ? atA : atB).finish()),
    );
    expect(new Set(finishes.map(({ body }) => body.phoneId))).toEqual(
      new Set([first.body.configuration.phoneId]),
    );
    const tokens = await a.call("GET", `/api/v1/tokens?userId=${person.user.id}`);
    expect(tokens.body.items.filter((one: { kind: string }) => one.kind === "totp")).toHaveLength(1);
    const events = await a.server.ports.store.audit({ type: "phone-registered", limit: 9 });
    expect(events.items).toHaveLength(1);

    const { heard, closed } = await atB.follow();
    await expect.poll(() => heard.map(({ type }) => type)).toContain("hello");
    const path = `/api/v1/users/${person.user.id}/phones/${first.body.configuration.phoneId}`;
    const beganMs = performance.now();
    expect((await a.call("PATCH", path, { label: "Anna's own" })).status).toBe(200);
    await expect.poll(() => heard.map(({ type }) => type), { interval: 20 }).toContain("sync");
    expect(performance.now() - beganMs, "REG-16: within five seconds").toBeLessThan(2_000);
    const synced = await atB.call("POST", "/api/v1/phone/sync", { have: [], appVersion: "1" });
    expect(synced.body.label).toBe("Anna's own");

    // REG-16: the switch, read by each request, is the same at both at once.
    const authenticatorApp = { onlineAccess: false, types: ["totp"] };
    await a.call("PUT", "/api/v1/settings/authenticator-app", { authenticatorApp });
    const atOther = b.browser("portal");
    await signInAt(atOther, person, 1);
    expect((await atOther.call("GET", "/api/v1/me/phones")).body.registers).toBe("offline");

    expect((await a.call("DELETE", path)).status).toBe(204);
    expect(await closed).toBe(1001);
    const gone = await atB.call("POST", "/api/v1/phone/sync", { have: [], appVersion: "1" });
    expect([gone.status, gone.body.code]).toEqual([401, "phone-revoked"]);
  });

  test("of twenty phones that scan one code at once, at both servers, exactly one has it", async () => {
    if (!one || !other) throw new Error("no servers");
    const person = await newPerson(one, "bert");
    const portal = one.browser("portal");
    await signInAt(portal, person, 0);
    const authenticatorApp = { onlineAccess: true, types: ["totp"] };
    await one.call("PUT", "/api/v1/settings/authenticator-app", { authenticatorApp });
    const begun = await portal.call("POST", "/api/v1/me/phones/registrations", { kind: "new" });
    const phones = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        newPhone((index % 2 === 0 ? one : other) as WebRig, begun.body.link),
      ),
    );
    const answers = await Promise.all(phones.map((phone) => phone.claim()));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 409)).toHaveLength(19);
    const state = await portal.call("GET", `/api/v1/me/phones/registrations/${begun.body.id}`);
    expect(state.body).toMatchObject({ state: "scanned", anotherPhoneTried: true });
  });
});
