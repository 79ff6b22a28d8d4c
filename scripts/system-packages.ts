import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { runCommand } from "./command.ts";
import type { DebianPackage } from "./debian-packages.ts";
import { withoutServiceStarts } from "./policy-rc.ts";

export type SystemPackages =
  | { readonly kind: "present"; readonly installed: readonly string[] }
  | { readonly kind: "missing"; readonly missing: readonly DebianPackage[]; readonly advice: string }
  | { readonly kind: "failed"; readonly missing: readonly DebianPackage[]; readonly problem: string };

/**
 * Installs what is missing where this is root on a machine with apt; elsewhere says what a person would type.
 * No service starts, nothing is removed, and no package whose scripts call pam-auth-update goes in.
 */
export async function ensureDebianPackages(
  wanted: readonly DebianPackage[],
  say: (line: string) => void,
): Promise<SystemPackages> {
  const hasDpkg = existsSync("/usr/bin/dpkg-query") && existsSync("/usr/bin/apt-get");
  const missing = hasDpkg ? await missingPackages(wanted) : wanted;
  if (missing.length === 0) return { kind: "present", installed: [] };
  const names = missing.map((wantedPackage) => wantedPackage.name);
  if (!hasDpkg) {
    return {
      kind: "missing",
      missing,
      advice: `This is not a Debian system, so npm test cannot install: ${names.join(", ")}.`,
    };
  }
  if (process.getuid?.() !== 0) {
    return {
      kind: "missing",
      missing,
      advice: `To prove these too, run once: sudo apt-get install --no-install-recommends ${names.join(" ")}`,
    };
  }
  say(`installing ${names.join(", ")}`);
  const problem =
    (await installPackages(names, say)) ??
    stillMissing((await missingPackages(missing)).map(({ name }) => name));
  return problem === null ? { kind: "present", installed: names } : { kind: "failed", missing, problem };
}

function stillMissing(names: readonly string[]): string | null {
  return names.length === 0 ? null : `apt reported success, but ${names.join(", ")} is not installed`;
}

/** Names in the order of `wanted`, of those dpkg does not report as installed. */
export async function missingPackages(wanted: readonly DebianPackage[]): Promise<DebianPackage[]> {
  const query = await runCommand("dpkg-query", [
    "-W",
    // biome-ignore lint/suspicious/noTemplateCurlyInString: dpkg-query's own format language
    "-f=${Package} ${db:Status-Status}\n",
    ...wanted.map((wantedPackage) => wantedPackage.name),
  ]);
  const installed = new Set(
    query.output.split("\n").flatMap((line) => (line.endsWith(" installed") ? [line.split(" ")[0]] : [])),
  );
  return wanted.filter((wantedPackage) => !installed.has(wantedPackage.name));
}

/** Package names that `apt-get -s` says it would remove: an installation for tests must not remove anything. */
export function removalsIn(simulation: string): string[] {
  return simulation.split("\n").flatMap((line) => {
    const removal = /^Remv (\S+)/.exec(line);
    return removal?.[1] === undefined ? [] : [removal[1]];
  });
}

async function installPackages(
  names: readonly string[],
  say: (line: string) => void,
): Promise<string | null> {
  const options = ["-y", "--no-install-recommends", "--no-remove", "-o", "DPkg::Lock::Timeout=300"];
  const plan = await withFreshLists(say, () =>
    runCommand("apt-get", ["-s", "install", ...options, ...names], { env: aptEnvironment() }),
  );
  if (plan.status !== 0) return lastLines(plan.output);
  const removals = removalsIn(plan.output);
  if (removals.length > 0) return `apt would remove ${removals.join(", ")}; install the packages by hand`;
  return inDownloadFolder(async (downloads) => {
    const intoFolder = ["-o", `Dir::Cache::archives=${downloads}`];
    const fetched = await withFreshLists(say, () =>
      runCommand("apt-get", ["--download-only", "install", ...options, ...intoFolder, ...names], {
        env: aptEnvironment(),
        onLine: (line) => line.startsWith("Need to get") && say(line),
      }),
    );
    if (fetched.status !== 0) return lastLines(fetched.output);
    const editors = await packagesThatEditPam(debFiles(downloads));
    if (editors.length > 0) {
      return `${editors.join(", ")} would run pam-auth-update and so edit this system's PAM; not installed`;
    }
    const before = pamFingerprint();
    const installed = await withoutServiceStarts(() =>
      runCommand(
        "apt-get",
        ["install", ...options, ...intoFolder, "-o", "Dpkg::Options::=--force-confold", ...names],
        { env: aptEnvironment(), onLine: (line) => line.startsWith("Setting up") && say(line) },
      ),
    );
    if (installed.status !== 0) return lastLines(installed.output);
    return pamFingerprint() === before ? null : "the installation changed /etc/pam.d/common-*";
  });
}

/** Runs once as things are; only when that fails refreshes apt's lists and tries again. */
async function withFreshLists<T extends { status: number }>(
  say: (line: string) => void,
  attempt: () => Promise<T>,
): Promise<T> {
  const first = await attempt();
  if (first.status === 0) return first;
  say("refreshing apt's package lists");
  await runCommand("apt-get", ["update", "-o", "DPkg::Lock::Timeout=300"], { env: aptEnvironment() });
  return attempt();
}

async function packagesThatEditPam(files: readonly string[]): Promise<string[]> {
  const editors: string[] = [];
  for (const file of files) {
    const control = mkdtempSync(path.join(tmpdir(), "holdfast-deb-"));
    try {
      await runCommand("dpkg-deb", ["-e", file, control]);
      const scripts = ["preinst", "postinst"].map((name) => path.join(control, name)).filter(existsSync);
      if (scripts.some((script) => readFileSync(script, "utf8").includes("pam-auth-update"))) {
        editors.push(path.basename(file).split("_")[0] ?? file);
      }
    } finally {
      rmSync(control, { recursive: true });
    }
  }
  return editors;
}

function pamFingerprint(): string {
  const hash = createHash("sha256");
  for (const name of readdirSync("/etc/pam.d").sort()) {
    if (name.startsWith("common-")) hash.update(name).update(readFileSync(path.join("/etc/pam.d", name)));
  }
  return hash.digest("hex");
}

async function inDownloadFolder<T>(action: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(path.join(tmpdir(), "holdfast-apt-"));
  mkdirSync(path.join(folder, "partial"));
  try {
    return await action(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function debFiles(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith(".deb"))
    .map((name) => path.join(folder, name));
}

function aptEnvironment(): NodeJS.ProcessEnv {
  return { ...process.env, DEBIAN_FRONTEND: "noninteractive", LC_ALL: "C" };
}

function lastLines(output: string): string {
  return output.trim().split("\n").slice(-8).join("\n");
}
