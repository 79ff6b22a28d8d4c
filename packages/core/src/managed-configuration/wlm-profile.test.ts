import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { registryFile, registryText } from "./registry-file.ts";
import { wlmProfile, wlmRegistryText } from "./wlm-profile.ts";

const profile = wlmProfile({
  serverUrl: "https://holdfast.example.org:8443",
  authorityPin: "q7Zy".padEnd(43, "A"),
  site: "main",
  offlineEnabled: true,
});

/** A reader of its own: lines, keys, values; anything else fails. */
function read(text: string): Record<string, Record<string, string | number>> {
  const [version, ...lines] = text.split("\r\n");
  expect(version).toBe("Windows Registry Editor Version 5.00");
  const keys: Record<string, Record<string, string | number>> = {};
  let key: Record<string, string | number> = {};
  for (const line of lines) {
    if (line === "" || line.startsWith(";")) continue;
    if (line.startsWith("[")) {
      key = {};
      keys[line.slice(1, -1)] = key;
      continue;
    }
    const match = /^"((?:[^"\\]|\\.)*)"=(?:dword:([0-9a-f]{8})|"((?:[^"\\]|\\.)*)")$/u.exec(line);
    if (!match) throw new Error(`no line of a .reg file: ${line}`);
    const plain = (escaped: string) => escaped.replaceAll(/\\(.)/gu, "$1");
    key[plain(match[1] ?? "")] =
      match[2] === undefined ? plain(match[3] ?? "") : Number.parseInt(match[2], 16);
  }
  return keys;
}

describe("the Windows profile (OTP-20)", () => {
  test("names server, authority, offline switch and 30 offline logins (OTP-16)", () => {
    expect(read(wlmRegistryText(profile))).toEqual({
      "HKEY_LOCAL_MACHINE\\SOFTWARE\\Holdfast": {
        ServerUrl: "https://holdfast.example.org:8443",
        AuthorityPin: profile.authorityPin,
        Site: "main",
      },
      "HKEY_LOCAL_MACHINE\\SOFTWARE\\Holdfast\\LogonManager": {
        Profile: "wlm",
        OfflineEnabled: 1,
        OfflineLogins: 30,
      },
    });
    expect(wlmRegistryText({ ...profile, offlineEnabled: false })).toContain(
      '"OfflineEnabled"=dword:00000000\r\n',
    );
  });

  test("says in the file itself that no Windows client is shipped (AMB-OTP-9)", () => {
    expect(wlmRegistryText(profile)).toMatch(/^; Holdfast ships no Windows client/m);
  });

  test("has CRLF throughout and ends with one", () => {
    const text = wlmRegistryText(profile);
    expect(text.replaceAll("\r\n", "")).not.toMatch(/[\r\n]/);
    expect(text.endsWith("\r\n")).toBe(true);
  });
});

describe("a .reg file", () => {
  test("is UTF-16LE with its byte order mark", () => {
    const text = registryText([{ path: "HKEY_LOCAL_MACHINE\\X", values: { Site: "Nørd 🏥" } }]);
    const bytes = registryFile(text);
    expect([...bytes.subarray(0, 2)]).toEqual([0xff, 0xfe]);
    expect(new TextDecoder("utf-16le", { fatal: true }).decode(bytes)).toBe(text);
  });

  test("brings back every text and number, whatever quotes and backslashes they have", () => {
    const text = fc.string({ unit: "grapheme" }).filter((value) => !/\p{Cc}/u.test(value));
    const value = fc.oneof(text, fc.integer({ min: 0, max: 0xffff_ffff }));
    const name = fc.stringMatching(/^[A-Za-z"\\ ]{1,12}$/);
    fc.assert(
      fc.property(fc.dictionary(name, value), (values) => {
        expect(read(registryText([{ path: "K", values }]))).toEqual({ K: { ...values } });
      }),
    );
  });

  test.each([
    ["a line's end in a value", { Site: 'a\r\n[HKEY_LOCAL_MACHINE\\Evil]\r\n"x"="y"' }],
    ["a fraction", { Logins: 1.5 }],
    ["a number of more than 32 bits", { Logins: 2 ** 32 }],
  ])("refuses %s", (_what, values) => {
    expect(() => registryText([{ path: "K", values }])).toThrow(RangeError);
  });
});
