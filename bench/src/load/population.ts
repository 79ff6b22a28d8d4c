import { createHash } from "node:crypto";
import { referenceHotp } from "@holdfast/e2e/rig/reference-hotp";

/** The users of a benchmark: known to whoever fills a store and to whoever plays them, without a list. */
export type Population = {
  /** How many there are in the store. */
  readonly users: number;
  /** How many of them sign in, spread evenly over all. */
  readonly playing: number;
};

/** The number of the nth user who signs in. */
export function playingUser({ users, playing }: Population, nth: number): number {
  return Math.floor(((nth % playing) * users) / playing);
}

export function isPlaying(population: Population, user: number): boolean {
  const nth = Math.ceil((user * population.playing) / population.users);
  return nth < population.playing && playingUser(population, nth) === user;
}

export function userName(user: number): string {
  return `user-${`${user}`.padStart(7, "0")}`;
}

/** 160 bits, as RFC 4226 §4 recommends. */
export function tokenSecret(user: number): Buffer {
  return createHash("sha1").update(`bench token ${user}`).digest();
}

export function code(user: number, counter: number): string {
  return referenceHotp({ secret: tokenSecret(user) }, counter);
}
