import { afterAll, beforeAll, expect, test } from "vitest";
import { describeWhere, pamNeeds } from "../../rig/requirements.ts";
import { Enterprise } from "../enterprise/enterprise.ts";
import { type Person, type TokenKind, tokenFromUri } from "../enterprise/person.ts";
import type { Workstation } from "../enterprise/workstation.ts";
import { ways } from "./ways.ts";

const kinds: Record<string, TokenKind> = {
  "6 digits, SHA-256": { digits: 6, algorithm: "SHA256" },
  "7 digits, SHA-1": { digits: 7, algorithm: "SHA1" },
  "8 digits, SHA-512": { digits: 8, algorithm: "SHA512" },
};

describeWhere([...pamNeeds, "make", "sshd", "ssh", "oathtool"], "tokens of every kind", () => {
  let enterprise: Enterprise;
  let ward: Workstation;
  const holders: (readonly [kind: string, way: keyof typeof ways, person: Person])[] = [];
  let scanned: Person;
  let twoTokens: Person;
  let secondToken: Person;

  beforeAll(async () => {
    enterprise = await Enterprise.create();
    ward = await enterprise.addWorkstation();
    const { administrator } = enterprise;
    const some = ["pamtester", "sshd, password and code in one line"] as const;
    for (const [index, [kind, tokenKind]] of Object.entries(kinds).entries()) {
      for (const way of some) {
        const name = `holder${index}${way.charAt(0)}`;
        holders.push([kind, way, await enterprise.addPerson(name, [ward], { tokenKind })]);
      }
    }
    // Whoever scans a QR code has no imported token.
    const imported = await enterprise.addPerson("scanned", [ward]);
    await administrator.revokeToken(imported.tokenId);
    const enrolled = await administrator.enrolToken(imported.userId, { digits: 8, algorithm: "SHA256" });
    expect(enrolled.qr?.svg).toContain("<svg");
    const token = tokenFromUri(enrolled.otpauthUri ?? "");
    scanned = { ...imported, token, tokenId: enrolled.token.id };
    twoTokens = await enterprise.addPerson("two", [ward]);
    const second = await administrator.addToken(twoTokens.userId);
    secondToken = { ...twoTokens, token: second.token, tokenId: second.id };
  });
  afterAll(() => enterprise?.[Symbol.asyncDispose]());

  const signInAll = async () => {
    for (const [kind, way, person] of holders) {
      const done = await ways[way](ward, person, person.token.next());
      expect(done.signedIn, `${kind}, ${way}: ${done.said}`).toBe(true);
    }
    for (const person of [scanned, twoTokens]) {
      const done = await ward.signIn(person, person.token.next());
      expect(done.succeeded, `${person.userName}: ${done.shown}`).toBe(true);
    }
  };

  test("OTP-33: any digits and hash sign in online, prompt by prompt and in one line, and fill the cache", async () => {
    await signInAll();
    for (const [, , person] of holders) await ward.untilCached(person, 25);
    await ward.untilCached(scanned, 25);
    await ward.untilCached(twoTokens, 25);
  });

  test("OTP-28: of two tokens the first is the cached one, and an administrator is warned", async () => {
    const { administrator } = enterprise;
    const user = await administrator.user(twoTokens.userId);
    expect(user.warnings.map(({ code }) => code)).toEqual(["more-than-one-token"]);
    expect(user.tokens.map(({ cachedOffline }) => cachedOffline)).toEqual([true, false]);
    expect(user.tokens[0]?.id).toBe(twoTokens.tokenId);
  });

  test("OTP-2, OTP-33: and offline with the next code", async () => {
    await enterprise.server.kill();
    await ward.untilOffline();
    await signInAll();
    for (const [, , person] of holders) expect(await ward.holding(person)).toMatchObject({ remaining: 24 });
  });

  test("OTP-28: the second token is no good offline, the first goes on", async () => {
    expect(await ward.signIn(secondToken, secondToken.token.next())).toMatchObject({ succeeded: false });
    expect(await ward.signIn(twoTokens, twoTokens.token.next())).toMatchObject({ succeeded: true });
  });

  test("OTP-15: offline-capable tokens say so", async () => {
    await enterprise.server.start();
    await ward.untilLevel();
    const user = await enterprise.administrator.user(scanned.userId);
    expect(user.tokens.map(({ kind, offlineCapable, status }) => [kind, offlineCapable, status])).toEqual([
      ["hotp", true, "revoked"],
      ["hotp", true, "enabled"],
    ]);
  });
});
