import { existsSync, globSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { cruise, type ICruiseOptions, type ICruiseResult } from "dependency-cruiser";
import extractTSConfig from "dependency-cruiser/config-utl/extract-ts-config";
import type { CheckOutcome } from "./check-outcome.ts";
import { repositoryRoot } from "./command.ts";

const rooms = ["apps", "packages", "sim", "e2e", "bench", "scripts"];

/** The import directions of .dependency-cruiser.cjs hold in this checkout. */
export async function checkImports(): Promise<CheckOutcome> {
  return importDirections(repositoryRoot);
}

/**
 * Cruises every TypeScript file under `root`. A cruise that examined fewer files than there are proves nothing
 * and fails: dependency-cruiser passes over TypeScript silently when it cannot load a compiler it knows.
 */
export async function importDirections(root: string): Promise<CheckOutcome> {
  const configuration = createRequire(import.meta.url)(path.join(repositoryRoot, ".dependency-cruiser.cjs"));
  const present = rooms.filter((room) => existsSync(path.join(root, room)));
  const sources = present.flatMap((room) =>
    globSync(`${room}/**/*.{ts,tsx,mjs}`, {
      cwd: root,
      exclude: ["**/node_modules/**", "**/dist/**", "apps/*/dist.*/**"],
    }),
  );
  const options: ICruiseOptions = {
    ...configuration.options,
    baseDir: root,
    validate: true,
    ruleSet: { forbidden: configuration.forbidden },
  };
  const { output } = await cruise(present, options, configuration.options.enhancedResolveOptions, {
    tsConfig: extractTSConfig(path.join(repositoryRoot, "tsconfig.base.json")),
  });
  const result = output as ICruiseResult;
  const examined = new Set(result.modules.map((module) => module.source));
  const overlooked = sources.filter((source) => !examined.has(source));
  if (sources.length === 0 || overlooked.length > 0) {
    const what = sources.length === 0 ? "no source file" : `not ${overlooked.slice(0, 10).join(", ")}`;
    return { kind: "failed", problems: [`the import check examined ${what}: it proves nothing`] };
  }
  const problems = result.summary.violations.map((violation) => {
    const rule = configuration.forbidden.find((each: { name: string }) => each.name === violation.rule.name);
    const way = violation.cycle?.map((step) => step.name).join(" → ") ?? violation.to;
    return `${violation.from} → ${way}\n  ${violation.rule.name}: ${rule?.comment ?? ""}`;
  });
  if (problems.length > 0) return { kind: "failed", problems };
  return {
    kind: "passed",
    detail: `${sources.length} files, ${result.summary.totalDependenciesCruised ?? 0} imports`,
  };
}
