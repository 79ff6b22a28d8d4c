import { spawnSync } from "node:child_process";
import { accessSync, closeSync, constants, existsSync, globSync, openSync } from "node:fs";
import { delimiter, join } from "node:path";
import { describe } from "vitest";
import { pamRadiusModule } from "./pam-radius.ts";

/** What a test may need of the machine it runs on. */
export type Need =
  | "root"
  | "namespaces"
  | "gcc"
  | "make"
  | "pam-headers"
  | "pamtester"
  | "oathtool"
  | "sshd"
  | "ssh"
  | "sudo"
  | "su"
  | "ip"
  | "tun"
  | "postgres"
  | "faketime"
  | "chromium"
  | "openssl"
  | "freeradius"
  | "haproxy"
  | "pam-radius"
  | "radclient";

/** Everything that signing in through PAM on a machine of the test's own takes. */
export const pamNeeds: readonly Need[] = ["root", "namespaces", "gcc", "pam-headers", "pamtester"];
/** A machine with a network of its own, besides `pamNeeds`. */
export const networkNeeds: readonly Need[] = ["root", "namespaces", "gcc", "ip", "tun"];

/** Why a test cannot run here, in one line, or `null` when nothing is missing. */
export function missing(...needs: readonly Need[]): string | null {
  const reasons = needs.map((need) => checks[need]()).filter((reason) => reason !== null);
  return reasons.length === 0 ? null : `needs ${reasons.join("; ")}`;
}

/** `describe` where the needs are met; elsewhere the reason is printed and stands in the skipped suite's name. */
export function describeWhere(needs: readonly Need[], name: string, body: () => void): void {
  const reason = missing(...needs);
  if (reason === null) {
    describe(name, body);
    return;
  }
  console.warn(`skipped: ${name}: ${reason}`);
  describe.skip(`${name} [skipped: ${reason}]`, body);
}

/** The path of a program, looked up as root's shell would. */
export function findProgram(name: string, ...further: readonly string[]): string | null {
  const directories = [...(process.env.PATH ?? "").split(delimiter), "/usr/sbin", "/sbin", ...further];
  for (const directory of directories) {
    const path = join(directory, name);
    if (directory !== "" && isExecutable(path)) return path;
  }
  return null;
}

/** Debian keeps the server's programs out of PATH. */
export function postgresProgram(name: "initdb" | "postgres" | "psql"): string | null {
  const debian = globSync("/usr/lib/postgresql/*/bin").sort().reverse();
  for (const directory of debian) {
    const path = join(directory, name);
    if (isExecutable(path)) return path;
  }
  return findProgram(name);
}

export function faketimeLibrary(): string | null {
  return globSync("/usr/lib/*/faketime/libfaketimeMT.so.1")[0] ?? null;
}

const checks: Record<Need, () => string | null> = {
  root: () => (process.getuid?.() === 0 ? null : "root"),
  namespaces: () => (canMakeNamespaces() ? null : "the right to make namespaces (CAP_SYS_ADMIN)"),
  gcc: () => program("gcc", "gcc"),
  make: () => program("make", "make"),
  "pam-headers": () =>
    existsSync("/usr/include/security/pam_modules.h") ? null : "PAM headers (Debian: libpam0g-dev)",
  pamtester: () => program("pamtester", "pamtester"),
  oathtool: () => program("oathtool", "oathtool"),
  sshd: () => program("sshd", "openssh-server"),
  ssh: () => program("ssh", "openssh-client"),
  sudo: () => program("sudo", "sudo"),
  su: () => program("su", "util-linux"),
  ip: () => program("ip", "iproute2"),
  tun: () => (canOpen("/dev/net/tun") ? null : "/dev/net/tun"),
  openssl: () => program("openssl", "openssl"),
  freeradius: () =>
    existsSync("/usr/lib/freeradius/rlm_rest.so")
      ? program("freeradius", "freeradius")
      : "FreeRADIUS with rlm_rest (Debian: freeradius, freeradius-rest)",
  "pam-radius": () =>
    pamRadiusModule() === null ? "pam_radius_auth, which apt-get fetches (Debian: libpam-radius-auth)" : null,
  haproxy: () => program("haproxy", "haproxy"),
  radclient: () => program("radclient", "freeradius-utils"),
  chromium: () => program("chromium", "chromium"),
  postgres: () => (postgresProgram("initdb") === null ? "PostgreSQL's initdb (Debian: postgresql)" : null),
  faketime: () => (faketimeLibrary() === null ? "libfaketime (Debian: faketime)" : null),
};

function program(name: string, debianPackage: string): string | null {
  return findProgram(name) === null ? `${name} (Debian: ${debianPackage})` : null;
}

/** Containers have root without it. */
function canMakeNamespaces(): boolean {
  const probe = spawnSync("unshare", ["--mount", "--uts", "--net", "true"], { stdio: "ignore" });
  return probe.status === 0;
}

function canOpen(path: string): boolean {
  try {
    closeSync(openSync(path, "r+"));
    return true;
  } catch {
    return false;
  }
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
