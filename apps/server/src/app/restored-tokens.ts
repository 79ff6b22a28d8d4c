import { END_OF_COUNTERS } from "@holdfast/core/oath/counter-ranges";
import { matchHotp } from "@holdfast/core/oath/hotp";
import { resynchronisationSearchWindow } from "@holdfast/core/oath/look-ahead-window";
import { verifyHotp } from "@holdfast/core/oath/verify-hotp";
import { pruneExposed } from "@holdfast/core/reconcile/exposed";
import type { Check } from "@holdfast/core/sign-in/types";
import type { UserPolicy } from "@holdfast/protocol/policy";
import type { ExposedRange, TokenRow } from "../store/tokens-store.ts";
import { report } from "./audit.ts";
import type { AppPorts } from "./ports.ts";

/**
 * Tokens after a restored backup (SECURITY §7). Nobody knows which codes were used since it was made; so all of a token's
 * codes count as exposed until two in a row have come, at two sign-ins or by an administrator's resynchronisation. The
 * first is burned and refused with the request for the next; whatever comes instead of that begins anew. Floors that
 * endpoints tell rise meanwhile as ever.
 *
 * It is kept among the token's exposed ranges, so that everything that hands out or accepts codes stands by it: `closed`
 * reaches from the floor to the end of counters, `next` leaves exactly one code in front of it, and is over once the
 * token has passed that.
 */
const closed = "backup_closed";
const next = "backup_next";
const last = END_OF_COUNTERS - 1;

type Ranged = Pick<TokenRow, "nextCounter" | "exposed">;

export function isClosed(token: Ranged): boolean {
  return awaits(token) !== null;
}

/** The ranges that hold: without what a restore left that is over. */
export function exposedNow(token: Ranged): readonly ExposedRange[] {
  return token.exposed.some((range) => isMark(range) && isOver(range, token))
    ? token.exposed.filter((range) => !(isMark(range) && isOver(range, token)))
    : token.exposed;
}

export function close(token: TokenRow): TokenRow {
  return marked(token, { from: token.nextCounter, through: last, endpointId: closed });
}

/** Two codes in a row were given otherwise. */
export function opened<T extends Ranged>(token: T): T {
  return { ...token, exposed: token.exposed.filter((range) => !isMark(range)) };
}

/**
 * A floor that somebody else's word raises. It opens a closed token only where it is the awaited code itself that was
 * used: what lies beyond may have been used elsewhere.
 */
export function withFloor(token: TokenRow, nextCounter: number): TokenRow {
  const awaited = awaits(token);
  if (awaited === null || nextCounter === (awaited === "any" ? null : awaited + 1)) {
    const { exposed } = opened(token);
    return { ...token, nextCounter, exposed: pruneExposed({ nextCounter, exposed }) };
  }
  return close({ ...token, nextCounter });
}

/** The code that a closed token takes: right where it follows the last one, else burned for the next one to follow. */
export async function checkClosed(
  ports: AppPorts,
  token: TokenRow,
  policy: UserPolicy,
  code: string,
  /** The password was right, or none is asked. */
  mayCount: boolean,
): Promise<Check> {
  const awaited = awaits(token);
  const secret = ports.secrets.open("token-secret", token.id, token.sealedSecret);
  const parameters = { secret, digits: token.digits, algorithm: token.algorithm, code };
  try {
    const windowSize = resynchronisationSearchWindow(token.windowSize ?? policy.hotp.windowSize);
    const exposed = opened(token).exposed.map(({ from, through }) => ({ from, to: through + 1 }));
    const found = verifyHotp({
      ...parameters,
      nextCounter: token.nextCounter,
      exposed,
      windowSize,
      explain: false,
    });
    if (found.kind !== "accepted") {
      // The attempt that burned this code decides again, because the token has changed by it.
      const burned =
        awaited !== null && awaited !== "any" && matchHotp({ ...parameters, from: awaited - 1, count: 1 });
      return burned && burned.kind === "match" && mayCount ? { check: "exposed" } : { check: "wrong" };
    }
    const { counter } = found;
    if (counter === awaited) return { check: "right", counter };
    if (!mayCount) return { check: "wrong" };
    await burnFirst(ports, token.id, counter);
    return { check: "exposed" };
  } finally {
    secret.fill(0);
  }
}

async function burnFirst(ports: AppPorts, tokenId: string, counter: number): Promise<void> {
  await ports.store.transaction(async (tx) => {
    const token = await tx.tokens.get(tokenId);
    if (!token || !isClosed(token) || token.nextCounter > counter) return;
    const nextCounter = counter + 1;
    const waiting = { from: nextCounter + 1, through: last, endpointId: next };
    await tx.tokens.update(marked({ ...token, nextCounter }, waiting));
    await report(tx, { name: "server" }, "token-first-of-two-codes", {
      userId: token.userId,
      detail: { tokenId, counter },
    });
  });
}

function marked(token: TokenRow, range: ExposedRange): TokenRow {
  const { nextCounter, exposed } = opened(token);
  return { ...token, exposed: [...pruneExposed({ nextCounter, exposed }), range] };
}

/** Null: nothing. A number: the code that must come next. */
function awaits(token: Ranged): "any" | number | null {
  const mark = token.exposed.find((range) => isMark(range) && !isOver(range, token));
  if (!mark) return null;
  return mark.endpointId === next ? mark.from - 1 : "any";
}

function isMark({ endpointId }: ExposedRange): boolean {
  return endpointId === closed || endpointId === next;
}

function isOver({ endpointId, from }: ExposedRange, { nextCounter }: Ranged): boolean {
  return endpointId === next && from <= nextCounter;
}
