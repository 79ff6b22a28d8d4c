/**
 * Which test files belong to which project of Vitest. A check fails for a test file that none of these finds:
 * it would never run.
 */
export const testProjects = {
  /** The inner loop: no real sshd, PAM or network faults. */
  fast: ["{packages,apps}/*/src/**/*.test.ts", "bench/**/*.test.ts", "scripts/**/*.test.ts"],
  /** Whole enterprises from fixed seeds: minutes of simulated operations. */
  sim: ["sim/**/*.test.ts"],
  /** Real parts, which share ports, users and the machine's PAM: one file at a time. */
  e2e: ["e2e/**/*.test.ts", "{packages,apps}/*/src/**/*.process.test.ts"],
};

/** Tests beside their source that start whole programs take seconds: they run with e2e, by this name. */
export const outsideTheInnerLoop = ["**/*.process.test.ts"];
