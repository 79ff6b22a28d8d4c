// `npm test`: installs the Debian packages that are missing (as root), then runs every check and every test.
// Its last line is always `N passed, N failed, N skipped`; the exit status is 0 only when none failed.
// `npm test -- fast sim` runs the named stages alone: packages, checks, fast, sim, e2e.
import { checks, runCheck } from "./checks.ts";
import { debianPackages } from "./debian-packages.ts";
import { ensureDebianPackages } from "./system-packages.ts";
import { runVitest } from "./vitest-stage.ts";

const stageNames = ["packages", "checks", "fast", "sim", "e2e"] as const;
type StageName = (typeof stageNames)[number];

const startedAtMs = performance.now();
const chosen = process.argv.slice(2);
const unknown = chosen.filter((name) => !stageNames.some((known) => known === name));
if (unknown.length > 0) {
  process.stderr.write(`No stage is called ${unknown.join(", ")}. There are: ${stageNames.join(", ")}.\n`);
  process.exit(2);
}

const total = { passed: 0, failed: 0, skipped: 0 };
const skips: string[] = [];

await stage("packages", "Debian packages", installPackages);
await stage("checks", "Checks", runChecks);
await stage("fast", "Tests of packages and apps", () => runTests("fast"));
await stage("sim", "Simulation, fixed seeds", () => runTests("sim"));
await stage("e2e", "Tests on real parts", () => runTests("e2e"));

if (skips.length > 0) process.stdout.write(`\nSkipped:\n${skips.map((skip) => `  ${skip}\n`).join("")}`);
process.stdout.write(`\nThe whole run took ${seconds(startedAtMs)} s.\n`);
process.exitCode = total.failed === 0 && total.passed > 0 ? 0 : 1;
process.stdout.write(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped\n`);

async function stage(name: StageName, title: string, run: () => Promise<void>): Promise<void> {
  if (chosen.length > 0 && !chosen.includes(name)) return;
  const stageStartedAtMs = performance.now();
  process.stdout.write(`\n== ${title}\n`);
  await run();
  process.stdout.write(`== ${title}: ${seconds(stageStartedAtMs)} s\n`);
}

async function installPackages(): Promise<void> {
  const outcome = await ensureDebianPackages(debianPackages, (line) => process.stdout.write(`  ${line}\n`));
  if (outcome.kind === "present") {
    const told = outcome.installed.length === 0 ? "all present" : `installed ${outcome.installed.length}`;
    process.stdout.write(`  ${told}\n`);
    return;
  }
  for (const { name, why } of outcome.missing) process.stdout.write(`  without ${name}: ${why}\n`);
  if (outcome.kind === "missing") {
    process.stdout.write(`  ${outcome.advice}\n`);
    return;
  }
  process.stdout.write(`  The installation failed:\n${outcome.problem.replace(/^/gm, "    ")}\n`);
  total.failed += 1;
}

async function runChecks(): Promise<void> {
  for (const check of checks) {
    const outcome = await runCheck(check);
    total[outcome.kind] += 1;
    if (outcome.kind === "skipped") skips.push(`check ${check.name}: ${outcome.reason}`);
  }
}

async function runTests(project: "fast" | "sim" | "e2e"): Promise<void> {
  const tally = await runVitest(project);
  total.passed += tally.passed;
  total.failed += tally.failed;
  total.skipped += tally.skipped.length;
  for (const { test, reason } of tally.skipped) skips.push(`${test}: ${reason}`);
}

function seconds(sinceMs: number): string {
  return ((performance.now() - sinceMs) / 1000).toFixed(1);
}
