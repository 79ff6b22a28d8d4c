/**
 * What time it is for the purpose of expiry (SECURITY §1 Time, UNI-6).
 *
 * Effective time never goes back but by the server's word. It is the greatest of: the last signed server time; the
 * effective time kept on disk plus what the boot clock has counted since; and the wall clock, which alone knows how
 * long a machine was switched off. So a wall clock set back extends nothing, and one set forward expires leases early.
 *
 * A signed server time that answers a fresh nonce replaces all of that, downwards too. If the wall clock is then ahead
 * of the server's, it must not raise effective time again a moment later. Therefore the state keeps how far ahead it
 * was (`wallAheadMs`) and from then on trusts the wall clock's progress only, less that. The offset holds as long as it
 * explains what the wall clock shows: once the corrected wall clock would lie before time that has certainly passed,
 * somebody has set it back (most likely right), the offset is void and the wall clock counts as it is.
 *
 * Limit: while a machine is off and its wall clock is set back as well, nothing here can know how long it was off.
 */
export type TimeState = {
  /** The last signed server time; null: none yet. */
  readonly signedMs: number | null;
  /** Effective time when this state was kept. */
  readonly persistedMs: number;
  readonly bootId: string;
  /** The boot clock when this state was kept. */
  readonly sinceBootMs: number;
  /** How far the wall clock was ahead of the server when it last told the time; 0 where it was not. */
  readonly wallAheadMs: number;
};

export type ClockReadings = {
  readonly wallMs: number;
  /** Counts while the machine sleeps, too (CLOCK_BOOTTIME). */
  readonly sinceBootMs: number;
  readonly bootId: string;
};

export type EffectiveTime = {
  readonly nowMs: number;
  /** How far the wall clock lags behind `nowMs`; 0 within the tolerance. */
  readonly behindMs: number;
};

/** Clocks that differ by no more than this are taken to agree. */
export const CLOCK_TOLERANCE_MS = 120_000;

/** A machine that has kept no time yet believes its wall clock. */
export function initialTime(clocks: ClockReadings): TimeState {
  return {
    signedMs: null,
    persistedMs: clocks.wallMs,
    bootId: clocks.bootId,
    sinceBootMs: clocks.sinceBootMs,
    wallAheadMs: 0,
  };
}

export function effectiveTime(state: TimeState, clocks: ClockReadings): EffectiveTime {
  const { nowMs } = reckon(state, clocks);
  const lagMs = nowMs - clocks.wallMs;
  return { nowMs, behindMs: lagMs > CLOCK_TOLERANCE_MS ? lagMs : 0 };
}

/**
 * The state to go on from, in memory at every reading and on disk at every attempt: what was read and not kept is
 * forgotten, so that a crash loses the time since the last write unless boot or wall clock still know it.
 */
export function advance(state: TimeState, clocks: ClockReadings): TimeState {
  const { nowMs, wallAheadMs } = reckon(state, clocks);
  return {
    signedMs: state.signedMs,
    persistedMs: nowMs,
    bootId: clocks.bootId,
    sinceBootMs: clocks.sinceBootMs,
    wallAheadMs,
  };
}

/**
 * Takes a signed server time that answered a nonce of ours just now. The caller gives up on answers that take longer
 * than the clock tolerance, because a withheld answer is an old time.
 */
export function setFromServer(_state: TimeState, signedMs: number, clocks: ClockReadings): TimeState {
  return {
    signedMs,
    persistedMs: signedMs,
    bootId: clocks.bootId,
    sinceBootMs: clocks.sinceBootMs,
    wallAheadMs: Math.max(0, clocks.wallMs - signedMs),
  };
}

function reckon(state: TimeState, clocks: ClockReadings): { nowMs: number; wallAheadMs: number } {
  // After a restart the whole of the new boot has passed since the state was kept.
  const progressMs =
    clocks.bootId === state.bootId
      ? Math.max(0, clocks.sinceBootMs - state.sinceBootMs)
      : Math.max(0, clocks.sinceBootMs);
  const passedMs = Math.max(state.signedMs ?? 0, state.persistedMs + progressMs);

  const correctedWallMs = clocks.wallMs - state.wallAheadMs;
  if (correctedWallMs >= passedMs - CLOCK_TOLERANCE_MS) {
    const nowMs = Math.max(passedMs, correctedWallMs);
    // Small steps back are taken off the offset one by one, so that they never add up to a refutation.
    return { nowMs, wallAheadMs: Math.max(0, Math.min(state.wallAheadMs, clocks.wallMs - nowMs)) };
  }
  return { nowMs: Math.max(passedMs, clocks.wallMs), wallAheadMs: 0 };
}
