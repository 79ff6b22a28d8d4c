/**
 * What the server knows of the bypass codes of one user at one endpoint, and how one takes the place of another (OTP-24).
 * A code is good there until it was used and that was reported, or until the user has signed in online: then the next
 * bundle brings another.
 */

export type BypassStanding = {
  /** Of the code that the newest bundle brings. */
  readonly number: number;
  /** Lowest number that may still be accepted there; above `number`: the next bundle must bring another. */
  readonly floor: number;
  /** Codes that were read out, oldest first. */
  readonly codes: readonly GivenCode[];
  /** Answers that were read out, oldest first. */
  readonly answers: readonly GivenAnswer[];
};

export type GivenCode = {
  readonly number: number;
  readonly givenAtMs: number;
  readonly givenBy: string;
  readonly uses: number;
  readonly lastUsedAtMs: number | null;
};

export type GivenAnswer = {
  readonly challenge: string;
  readonly givenAtMs: number;
  readonly givenBy: string;
  readonly usedAtMs: number | null;
};

/** What a sign-in at an endpoint was made by in place of a code. */
export type BypassUse = { readonly number: number } | { readonly challenge: string };

const firstStanding: BypassStanding = { number: 1, floor: 1, codes: [], answers: [] };

/** How many of each are remembered: more than an outage can need of one user at one endpoint. */
const mostRemembered = 30;

/** The standing with which the next bundle goes out. */
export function standingForBundle(before: BypassStanding | null, signedInOnline: boolean): BypassStanding {
  if (before === null) return firstStanding;
  const floor = signedInOnline ? Math.max(before.floor, before.number + 1) : before.floor;
  return { ...before, floor, number: Math.max(before.number, floor) };
}

/** Whether a refill must bring another code. */
export function rotationDue(standing: BypassStanding | null): boolean {
  return standing !== null && standing.floor > standing.number;
}

/**
 * What the endpoint says it holds. A number that the server does not know is of before a restore: whoever it was read out
 * to then must not have it now.
 */
export function afterReport(
  before: BypassStanding,
  reported: { readonly number: number; readonly floor: number },
): BypassStanding {
  const number = Math.max(before.number, reported.number);
  const floor = reported.number > before.number ? reported.number + 1 : reported.floor;
  return { ...before, number, floor: Math.max(before.floor, floor) };
}

export function afterCodeGiven(before: BypassStanding, givenBy: string, nowMs: number): BypassStanding {
  const { number } = before;
  const again = before.codes.find((one) => one.number === number);
  const given = {
    number,
    givenAtMs: nowMs,
    givenBy,
    uses: again?.uses ?? 0,
    lastUsedAtMs: again?.lastUsedAtMs ?? null,
  };
  return {
    ...before,
    codes: remembered(
      before.codes.filter((one) => one !== again),
      given,
    ),
  };
}

export function afterAnswerGiven(
  before: BypassStanding,
  challenge: string,
  givenBy: string,
  nowMs: number,
): BypassStanding {
  const again = before.answers.find((one) => one.challenge === challenge && one.usedAtMs === null);
  const given = { challenge, givenAtMs: nowMs, givenBy, usedAtMs: null };
  return {
    ...before,
    answers: remembered(
      before.answers.filter((one) => one !== again),
      given,
    ),
  };
}

/** Null: the help desk never gave what the endpoint says it was used. An answer is good once. */
export function afterUse(before: BypassStanding, use: BypassUse, atMs: number): BypassStanding | null {
  if ("challenge" in use) {
    const given = before.answers.findLast(
      ({ challenge, usedAtMs }) => challenge === use.challenge && usedAtMs === null,
    );
    if (!given) return null;
    return {
      ...before,
      answers: before.answers.map((one) => (one === given ? { ...one, usedAtMs: atMs } : one)),
    };
  }
  const given = before.codes.find(({ number }) => number === use.number);
  if (!given) return null;
  const used = { ...given, uses: given.uses + 1, lastUsedAtMs: Math.max(given.lastUsedAtMs ?? 0, atMs) };
  return {
    ...before,
    floor: Math.max(before.floor, use.number + 1),
    codes: before.codes.map((one) => (one === given ? used : one)),
  };
}

/** What the help desk sees of it. `waiting`: no code can be given before the endpoint has been in contact. */
export function stateOf(standing: BypassStanding | null): "ready" | "given" | "waiting" | "used-rotated" {
  if (standing === null || rotationDue(standing)) return "waiting";
  const last = standing.codes.at(-1);
  if (last === undefined) return "ready";
  if (last.number === standing.number) return "given";
  return last.uses > 0 ? "used-rotated" : "ready";
}

/** No code that was read out before is good any more, as far as the server is heard. */
export function ended(before: BypassStanding): BypassStanding {
  return { ...before, floor: Math.max(before.floor, before.number + 1) };
}

function remembered<T>(before: readonly T[], one: T): T[] {
  return [...before, one].slice(-mostRemembered);
}
