import { execFileSync } from "node:child_process";

/** An event token's settings, as an `otpauth://hotp` URI gives them. */
export interface HotpToken {
  readonly secret: Uint8Array;
  /** Default 6. */
  readonly digits?: 6 | 7 | 8;
  /** Default SHA-1. */
  readonly algorithm?: "SHA1" | "SHA256" | "SHA512";
}

/**
 * `count` HOTP values from `counter` on, out of oathtool. Its HOTP mode knows SHA-1 only; for SHA-256 and
 * SHA-512 its TOTP mode with steps of one second does the same computation (RFC 6238 §4: TOTP is HOTP with
 * T as the counter), with the clock set to the counter.
 */
export function oathtoolCodes(token: HotpToken, counter: number, count: number): string[] {
  const common = [`--digits=${token.digits ?? 6}`, `--window=${count - 1}`, "-"];
  const algorithm = token.algorithm ?? "SHA1";
  const mode =
    algorithm === "SHA1"
      ? ["--hotp", `--counter=${counter}`]
      : [`--totp=${algorithm.toLowerCase()}`, "--time-step-size=1s", `--now=@${counter}`];
  // The seed goes through stdin: arguments are everybody's to read.
  const output = execFileSync("oathtool", [...mode, ...common], {
    input: `${Buffer.from(token.secret).toString("hex")}\n`,
    encoding: "utf8",
    stdio: ["pipe", "pipe", "pipe"],
    timeout: 30_000,
  });
  const codes = output.trim().split("\n");
  if (codes.length !== count) throw new Error(`oathtool gave ${codes.length} codes instead of ${count}`);
  return codes;
}

/** A token in somebody's hand: each press shows the next value. */
export class ReferenceToken {
  readonly #token: HotpToken;
  #counter: number;
  #batchStart = 0;
  #batch: string[] = [];

  constructor(token: HotpToken, counter = 0) {
    this.#token = token;
    this.#counter = counter;
  }

  /** The counter that the next press uses. */
  get counter(): number {
    return this.#counter;
  }

  next(): string {
    const code = this.codeAt(this.#counter);
    this.#counter += 1;
    return code;
  }

  /** The value `ahead` presses after the next one, without pressing. */
  peek(ahead = 0): string {
    return this.codeAt(this.#counter + ahead);
  }

  /** Presses without using the values. */
  skip(presses: number): void {
    this.#counter += presses;
  }

  codeAt(counter: number): string {
    const known = this.#batch[counter - this.#batchStart];
    if (known !== undefined) return known;
    this.#batch = oathtoolCodes(this.#token, counter, 100);
    this.#batchStart = counter;
    return this.#batch[0] as string;
  }
}
