import { enrolPasskey, passkeyOptions } from "@holdfast/server/app/authenticators/passkey-enrolment";
import { createSoftPasskey } from "@holdfast/server/testing/soft-passkey";
import { describe, expect, test } from "vitest";
import { Person, TestEnterprise } from "./enterprise.ts";

const timeCode = (person: Person, away = 0) => person.code(Math.floor(Date.now() / 30_000) + away);

describe("factors that only the server can check, at an endpoint", () => {
  test("OTP-3: a time-based token signs in online; offline its user is told why not, before anything is asked", async () => {
    await using enterprise = await TestEnterprise.start();
    const tom = await enterprise.person("tom", await enterprise.policy(), { kind: "totp" });
    const endpoint = await enterprise.endpoint();
    const online = await endpoint.signIn(tom, timeCode(tom));
    expect(online).toMatchObject({
      code: "success",
      reason: "online",
      prompts: ["Password: ", "One-time code: "],
    });
    await endpoint.settled();
    // Known beforehand: at the endpoint, and to the administrator.
    expect((await endpoint.status()).users[0]).toMatchObject({
      userName: "tom",
      refusal: "offline-not-with-totp",
    });
    const { warnings } = await enterprise.admin<{ warnings: { code: string }[] }>(
      "GET",
      `/users/${tom.userId}`,
    );
    expect(warnings.map(({ code }) => code)).toEqual(["offline-not-with-totp"]);

    await enterprise.cut();
    await endpoint.offline();
    const offline = await endpoint.signIn(tom, timeCode(tom, 1));
    expect(offline).toMatchObject({ code: "auth-error", reason: "offline-not-with-totp", prompts: [] });
    expect(offline.errors[0]).toMatch(
      /cannot be reached, and your one-time codes are time-based \(TOTP\)\. .* event-based \(HOTP\) tokens work offline\. Connect/,
    );

    // An event-based token beside it makes it possible (OTP-2).
    await enterprise.restore();
    await endpoint.online();
    const token = await enterprise.admin<{ otpauthUri: string }>("POST", `/users/${tom.userId}/tokens`, {});
    const withFob = new Person("tom", tom.userId, tom.password, "", token.otpauthUri);
    await endpoint.signInOnline(withFob);
    await enterprise.cut();
    await endpoint.offline();
    expect(await endpoint.signIn(withFob)).toMatchObject({ code: "success", reason: "offline" });
    // A time-based code is still none that an endpoint can check.
    expect(await endpoint.signIn(tom, timeCode(tom, 2))).toMatchObject({ reason: "wrong-credentials" });
  });

  test("OTP-4: whose second factor is a passkey is told so offline, and no endpoint asks for it online", async () => {
    await using enterprise = await TestEnterprise.start();
    const policyId = await enterprise.policy({
      workflows: { workstation: [["password"], ["hotp", "passkey", "recovery-code"]] },
    });
    const pam = await enterprise.person("pam", policyId);
    const party = { id: "id.ward.example", name: "Holdfast", origins: ["https://id.ward.example"] };
    const ports = { ...enterprise.site.server.ports, relyingParty: () => party };
    const herself = {
      name: `user:${pam.userId}`,
      principal: { kind: "person", userId: pam.userId },
    } as const;
    const offered = await passkeyOptions(ports, herself, pam.userId, "portal");
    if (offered.kind === "refused") throw new Error(offered.detail);
    const { response } = createSoftPasskey(offered.value.options, party.origins[0] ?? "");
    const made = await enrolPasskey(ports, herself, pam.userId, "portal", {
      ticket: offered.value.ticket,
      response,
    });
    expect(made.kind).toBe("ok");
    const { codes } = await enterprise.admin<{ codes: string[] }>(
      "POST",
      `/users/${pam.userId}/authenticators`,
      {
        kind: "recovery-code",
      },
    );

    const endpoint = await enterprise.endpoint();
    await endpoint.signInOnline(pam);
    await enterprise.admin("POST", `/tokens/${pam.tokenId}/revocation`);
    const online = await endpoint.signIn(pam, codes[0]);
    expect(online).toMatchObject({ code: "success", prompts: ["Password: ", "One-time code: "] });
    expect(online.infos).toEqual(["9 recovery codes left."]);
    await endpoint.settled();
    const { warnings } = await enterprise.admin<{ warnings: { code: string }[] }>(
      "GET",
      `/users/${pam.userId}`,
    );
    expect(warnings.map(({ code }) => code)).toEqual(["offline-not-with-passkey"]);

    await enterprise.cut();
    await endpoint.offline();
    const offline = await endpoint.signIn(pam, codes[1]);
    expect(offline).toMatchObject({ code: "auth-error", reason: "offline-not-with-passkey", prompts: [] });
    expect(offline.errors[0]).toMatch(
      /your second factor is a passkey\. .* event-based \(HOTP\) tokens work offline/,
    );
  });

  test("UNI-2: one wrong at each of two endpoints and one at the API lock at all of them", async () => {
    await using enterprise = await TestEnterprise.start();
    const policyId = await enterprise.policy({ lockout: { failures: 3 } });
    const una = await enterprise.person("una", policyId, { kind: "totp" });
    const [ward, desk] = [await enterprise.endpoint(), await enterprise.endpoint({ name: "desk" })];
    expect((await ward.converse("una", ["wrong", "000000"])).reason).toBe("wrong-credentials");
    expect((await desk.signIn(una, timeCode(una, -9))).reason).toBe("wrong-credentials");
    const refused = await enterprise.site.server.app.inject({
      method: "POST",
      url: "/api/v1/sign-ins",
      headers: { authorization: `Bearer ${await signInKey(enterprise)}` },
      payload: {
        attemptId: "at-the-portal",
        userName: "una",
        workflow: "self-service",
        given: [
          { factor: "password", value: una.password },
          { factor: "recovery-code", value: "AAAA-AAAA-AAAA" },
        ],
      },
    });
    expect(refused.json()).toMatchObject({ reason: "wrong-credentials" });
    for (const endpoint of [ward, desk])
      expect(await endpoint.signIn(una, timeCode(una))).toMatchObject({
        code: "max-tries",
        reason: "locked",
      });
  });
});

async function signInKey(enterprise: TestEnterprise): Promise<string> {
  const made = await enterprise.admin<{ key: string }>("POST", "/api-keys", {
    name: "portal",
    scopes: ["sign-in"],
  });
  return made.key;
}
