import { createHmac } from "node:crypto";
import type { TestPhone } from "@holdfast/offline-store/testing/phone";
import type { HotpAlgorithm, HotpDigits } from "@holdfast/protocol/primitives";

/** A token in somebody's pocket: it knows its secret and how often its button was pressed, and nothing else. */
export class HardToken {
  readonly id: string;
  readonly secret: Uint8Array;
  readonly digits: HotpDigits;
  readonly algorithm: HotpAlgorithm;
  revoked = false;
  /** The counter of the next press. */
  next: number;
  readonly #codes: string[] = [];

  constructor(token: {
    id: string;
    secret: Uint8Array;
    digits: HotpDigits;
    algorithm: HotpAlgorithm;
    next: number;
  }) {
    this.id = token.id;
    this.secret = token.secret;
    this.digits = token.digits;
    this.algorithm = token.algorithm;
    this.next = token.next;
  }

  press(): number {
    this.next += 1;
    return this.next - 1;
  }

  /** RFC 4226 §5.3, written once more: the model must not share its arithmetic with what it judges. */
  codeAt(counter: number): string {
    const known = this.#codes[counter];
    if (known !== undefined) return known;
    const message = Buffer.alloc(8);
    message.writeBigUInt64BE(BigInt(counter));
    const mac = createHmac(this.algorithm.replace("-", "").toLowerCase(), this.secret)
      .update(message)
      .digest();
    const offset = (mac.at(-1) ?? 0) & 0xf;
    const truncated = mac.readUInt32BE(offset) & 0x7fffffff;
    const code = String(truncated % 10 ** this.digits).padStart(this.digits, "0");
    this.#codes[counter] = code;
    return code;
  }
}

/** Somebody who signs in: what is true about him, as the model knows it. */
export class Person {
  readonly userId: string;
  readonly userName: string;
  readonly policyId: string;
  /** The last is in force; each with the time since when. */
  readonly passwords: { readonly text: string; readonly sinceMs: number }[];
  readonly tokens: HardToken[] = [];
  /** Answers QR codes of computers without a network. */
  phone: TestPhone | null = null;
  status: "active" | "disabled" = "active";
  /** An administrator is at it: what is true changes at some moment within. */
  changing = false;

  constructor(user: { userId: string; userName: string; policyId: string; password: string; nowMs: number }) {
    this.userId = user.userId;
    this.userName = user.userName;
    this.policyId = user.policyId;
    this.passwords = [{ text: user.password, sinceMs: user.nowMs }];
  }

  get password(): string {
    return this.passwords.at(-1)?.text ?? "";
  }

  /** The first that is not revoked, as OTP-28 has it. */
  get token(): HardToken | null {
    return this.tokens.find((token) => !token.revoked) ?? null;
  }

  /** Whether this was his password at the server at some moment between. */
  hadPassword(text: string, fromMs: number, throughMs: number): boolean {
    return this.passwords.some(({ text: one, sinceMs }, at) => {
      const untilMs = this.passwords[at + 1]?.sinceMs ?? Number.POSITIVE_INFINITY;
      return one === text && sinceMs <= throughMs && untilMs >= fromMs;
    });
  }
}
