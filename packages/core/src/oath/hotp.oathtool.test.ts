import { spawnSync } from "node:child_process";
import { beforeEach, describe, expect, test } from "vitest";
import { encodeBase32 } from "./base32.ts";
import { hotp } from "./hotp.ts";

// oathtool (OATH Toolkit, Debian package `oathtool`) as an independent token.
const missing = spawnSync("oathtool", ["--version"]).error !== undefined;

function oathtool(...options: string[]): string[] {
  const run = spawnSync("oathtool", options, { encoding: "utf8" });
  if (run.status !== 0) throw new Error(`oathtool ended with ${run.status}: ${run.stderr}`);
  return run.stdout.trim().split("\n");
}

const secret = Uint8Array.from({ length: 32 }, (_, index) => (index * 37 + 11) & 0xff);
const hex = Buffer.from(secret).toString("hex");

describe("beside oathtool", () => {
  beforeEach(({ skip }) => {
    if (missing) skip("oathtool is not installed (apt install oathtool)");
  });

  test.each([6, 7, 8] as const)("OTP-33 HOTP with SHA-1 and %i digits", (digits) => {
    for (const start of [0, 2 ** 31 - 20, 2 ** 32 - 20, 2 ** 40]) {
      const codes = oathtool("--hotp", `--digits=${digits}`, `--counter=${start}`, "--window=39", hex);
      const ours = codes.map((_, index) =>
        hotp({ secret, digits, algorithm: "SHA-1", counter: start + index }),
      );
      expect(codes).toHaveLength(40);
      expect(ours).toEqual(codes);
    }
  });

  // Its HOTP knows SHA-1 only. TOTP at steps of one second from the epoch is HOTP at the counter "seconds".
  test.each(["SHA-256", "SHA-512"] as const)("OTP-33 HOTP with %s", (algorithm) => {
    const start = 1_000_000_000;
    const mode = `--totp=${algorithm.replace("-", "").toLowerCase()}`;
    const codes = oathtool(mode, "--digits=8", "--time-step-size=1s", `--now=@${start}`, "--window=39", hex);
    const ours = codes.map((_, index) => hotp({ secret, digits: 8, algorithm, counter: start + index }));
    expect(codes).toHaveLength(40);
    expect(ours).toEqual(codes);
  });

  test("OTP-33 reads our base32", () => {
    for (let length = 16; length <= 32; length++) {
      const part = secret.subarray(0, length);
      const [code] = oathtool("--base32", "--hotp", "--counter=7", encodeBase32(part));
      expect(hotp({ secret: part, digits: 6, algorithm: "SHA-1", counter: 7 })).toBe(code);
    }
  });
});
