import { eightDigits } from "@holdfast/core/help-desk-codes/bypass-challenge";
import { answerTo } from "@holdfast/core/qr-challenge/answer";
import { encodeChallenge, type QrWorkflow } from "@holdfast/core/qr-challenge/message";
import { profileIdOf } from "@holdfast/core/qr-challenge/profile";
import {
  mostTriesOfQrChallenge,
  qrChallengeHolds,
  type ShownChallenge,
  worthShowingAgain,
} from "@holdfast/core/qr-challenge/standing";
import { phoneFacts } from "@holdfast/core/sign-in/by-phone";
import type { AuthenticatorFacts } from "@holdfast/core/sign-in/types";
import { x25519Pkcs8, x25519PublicOf } from "@holdfast/envelope/x25519";
import type { SealedUser, StoredUser } from "@holdfast/protocol/stored-files";
import { fromBase64url, sameBytes, utf8ToBytes } from "./bytes.ts";
import type { Binding, Random } from "./sealing.ts";
import type { QrChallengeShown } from "./types.ts";

/**
 * Challenges that phones answer (SECURITY §4). What is shown is in memory only, one per user: a restart ends it, and so
 * do its use, three tries and two minutes. Of the key pair made for it nothing is kept but the answer that it leads to.
 */

type Phone = SealedUser["bundle"]["phones"][number];

/** Under which core's machine knows them, whichever of his phones answers. */
export const qrChallengeId = "qr-challenge";

export const noQrChallenges: StoredUser["qrChallenges"] = { number: 0, wrongAnswers: 0, revokedProfiles: [] };

/** His phones that may answer here. */
export function phonesOf({ qrChallenges }: StoredUser, { bundle }: SealedUser): readonly Phone[] {
  return bundle.phones.filter(({ profileId }) => !qrChallenges.revokedProfiles.includes(profileId));
}

export function phoneFactsOf(user: StoredUser, sealed: SealedUser): AuthenticatorFacts[] {
  const { number, wrongAnswers } = user.qrChallenges;
  return phonesOf(user, sealed).length === 0 ? [] : [phoneFacts(number, wrongAnswers)];
}

/** Before one is shown, and after one was used: whoever has checked an answer to another finds that it is over. */
export function withNextQrChallenge(user: StoredUser): StoredUser {
  return withQrChallenges(user, { number: user.qrChallenges.number + 1 });
}

export function withQrChallenges(user: StoredUser, changes: Partial<StoredUser["qrChallenges"]>): StoredUser {
  return { ...user, qrChallenges: { ...user.qrChallenges, ...changes } };
}

export function withRevokedProfile(user: StoredUser, profileId: string): StoredUser {
  const others = user.qrChallenges.revokedProfiles.filter((id) => id !== profileId);
  return withQrChallenges(user, { revokedProfiles: [...others, profileId].slice(-100) });
}

type Shown = ShownChallenge & {
  readonly phone: Phone;
  readonly message: Uint8Array;
  /** Eight digits, as bytes that can be wiped. */
  readonly answer: Uint8Array;
};

export type AboutChallenge = {
  readonly endpointName: string;
  readonly account: string;
  readonly workflow: QrWorkflow;
  readonly nowMs: number;
};

/** The challenges that are shown at this endpoint now. */
export class QrChallenges {
  readonly #shown = new Map<string, Shown>();
  readonly #sinceBootMs: () => number;

  constructor(sinceBootMs: () => number) {
    this.#sinceBootMs = sinceBootMs;
  }

  /** The one that is shown to this user, where it has enough time left to be answered. */
  standing(userId: string, phones: readonly Phone[]): QrChallengeShown | null {
    const shown = this.#shown.get(userId);
    if (!shown || !worthShowingAgain(shown, this.#sinceBootMs()) || placeOf(shown.phone, phones) < 0)
      return null;
    return this.#told(userId, shown, phones);
  }

  /** A new one in its place, for the next of his phones where one was shown; that it is shown was counted before. */
  async next(
    { endpointId, userId }: Binding,
    phones: readonly Phone[],
    about: AboutChallenge,
    random: Random,
  ): Promise<QrChallengeShown | null> {
    const before = this.#shown.get(userId);
    const at = before === undefined ? 0 : (placeOf(before.phone, phones) + 1) % phones.length;
    this.end(userId);
    const phone = phones[at];
    if (phone === undefined) return null;
    const made = await make(phone, endpointId, about, random);
    if (made === null) return null;
    const shown = { ...made, phone, shownSinceBootMs: this.#sinceBootMs(), tries: 0 };
    this.#shown.set(userId, shown);
    return this.#told(userId, shown, phones);
  }

  /**
   * One try. What was typed is compared whatever else is known, so that time tells nothing; `proven`: the password was
   * right. A right answer ends the challenge, and so does the last try.
   */
  check(userId: string, phones: readonly Phone[], typed: string, proven: boolean): boolean {
    const shown = this.#shown.get(userId);
    const holds =
      shown !== undefined &&
      qrChallengeHolds(shown, this.#sinceBootMs()) &&
      placeOf(shown.phone, phones) >= 0;
    const same = sameBytes(shown?.answer ?? noAnswer, utf8ToBytes(eightDigits(typed) ?? "--------"));
    const right = holds && same && proven;
    if (shown !== undefined) {
      const tries = shown.tries + 1;
      if (right || tries >= mostTriesOfQrChallenge) this.end(userId);
      else this.#shown.set(userId, { ...shown, tries });
    }
    return right;
  }

  end(userId: string): void {
    this.#shown.get(userId)?.answer.fill(0);
    this.#shown.delete(userId);
  }

  #told(userId: string, { message, phone }: Shown, phones: readonly Phone[]): QrChallengeShown {
    return {
      message: message.slice(),
      phone: { at: placeOf(phone, phones), of: phones.length },
      holds: () => {
        const shown = this.#shown.get(userId);
        return shown?.message === message && qrChallengeHolds(shown, this.#sinceBootMs());
      },
    };
  }
}

const noAnswer = new Uint8Array(8);

function placeOf({ publicKey }: Phone, phones: readonly Phone[]): number {
  return phones.findIndex((one) => one.publicKey === publicKey);
}

/** Null for a phone whose key would make a secret that everybody knows (RFC 7748 §6.1). */
async function make(
  phone: Phone,
  endpointId: string,
  { endpointName, account, workflow, nowMs }: AboutChallenge,
  random: Random,
): Promise<{ message: Uint8Array; answer: Uint8Array } | null> {
  const phoneKey = fromBase64url(phone.publicKey);
  if (phoneKey?.length !== 32) return null;
  const secret = random(32);
  try {
    const ephemeralKey = fromBase64url(await x25519PublicOf(secret)) ?? new Uint8Array(0);
    const shared = await sharedSecret(secret, phoneKey);
    const message = encodeChallenge({
      profileId: profileIdOf(phoneKey),
      ephemeralKey,
      endpointId,
      endpointName,
      account,
      workflow,
      issuedAtMs: nowMs,
    });
    const answer = shared && answerTo(shared, message, phoneKey);
    shared?.fill(0);
    return answer === null ? null : { message, answer: utf8ToBytes(answer) };
  } finally {
    secret.fill(0);
  }
}

/** Null where it would be zero: WebCrypto refuses that, as RFC 7748 §6.1 lets it. */
async function sharedSecret(secret: Uint8Array, publicKey: Uint8Array): Promise<Uint8Array | null> {
  const pkcs8 = x25519Pkcs8(secret);
  try {
    const name = "X25519";
    const own = await crypto.subtle.importKey("pkcs8", pkcs8, { name }, false, ["deriveBits"]);
    const other = await crypto.subtle.importKey("raw", new Uint8Array(publicKey), { name }, false, []);
    return new Uint8Array(await crypto.subtle.deriveBits({ name, public: other }, own, 256));
  } catch {
    return null;
  } finally {
    pkcs8.fill(0);
  }
}
