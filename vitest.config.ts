import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    projects: [
      {
        // The inner loop: sources only, no real sshd, PAM or PostgreSQL cluster.
        test: {
          name: "fast",
          include: ["{packages,apps}/*/src/**/*.test.ts", "sim/src/**/*.test.ts", "scripts/**/*.test.ts"],
          testTimeout: 15_000,
        },
      },
      {
        // Real parts share ports, users and the PAM configuration folder of a test: one file at a time.
        test: {
          name: "e2e",
          include: ["e2e/src/**/*.test.ts"],
          fileParallelism: false,
          testTimeout: 120_000,
          hookTimeout: 180_000,
        },
      },
    ],
  },
});
