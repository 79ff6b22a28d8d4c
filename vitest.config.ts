import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    projects: [
      {
        // The inner loop: sources only, no real sshd, PAM or PostgreSQL cluster.
        test: {
          name: "fast",
          include: ["{packages,apps}/*/src/**/*.test.ts", "bench/**/*.test.ts", "scripts/**/*.test.ts"],
          testTimeout: 15_000,
        },
      },
      {
        // Whole enterprises from fixed seeds: minutes of simulated operations, so not part of the inner loop.
        test: {
          name: "sim",
          include: ["sim/**/*.test.ts"],
          testTimeout: 300_000,
        },
      },
      {
        // Real parts share ports, users and the PAM configuration folder of a test: one file at a time.
        test: {
          name: "e2e",
          include: ["e2e/{rig,src}/**/*.test.ts"],
          fileParallelism: false,
          testTimeout: 120_000,
          hookTimeout: 180_000,
        },
      },
    ],
  },
});
