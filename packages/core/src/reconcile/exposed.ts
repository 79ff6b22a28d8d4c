/**
 * Counters that somebody may know who should not: what a revoked endpoint was handed and the token has not yet passed
 * (SECURITY §2). Nobody accepts them.
 */
export type ExposedRange = { readonly from: number; readonly through: number; readonly endpointId: string };

export type ExposableToken = { readonly nextCounter: number; readonly exposed: readonly ExposedRange[] };

/** The token's exposed ranges with one more; an endpoint has one range, which only grows. */
export function exposeRange(token: ExposableToken, range: ExposedRange): ExposedRange[] {
  const same = token.exposed.filter(({ endpointId }) => endpointId === range.endpointId);
  const others = token.exposed.filter(({ endpointId }) => endpointId !== range.endpointId);
  const grown = range.from > range.through ? same : [widest(same, range)];
  return pruneExposed({ nextCounter: token.nextCounter, exposed: [...others, ...grown] });
}

/** The ranges that still matter: what the token has passed is refused as used anyway. */
export function pruneExposed(token: ExposableToken): ExposedRange[] {
  return token.exposed
    .filter(({ through }) => through >= token.nextCounter)
    .map((range) => ({ ...range, from: Math.max(range.from, token.nextCounter) }))
    .sort((a, b) => a.from - b.from || a.through - b.through || (a.endpointId < b.endpointId ? -1 : 1));
}

function widest(same: readonly ExposedRange[], range: ExposedRange): ExposedRange {
  return {
    endpointId: range.endpointId,
    from: Math.min(range.from, ...same.map(({ from }) => from)),
    through: Math.max(range.through, ...same.map(({ through }) => through)),
  };
}
