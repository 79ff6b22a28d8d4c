import fc from "fast-check";
import { expect, test } from "vitest";
import { isPlaying, playingUser } from "./population.ts";

test("who plays is known from his number alone, and all who play are different people", () => {
  const sizes = fc
    .tuple(fc.integer({ min: 1, max: 3000 }), fc.integer({ min: 1, max: 3000 }))
    .map(([a, b]) => ({ users: Math.max(a, b), playing: Math.min(a, b) }));
  fc.assert(
    fc.property(sizes, (population) => {
      const players = new Set(
        Array.from({ length: population.playing }, (_, nth) => playingUser(population, nth)),
      );
      expect(players.size).toBe(population.playing);
      for (let user = 0; user < population.users; user++) {
        expect(isPlaying(population, user)).toBe(players.has(user));
      }
    }),
    { numRuns: 50 },
  );
});
