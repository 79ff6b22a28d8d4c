import { wlmProfileView } from "@holdfast/protocol/admin-api";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openStore } from "../store/open-store.ts";
import { StorageError } from "../store/storage-error.ts";
import type { Store } from "../store/store.ts";
import {
  contact,
  enrol,
  enrolWith,
  happened,
  holdBundle,
  newKeys,
  offlineSuccess,
} from "../testing/endpoint.ts";
import type { Person, Rig } from "../testing/rig.ts";
import {
  expectProblem,
  newPerson,
  newPolicy,
  code as oathCode,
  secretOf,
  signIn,
  startRig,
} from "../testing/rig.ts";

const day = 86_400_000;
let rig: Rig;
beforeAll(async () => {
  rig = await startRig();
});
afterAll(() => rig.stop());

const lastAudit = async (type: string) =>
  (await rig.call("GET", `/api/v1/audit?type=${type}&limit=1`)).body.items[0];

describe("users", () => {
  test("are created, found, changed and deleted, and the audit says by whom", async () => {
    const created = await rig.call("POST", "/api/v1/users", { userName: "anna", displayName: "Anna A." });
    expect(created.status).toBe(201);
    expect(created.body).toMatchObject({
      userName: "anna",
      status: "active",
      policyId: "default",
      hasPassword: false,
      tokens: [],
      warnings: [],
    });
    expect(await lastAudit("user-created")).toMatchObject({
      actor: expect.stringMatching(/^api-key:key_/),
      subjectUserId: created.body.id,
    });
    const url = `/api/v1/users/${created.body.id}`;
    expect((await rig.call("GET", "/api/v1/users?userName=anna")).body.items).toHaveLength(1);
    expect((await rig.call("GET", "/api/v1/users?prefix=an&limit=1")).body.items).toMatchObject([
      { userName: "anna" },
    ]);
    expect((await rig.call("PATCH", url, { displayName: "Anna B." })).body.displayName).toBe("Anna B.");
    expectProblem(await rig.call("POST", "/api/v1/users", { userName: "anna" }), "conflict");
    expectProblem(await rig.call("PATCH", url, { policyId: "none-such" }), "not-found");
    expect((await rig.call("DELETE", url)).status).toBe(204);
    expectProblem(await rig.call("GET", url), "not-found");
    expectProblem(await rig.call("DELETE", url), "not-found");
    expectProblem(await rig.call("PATCH", url, { displayName: "x" }), "not-found");
    expectProblem(await rig.call("PUT", `${url}/password`, { password: "long enough" }), "not-found");
    expectProblem(await rig.call("POST", `${url}/unlock`), "not-found");
  });

  test("a password is set, replaced, and seen nowhere", async () => {
    const ben = await newPerson(rig, "ben");
    const changed = await rig.call("PUT", `/api/v1/users/${ben.user.id}/password`, {
      password: "a quite new one",
    });
    expect(changed.status).toBe(200);
    expectProblem(await signIn(rig, ben, oathCode(ben, 0)), "sign-in-refused", "wrong-credentials");
    expect((await signIn(rig, { ...ben, password: "a quite new one" }, oathCode(ben, 0))).status).toBe(200);
    const everything = [
      changed.text,
      (await rig.call("GET", "/api/v1/audit?limit=500")).text,
      (await rig.call("GET", "/api/v1/users")).text,
    ].join();
    for (const secret of [
      ben.password,
      "a quite new one",
      Buffer.from(ben.secret).toString("base64"),
      "otpauth:",
    ])
      expect(everything).not.toContain(secret);
  });
});

describe("lists", () => {
  test("of users by state, of endpoints by name, site and state", async () => {
    const kira = await newPerson(rig, "kira-listed");
    await rig.call("PATCH", `/api/v1/users/${kira.user.id}`, { status: "disabled" });
    const users = async (status: string) =>
      (await rig.call("GET", `/api/v1/users?prefix=kira-listed&status=${status}`)).body.items.length;
    expect([await users("disabled"), await users("active")]).toEqual([1, 0]);

    const north = await enrol(rig, "listed-1", {}, { site: "North" });
    const gone = await enrol(rig, "listed-1");
    await rig.call("POST", `/api/v1/endpoints/${gone.id}/revocation`);
    const endpoints = async (query: string) =>
      (await rig.call("GET", `/api/v1/endpoints?${query}`)).body.items.map(({ id }: { id: string }) => id);
    expect((await endpoints("name=listed-1")).sort()).toEqual([north.id, gone.id].sort());
    expect(await endpoints("name=listed-1&status=active")).toEqual([north.id]);
    expect(await endpoints("site=North")).toEqual([north.id]);
    expect(await endpoints("name=listed-1&status=revoked")).toEqual([gone.id]);
    expectProblem(await rig.call("GET", "/api/v1/endpoints?status=gone"), "invalid-request");
  });

  test("an enrolment code that went to the wrong place is ended, and enrols nothing any more", async () => {
    const { id, code } = (await rig.call("POST", "/api/v1/endpoint-enrolments", { name: "lost" })).body;
    expect((await rig.call("DELETE", `/api/v1/endpoint-enrolments/${id}`)).status).toBe(204);
    expect((await enrolWith(rig, code, await newKeys(), {})).status).toBe(403);
    expectProblem(await rig.call("DELETE", `/api/v1/endpoint-enrolments/${id}`), "conflict");
    expectProblem(await rig.call("DELETE", "/api/v1/endpoint-enrolments/enr_none"), "not-found");
    expect(await lastAudit("enrolment-ended")).toMatchObject({ detail: { enrolmentId: id, name: "lost" } });
  });
});

describe("client profiles", () => {
  test("the Windows logon manager's settings, as JSON and as a .reg file (OTP-16, OTP-20)", async () => {
    const { url, authorityPin } = rig.server.ports.server;
    const profile = (await rig.call("GET", "/api/v1/client-profiles/wlm")).body;
    expect(wlmProfileView.parse(profile)).toMatchObject({
      serverUrl: url(),
      authorityPin,
      offlineEnabled: true,
      offlineLogins: 30,
      notice: expect.stringContaining("no Windows client"),
    });
    const file = await rig.server.app.inject({
      url: "/api/v1/client-profiles/wlm?format=reg&offlineEnabled=false",
      headers: { authorization: `Bearer ${rig.adminKey}` },
    });
    expect(file.headers["content-type"]).toBe("text/plain; charset=utf-16");
    expect(file.headers["content-disposition"]).toContain(".reg");
    const text = new TextDecoder("utf-16le", { fatal: true }).decode(file.rawPayload);
    expect(text.startsWith("Windows Registry Editor Version 5.00\r\n")).toBe(true);
    expect(text).toContain(`"ServerUrl"="${url()}"\r\n"AuthorityPin"="${authorityPin}"\r\n`);
    expect(text).toContain('"OfflineEnabled"=dword:00000000\r\n');
    expectProblem(await rig.call("GET", "/api/v1/client-profiles/wlm?format=xml"), "invalid-request");
    expectProblem(await rig.call("GET", "/api/v1/client-profiles/wlm", undefined, null), "unauthenticated");
  });
});

describe("tokens", () => {
  test.each([
    ["SHA-1", 6, 20],
    ["SHA-256", 7, 32],
    ["SHA-512", 8, 64],
  ] as const)(
    "%s with %i digits gets a secret of %i bytes and a QR code (OTP-33, RFC 4226 R6)",
    async (algorithm, digits, bytes) => {
      const user = (
        await rig.call("POST", "/api/v1/users", { userName: `alg-${digits}`, password: "some password" })
      ).body;
      const enrolled = await rig.call("POST", `/api/v1/users/${user.id}/tokens`, {
        algorithm,
        digits,
        counter: 7,
      });
      expect(enrolled.status).toBe(201);
      const uri = new URL(enrolled.body.otpauthUri);
      expect([
        uri.protocol,
        uri.host,
        uri.searchParams.get("counter"),
        uri.searchParams.get("digits"),
      ]).toEqual(["otpauth:", "hotp", "7", String(digits)]);
      const secret = secretOf(enrolled.body.otpauthUri);
      expect(secret).toHaveLength(bytes);
      expect(enrolled.body.qr.svg).toMatch(/^<svg /);
      expect(enrolled.body.qr.terminal).toMatch(/[█▀▄]/);
      expect(enrolled.body.token).toMatchObject({
        offlineCapable: true,
        cachedOffline: true,
        nextCounter: 7,
      });
      expect(JSON.stringify(enrolled.body.token)).not.toMatch(/secret|sealed/i);
      const person = { user, password: "some password", secret } as Person;
      expectProblem(
        await signIn(rig, person, oathCode(person, 6, digits, algorithm)),
        "sign-in-refused",
        "wrong-credentials",
      );
      expect((await signIn(rig, person, oathCode(person, 7, digits, algorithm))).status).toBe(200);
    },
  );

  test("are listed in pages, by user, state and fitness for offline use (OTP-15)", async () => {
    const ines = await newPerson(rig, "ines");
    const another = await rig.call("POST", `/api/v1/users/${ines.user.id}/tokens`, { label: "Spare" });
    await rig.call("POST", `/api/v1/tokens/${another.body.token.id}/revocation`);
    const list = async (query: string) => (await rig.call("GET", `/api/v1/tokens?${query}`)).body;
    const mine = await list(`userId=${ines.user.id}&offlineCapable=true`);
    expect(mine.next).toBeNull();
    expect(mine.items).toEqual(
      expect.arrayContaining([
        { ...ines.token, userName: "ines" },
        expect.objectContaining({ label: "Spare", status: "revoked", cachedOffline: false }),
      ]),
    );
    expect(mine.items).toHaveLength(2);
    expect((await list(`userId=${ines.user.id}&status=enabled`)).items).toMatchObject([
      { id: ines.token.id, offlineCapable: true, cachedOffline: true },
    ]);
    expect((await list(`userId=${ines.user.id}&offlineCapable=false`)).items).toEqual([]);
    const ids: string[] = [];
    let next: string | null = "";
    while (next !== null) {
      const page: { items: { id: string; userName: string }[]; next: string | null } = await list(
        `offlineCapable=true&limit=3${next === "" ? "" : `&after=${next}`}`,
      );
      expect(page.items.length).toBeLessThanOrEqual(3);
      ids.push(...page.items.map(({ id }) => id));
      next = page.next;
    }
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids).toEqual(expect.arrayContaining([ines.token.id, another.body.token.id]));
    expect(ids.length).toBeGreaterThan(3);
    expectProblem(await rig.call("GET", "/api/v1/tokens?offlineCapable=maybe"), "invalid-request");
  });

  test("more than one enabled for one person is an alert for as long as it is so (OTP-28)", async () => {
    const jona = await newPerson(rig, "jona");
    const alerts = async () =>
      (await rig.call("GET", "/api/v1/alerts")).body.items
        .filter(({ userId }: { userId: string }) => userId === jona.user.id)
        .map(({ kind, status }: { kind: string; status: string }) => `${kind} ${status}`);
    const enrolAnother = async () =>
      (await rig.call("POST", `/api/v1/users/${jona.user.id}/tokens`, {})).body.token.id;
    expect(await alerts()).toEqual([]);
    const [second, third] = [await enrolAnother(), await enrolAnother()];
    expect(await alerts()).toEqual(["more-than-one-token open"]);
    await rig.call("PATCH", `/api/v1/tokens/${second}`, { status: "disabled" });
    expect(await alerts()).toEqual(["more-than-one-token open"]);
    await rig.call("POST", `/api/v1/tokens/${third}/revocation`);
    expect(await alerts()).toEqual(["more-than-one-token closed"]);
    await rig.call("PATCH", `/api/v1/tokens/${second}`, { status: "enabled" });
    expect((await alerts()).sort()).toEqual(["more-than-one-token closed", "more-than-one-token open"]);
    await rig.call("DELETE", `/api/v1/users/${jona.user.id}`);
    expect((await alerts()).filter((one: string) => one.endsWith("open"))).toEqual([]);
    expect(await lastAudit("alert-closed")).toMatchObject({ actor: "server", reason: "more-than-one-token" });
  });

  test("are imported by secret or by URI, which is not repeated", async () => {
    const user = (await rig.call("POST", "/api/v1/users", { userName: "import", password: "some password" }))
      .body;
    const tokens = `/api/v1/users/${user.id}/tokens`;
    // RFC 4226 appendix D: the ASCII secret 12345678901234567890, first value 755224.
    const imported = await rig.call("POST", tokens, { secret: "gezd gnbv gy3t qojq gezd gnbv gy3t qojq" });
    expect(imported.body).toMatchObject({ otpauthUri: null, qr: null, warnings: [] });
    const person = { user, password: "some password" } as Person;
    expect((await signIn(rig, person, "755224")).status).toBe(200);
    expect((await signIn(rig, person, "520489")).status).toBe(200);

    const uri = "otpauth://hotp/X:import?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY&counter=3&issuer=X";
    expect((await rig.call("POST", tokens, { otpauthUri: uri })).body.warnings).toMatchObject([
      { code: "secret-shorter-than-recommended" },
      { code: "more-than-one-token" },
    ]);
    for (const bad of [
      { secret: "1" },
      { secret: "GEZDGNBVGY3TQOJQ" },
      { otpauthUri: uri.replace("hotp", "totp") },
      { otpauthUri: uri, digits: 6 },
      { digits: 5 },
    ]) {
      const answer = await rig.call("POST", tokens, bad);
      expectProblem(answer, "invalid-request");
      expect(answer.text).not.toContain("GEZD");
    }
    expectProblem(await rig.call("POST", "/api/v1/users/none/tokens", {}), "not-found");
  });

  test("are resynchronised by two codes in a row, forwards only (OTP-26, OTP-27)", async () => {
    const cleo = await newPerson(rig, "cleo");
    const resync = (first: string, second: string) =>
      rig.call("POST", `/api/v1/tokens/${cleo.token.id}/resynchronisation`, { first, second });
    expectProblem(await signIn(rig, cleo, oathCode(cleo, 500)), "sign-in-refused", "token-out-of-step");
    expectProblem(await resync(oathCode(cleo, 500), oathCode(cleo, 502)), "conflict");
    expect((await resync(oathCode(cleo, 500), oathCode(cleo, 501))).body.nextCounter).toBe(502);
    expectProblem(await resync(oathCode(cleo, 10), oathCode(cleo, 11)), "conflict");
    expect((await signIn(rig, cleo, oathCode(cleo, 502))).status).toBe(200);
    expect(await lastAudit("token-resynchronised")).toMatchObject({ outcome: "refused" });
  });

  test("a larger cache raises the window only when somebody agrees (AMB-OTP-2)", async () => {
    const dora = await newPerson(rig, "dora");
    const url = `/api/v1/tokens/${dora.token.id}`;
    const asked = await rig.call("PATCH", url, { cacheSize: 54 });
    expectProblem(asked, "conflict");
    expect(asked.body.problems).toEqual([{ path: "confirmWindow", message: "raises the window to 59" }]);
    expect((await rig.call("PATCH", url, { cacheSize: 54, confirmWindow: true })).body).toMatchObject({
      cacheSize: 54,
      windowSize: 59,
    });
    expect((await rig.call("PATCH", url, { cacheSize: 20 })).body).toMatchObject({
      cacheSize: 20,
      windowSize: 59,
    });
  });

  test("a revoked token stays revoked", async () => {
    const emil = await newPerson(rig, "emil");
    expect((await rig.call("POST", `/api/v1/tokens/${emil.token.id}/revocation`)).body.status).toBe(
      "revoked",
    );
    expectProblem(
      await rig.call("PATCH", `/api/v1/tokens/${emil.token.id}`, { status: "enabled" }),
      "conflict",
    );
    expectProblem(await signIn(rig, emil, oathCode(emil, 0)), "sign-in-refused", "no-token");
  });
});

describe("policies", () => {
  test("begin as a copy of the Default, which stays; offline is off there (MDA-2)", async () => {
    const [first] = (await rig.call("GET", "/api/v1/policies")).body.items;
    expect(first).toMatchObject({
      id: "default",
      isDefault: true,
      document: { offline: { enabled: false }, hotp: { windowSize: 30 } },
    });
    expectProblem(await rig.call("DELETE", "/api/v1/policies/default"), "conflict");
    await rig.call("PATCH", "/api/v1/policies/default", { changes: { hotp: { windowSize: 42 } } });
    const copy = await rig.call("POST", "/api/v1/policies", {
      name: "night shift",
      changes: { offline: { maxAge: "PT5S", maxSignIns: 3 } },
    });
    expect(copy.body.document).toMatchObject({
      hotp: { windowSize: 42 },
      offline: { maxAge: "PT5S", maxSignIns: 3 },
    });
    expect(
      (
        await rig.call("PATCH", `/api/v1/policies/${copy.body.id}`, {
          changes: { offline: { maxSignIns: null } },
        })
      ).body,
    ).toMatchObject({
      version: 2,
      document: { offline: { maxAge: "PT5S", maxSignIns: null } },
    });
    await rig.call("PATCH", "/api/v1/policies/default", { changes: { hotp: { windowSize: 30 } } });
    expectProblem(await rig.call("POST", "/api/v1/policies", { name: "night shift" }), "conflict");
    expect((await rig.call("DELETE", `/api/v1/policies/${copy.body.id}`)).status).toBe(204);
  });

  test.each([
    [{ offline: { maxAge: "forever" } }, "changes.offline.maxAge"],
    [{ offline: { unlimited: true } }, "changes.offline"],
    [{ lockout: { failures: 0 } }, "changes.lockout.failures"],
    [{ workflows: { workstation: [] } }, "changes.workflows.workstation"],
    [{ lockout: null }, "changes.lockout"],
    // Well-formed, and cannot mean what they say (core's errors).
    [{ workflows: { administration: [["hotp", "hotp"]] } }, "changes.workflows.administration"],
    [{ offline: { maxAge: "P400D" } }, "changes.offline.maxAge"],
    [{ offline: { enabled: true, maxAge: "PT0S" } }, "changes.offline.maxAge"],
  ])("%j is refused", async (changes, path) => {
    const answer = await rig.call("PATCH", "/api/v1/policies/default", { changes });
    expectProblem(answer, "invalid-request");
    expect(answer.body.problems[0].path).toBe(path);
  });

  test("one that users have is not deleted", async () => {
    const policyId = await newPolicy(rig, "in use", {});
    await newPerson(rig, "fred", { policyId });
    expectProblem(await rig.call("DELETE", `/api/v1/policies/${policyId}`), "conflict");
  });
});

describe("cache sizes", () => {
  test.each([
    [{ loginsPerDay: 15, daysOffline: 3 }, 54, "OTP-12"],
    [{ loginsPerDay: { from: 15, to: 20 }, daysOffline: { from: 3, to: 5 } }, 120, "OTP-13"],
    [{ loginsPerDay: 7, daysOffline: 2, variancePercent: 10 }, 16, "OTP-11"],
  ])("%j gives %i (%s)", async (question, size, _id) => {
    expect((await rig.call("POST", "/api/v1/cache-size", question)).body).toMatchObject({ kind: "ok", size });
  });

  test("too much is refused with the working", async () => {
    expect(
      (await rig.call("POST", "/api/v1/cache-size", { loginsPerDay: 1000, daysOffline: 366 })).status,
    ).toBe(400);
    expectProblem(
      await rig.call("POST", "/api/v1/cache-size", { loginsPerDay: -1, daysOffline: 1 }),
      "invalid-request",
    );
  });

  test("fourteen days of sign-ins suggest a size, and applying it is one audited call (OTP-14)", async () => {
    const policyId = await newPolicy(rig, "reviewed", { offline: { enabled: true } });
    const gina = await newPerson(rig, "gina", { policyId });
    const endpoint = await enrol(
      rig,
      "gina's laptop",
      { profile: { name: "wlm" } },
      { profile: { name: "wlm" } },
    );
    const url = `/api/v1/tokens/${gina.token.id}/cache-recommendation`;
    expect((await rig.call("GET", url)).body.kind).toBe("too-little-data");
    await holdBundle(rig, endpoint, gina, 0);
    for (let today = 0; today < 14; today++) {
      rig.clock.advance(day);
      if (today >= 5 && today < 7)
        for (let time = 0; time < 5; time++)
          happened(
            endpoint,
            rig.clock.now() + time,
            offlineSuccess(gina, today + 1 + (today - 5) * 4 + time),
          );
      else
        expect((await signIn(rig, gina, oathCode(gina, today < 5 ? today + 1 : today + 9))).status).toBe(200);
      if (today === 6) await contact(endpoint);
    }
    const suggested = (await rig.call("GET", url)).body;
    expect(suggested).toMatchObject({
      kind: "recommended",
      size: 12,
      working: "(5 × 2) + (5 × 2 × 0.20) = 12",
      observed: { peakLoginsPerDay: 5 },
    });
    const applied = await rig.call("POST", url, {});
    expect(applied.body.token.cacheSize).toBe(12);
    expect(await lastAudit("token-changed")).toMatchObject({ detail: { after: { cacheSize: 12 } } });
  });
});

describe("audit and alerts", () => {
  test("pages, filters, and whole chains", async () => {
    const first = await rig.call("GET", "/api/v1/audit?limit=2&format=json");
    expect(first.body.items).toHaveLength(2);
    const second = await rig.call(
      "GET",
      `/api/v1/audit?limit=2&after=${encodeURIComponent(first.body.next)}`,
    );
    expect(second.body.items[0].id).not.toBe(first.body.items[0].id);
    const chains = (await rig.call("GET", "/api/v1/audit/chains")).body.items;
    expect(chains.length).toBeGreaterThan(1);
    for (const chain of chains) expect(chain.kind).toBe("whole");
  });

  test("an alert is closed once", async () => {
    const policyId = await newPolicy(rig, "alerting", { offline: { enabled: true } });
    const hana = await newPerson(rig, "hana", { policyId });
    const endpoint = await enrol(rig, "alerting");
    await holdBundle(rig, endpoint, hana, 0);
    happened(endpoint, rig.clock.now(), offlineSuccess(hana, 99));
    await contact(endpoint);
    const [alert] = (await rig.call("GET", "/api/v1/alerts?status=open")).body.items;
    expect(alert.kind).toBe("counter-jump");
    expect((await rig.call("POST", `/api/v1/alerts/${alert.id}/closing`)).status).toBe(204);
    expectProblem(await rig.call("POST", `/api/v1/alerts/${alert.id}/closing`), "conflict");
    expectProblem(await rig.call("POST", "/api/v1/alerts/none/closing"), "not-found");
  });
});

describe("health", () => {
  test("healthz, readyz and metrics answer", async () => {
    expect((await rig.call("GET", "/healthz", undefined, null)).body).toEqual({ status: "ok" });
    expect((await rig.call("GET", "/readyz", undefined, null)).body).toMatchObject({
      status: "ready",
      site: "main",
    });
    const metrics = await rig.call("GET", "/metrics");
    expect(metrics.text).toMatch(/holdfast_sign_ins_total\{outcome="succeeded"\} \d+/);
    expect(metrics.text).toMatch(/holdfast_sign_in_seconds_count\{outcome="succeeded"\} [1-9]/);
    expect(metrics.text).toMatch(
      /holdfast_http_requests_total\{route="\/api\/v1\/users",method="POST",status="201"\} \d+/,
    );
    for (const wanted of [
      /holdfast_store_commit_seconds_count\{kind="sign-in",held="true"\} [1-9]/,
      /holdfast_store_commit_seconds_count\{kind="transaction",held="true"\} [1-9]/,
      /holdfast_certificate_not_after_timestamp_seconds\{use="api"\} \d{10}/,
      /holdfast_endpoints\{state="away"\} \d+/,
      /holdfast_sessions\{app="console"\} 0/,
      /holdfast_temporary_codes 0/,
      /holdfast_alerts_open \d+/,
      /holdfast_epoch 1/,
      /holdfast_store_up 1/,
      /holdfast_info\{server_id="srv_[^"]+",site="main",version="\d[^"]*"\} 1/,
      /nodejs_eventloop_lag_seconds/,
    ])
      expect(metrics.text).toMatch(wanted);
  });

  test("a store that fails makes a problem with Retry-After, counts nothing, and is back when it works again", async () => {
    const store = await openStore({ location: ":memory:", now: () => rig.clock.now(), serverId: "srv" });
    let full = false;
    const fail = () => Promise.reject(new StorageError("storage-full", "no space left in /some/where"));
    const failing: Store = {
      ...store,
      read: (work) => (full ? fail() : store.read(work)),
      commitSignIn: (commit) => (full ? fail() : store.commitSignIn(commit)),
    };
    const broken = await startRig({}, { store: failing });
    const ida = await newPerson(broken, "ida");
    // The key is known, so that the sign-in gets as far as the user.
    expect((await broken.call("GET", `/api/v1/users/${ida.user.id}`)).status).toBe(200);
    full = true;
    const answer = await broken.call("GET", `/api/v1/users/${ida.user.id}`);
    expectProblem(answer, "storage-unavailable");
    expect(answer.headers["retry-after"]).toBe("2");
    expect(answer.text).not.toMatch(/space|some.where/i);
    expectProblem(await signIn(broken, ida, oathCode(ida, 0)), "storage-unavailable", "storage-failed");
    full = false;
    expect((await signIn(broken, ida, oathCode(ida, 0))).status).toBe(200);
    await broken.stop();
  });
});
