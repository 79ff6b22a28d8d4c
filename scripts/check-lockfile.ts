import { globSync, readFileSync } from "node:fs";
import path from "node:path";
import type { CheckOutcome } from "./check-outcome.ts";
import { repositoryRoot } from "./command.ts";

type DependencyFields = {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
};
export type LockEntry = DependencyFields & {
  readonly resolved?: string;
  readonly integrity?: string;
  readonly link?: boolean;
  readonly inBundle?: boolean;
};
export type Lockfile = { readonly packages: Readonly<Record<string, LockEntry>> };
/** package.json files by their folder ("" for the root). */
export type Manifests = Readonly<Record<string, DependencyFields>>;

/** package-lock.json names no download address, is complete for every platform, and agrees with package.json. */
export async function checkLockfile(): Promise<CheckOutcome> {
  const files = [
    "package.json",
    ...globSync("{apps/*,packages/*,sim,e2e,bench}/package.json", { cwd: repositoryRoot }),
  ];
  const manifests = Object.fromEntries(
    files.map((file) => [
      file === "package.json" ? "" : path.dirname(file),
      readJson<DependencyFields>(file),
    ]),
  );
  const lockfile = readJson<Lockfile>("package-lock.json");
  const problems = lockfileProblems(lockfile, manifests);
  if (problems.length > 0) return { kind: "failed", problems };
  return { kind: "passed", detail: `${Object.keys(lockfile.packages).length} entries` };
}

export function lockfileProblems(lockfile: Lockfile, manifests: Manifests): string[] {
  const entries = Object.entries(lockfile.packages);
  const problems: string[] = [];
  if (entries.length < 2) problems.push("package-lock.json lists no packages");
  for (const [place, entry] of entries) {
    const isDownloaded = place.includes("node_modules/") && entry.link !== true && entry.inBundle !== true;
    if (entry.resolved?.startsWith("http")) {
      problems.push(
        `${place} records a download address: keep omit-lockfile-registry-resolved=true in .npmrc`,
      );
    }
    if (isDownloaded && entry.integrity?.startsWith("sha512-") !== true) {
      problems.push(`${place} has no sha512 integrity`);
    }
    for (const name of Object.keys(entry.optionalDependencies ?? {})) {
      if (resolvePlace(lockfile, place, name) === null) {
        // npm leaves out what the registry did not have that day, and every later `npm ci` refuses.
        problems.push(
          `${place || "package.json"} needs ${name}, which the lockfile lacks: choose a version whose parts exist`,
        );
      }
    }
  }
  for (const [folder, manifest] of Object.entries(manifests)) {
    problems.push(...manifestProblems(folder, manifest, lockfile));
  }
  return problems;
}

function manifestProblems(folder: string, manifest: DependencyFields, lockfile: Lockfile): string[] {
  const file = path.posix.join(folder, "package.json");
  const locked = lockfile.packages[folder];
  if (locked === undefined) return [`${file} is not in package-lock.json: run npm install under Node 24`];
  const problems: string[] = [];
  for (const field of ["dependencies", "devDependencies", "optionalDependencies"] as const) {
    const declared = manifest[field] ?? {};
    for (const [name, version] of Object.entries(declared)) {
      if (!/^(npm:(@[\w-]+\/)?[\w.-]+@)?\d+\.\d+\.\d+$/.test(version)) {
        problems.push(`${file}: ${name} "${version}" is not one exact version`);
      }
    }
    const stable = (record: Readonly<Record<string, string>> = {}) =>
      JSON.stringify(Object.entries(record).sort());
    if (stable(declared) !== stable(locked[field])) {
      problems.push(`${file}: its ${field} differ from package-lock.json: run npm install under Node 24`);
    }
  }
  return problems;
}

/** Node's own search, upwards through node_modules. */
function resolvePlace(lockfile: Lockfile, from: string, name: string): string | null {
  for (let folder = from; ; ) {
    const place = path.posix.join(folder, "node_modules", name);
    if (lockfile.packages[place] !== undefined) return place;
    if (folder === "") return null;
    const parent = path.posix.dirname(folder);
    folder = parent === "." ? "" : parent;
  }
}

function readJson<T>(file: string): T {
  return JSON.parse(readFileSync(path.join(repositoryRoot, file), "utf8")) as T;
}
