import { join } from "node:path";
import { run } from "@holdfast/e2e/rig/process";
import { missing, type Need } from "@holdfast/e2e/rig/requirements";

export const repositoryRoot = join(import.meta.dirname, "..", "..");

/** What a measure needs of the machine, and the Debian packages that bring it. */
export type Needs = { readonly machine: readonly Need[]; readonly packages: readonly string[] };

export const pamNeeds: Needs = {
  machine: ["root", "namespaces", "gcc", "pam-headers", "pamtester"],
  packages: ["gcc", "make", "libc6-dev", "libpam0g-dev", "pamtester"],
};
export const networkNeeds: Needs = {
  machine: [...pamNeeds.machine, "ip", "tun"],
  packages: [...pamNeeds.packages, "iproute2"],
};
export const postgresNeeds: Needs = { machine: ["postgres"], packages: ["postgresql"] };

/** Null once everything is there; else why not. Installs what apt can bring, where this is root. */
export async function unmet({ machine, packages }: Needs): Promise<string | null> {
  if (missing(...machine) === null) return null;
  const script = join(repositoryRoot, "scripts", "install-packages.ts");
  const { code, stdout } = await run(process.execPath, [script, ...packages], { timeoutMs: 300_000 });
  const still = missing(...machine);
  if (still === null) return null;
  return code === 0 ? still : `${still}; ${stdout.trim()}`;
}
