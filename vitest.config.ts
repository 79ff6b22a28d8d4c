import { availableParallelism } from "node:os";
import { join } from "node:path";
import { configDefaults, defineConfig } from "vitest/config";
import { outsideTheInnerLoop, testProjects } from "./scripts/test-projects.ts";

// Tests start servers, agents and threads from their TypeScript: compiled once and kept, each costs half.
process.env.NODE_COMPILE_CACHE ??= join(import.meta.dirname, "node_modules", ".cache", "compiled");

export default defineConfig({
  test: {
    // By itself Vitest leaves one core to its main process, which idles: on two cores that is half of the machine.
    maxWorkers: availableParallelism(),
    projects: [
      {
        test: {
          name: "fast",
          include: testProjects.fast,
          exclude: [...configDefaults.exclude, ...outsideTheInnerLoop],
          testTimeout: 15_000,
          // Each file in modules of its own cost more than all of the tests. A test leaves nothing behind in a module.
          isolate: false,
        },
      },
      { test: { name: "sim", include: testProjects.sim, testTimeout: 300_000 } },
      {
        test: {
          name: "e2e",
          include: testProjects.e2e,
          fileParallelism: false,
          testTimeout: 120_000,
          hookTimeout: 180_000,
          // Real parts answer when the machine lets them: Vitest's one second is nobody's promise.
          expect: { poll: { timeout: 20_000 } },
        },
      },
    ],
  },
});
