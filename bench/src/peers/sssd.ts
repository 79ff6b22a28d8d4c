import { existsSync } from "node:fs";
import { cp, mkdir, readdir, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createMachine, type Machine } from "@holdfast/e2e/rig/machine";
import { freePort } from "@holdfast/e2e/rig/ports";
import { type Child, run, runOk } from "@holdfast/e2e/rig/process";

/** A machine whose SSSD knows one user from slapd and whose slapd is gone since his only sign-in. */
export interface OfflineSssd extends AsyncDisposable {
  readonly machine: Machine;
  readonly service: string;
  readonly user: string;
  readonly password: string;
  readonly version: string;
}

export type SssdStart =
  | { readonly kind: "ready"; readonly sssd: OfflineSssd }
  | { readonly kind: "impossible"; readonly why: string };

/**
 * SSSD 2 and slapd out of Debian's packages, unpacked and never installed: they lie over /usr in a mount namespace, so
 * the system's PAM and name services stay as they are.
 */
export async function startOfflineSssd(say: (line: string) => void): Promise<SssdStart> {
  const unpacked = await unpackedPackages(say);
  if (typeof unpacked === "string") return { kind: "impossible", why: unpacked };
  await using stack = new AsyncDisposableStack();
  const machine = stack.use(await createMachine());
  const overlay = await machine.run("mount", [
    ...["-t", "overlay", "overlay", "-o", `lowerdir=${unpacked.root}/usr:/usr`, "/usr"],
  ]);
  if (overlay.code !== 0) {
    return { kind: "impossible", why: `overlay mounts do not work here: ${overlay.stderr.trim()}` };
  }
  await machine.runOk("sh", ["-euc", varLibScript, "sh", machine.directory, unpacked.root]);

  const port = await freePort();
  const slapd = stack.use(await startSlapd(machine, unpacked.root, port));
  await machine.writeEtc("sssd/sssd.conf", sssdConfiguration(port), 0o600);
  await machine.runOk("mkdir", ["-p", "/run/sssd", "/var/log/sssd"]);
  await machine.writePamService(service, "auth required pam_sss.so\naccount required pam_permit.so\n");
  const sssd = stack.use(await machine.start("sssd", ["-i", "--logger=stderr"]));
  await waitUntilSignedIn(machine, sssd);
  await slapd.kill();
  // The first attempt finds the server gone and marks the domain offline.
  await signInOnce(machine);
  const resources = stack.move();
  return {
    kind: "ready",
    sssd: {
      machine,
      service,
      user,
      password,
      version: unpacked.version,
      [Symbol.asyncDispose]: () => resources.disposeAsync(),
    },
  };
}

const service = "bench-sss";
const user = "alice";
const password = "correct horse battery staple";

/** What sssd-ldap and slapd need beyond a Debian with PAM, ldap-utils left out. */
const packages = [
  ...["sssd-common", "sssd-ldap", "sssd-krb5-common", "libpam-sss", "slapd", "libltdl7", "libodbc2"],
  ...["libbasicobjects0", "libc-ares2", "libcollection4", "libdhash1", "libpath-utils1", "libref-array1"],
  ...["libini-config5", "liblmdb0", "libtalloc2", "libtdb1", "libtevent0", "libldb2", "libnl-3-200"],
  ...["libnl-route-3-200", "libpopt0", "libsss-idmap0", "libsss-nss-idmap0", "libsss-certmap0"],
];

type Unpacked = { readonly root: string; readonly version: string };

async function unpackedPackages(say: (line: string) => void): Promise<Unpacked | string> {
  if (!existsSync("/usr/bin/apt-get")) return "needs Debian's apt-get, which fetches SSSD and slapd";
  const cache = join(import.meta.dirname, "..", "..", "..", ".cache", "bench", "sssd");
  const root = join(cache, "root");
  if (!existsSync(join(cache, "unpacked"))) {
    say("fetching SSSD and slapd (5 MB), unpacked beside the system");
    const problem = await unpack(cache, root);
    if (problem !== null) return problem;
  }
  const names = await readdir(join(cache, "debs"));
  const version = names.find((name) => name.startsWith("sssd-common_"))?.split("_")[1] ?? "unknown";
  return { root, version };
}

async function unpack(cache: string, root: string): Promise<string | null> {
  const debs = join(cache, "debs");
  await mkdir(debs, { recursive: true });
  await mkdir(root, { recursive: true });
  // apt complains, on stderr alone, that its own user may not write here.
  const fetch = () => run("apt-get", ["download", ...packages], { cwd: debs, timeoutMs: 120_000 });
  let fetched = await fetch();
  if (fetched.code !== 0) {
    await run("apt-get", ["update"], { timeoutMs: 120_000 });
    fetched = await fetch();
  }
  if (fetched.code !== 0) return `apt-get download failed: ${lastLine(fetched.stderr)}`;
  for (const name of await readdir(debs)) await runOk("dpkg-deb", ["-x", join(debs, name), root]);
  // /lib is a link to usr/lib on the machine that this will lie over.
  if ((await stat(join(root, "lib")).catch(() => null)) !== null) {
    await cp(join(root, "lib"), join(root, "usr", "lib"), { recursive: true, verbatimSymlinks: true });
  }
  await writeFile(join(cache, "unpacked"), "");
  return null;
}

/** $1 the machine's directory, $2 the unpacked packages: /var/lib gets their folders over the system's. */
const varLibScript = `
mkdir -p "$1/var-lib" "$1/var-lib-work"
mount -t overlay overlay -o "lowerdir=$2/var/lib:/var/lib,upperdir=$1/var-lib,workdir=$1/var-lib-work" /var/lib
`;

async function startSlapd(machine: Machine, root: string, port: number): Promise<Child> {
  const place = join(machine.directory, "slapd");
  await mkdir(join(place, "db"), { recursive: true });
  const schemas = ["core", "cosine", "nis"].map((name) => `include ${root}/etc/ldap/schema/${name}.schema`);
  const configuration = join(place, "slapd.conf");
  await writeFile(configuration, [...schemas, ...slapdLines, `directory ${place}/db`, ""].join("\n"));
  await writeFile(join(place, "people.ldif"), people);
  await machine.runOk("slapadd", ["-f", configuration, "-l", join(place, "people.ldif")]);
  const slapd = await machine.start("slapd", [
    "-d",
    "stats",
    "-f",
    configuration,
    "-h",
    `ldap://127.0.0.1:${port}`,
  ]);
  await slapd.waitForOutput("slapd starting");
  return slapd;
}

async function waitUntilSignedIn(machine: Machine, sssd: Child): Promise<void> {
  const giveUpMs = performance.now() + 20_000;
  for (;;) {
    const problem = await signInOnce(machine);
    if (problem === null) return;
    if (performance.now() > giveUpMs || sssd.exit !== null) {
      throw new Error(`SSSD lets nobody in: ${problem}\n${sssd.output}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
}

async function signInOnce(machine: Machine): Promise<string | null> {
  const input = `${password}\n`;
  const { code, stdout, stderr } = await machine.run("pamtester", [service, user, "authenticate"], { input });
  return code === 0 ? null : lastLine(stdout + stderr);
}

function lastLine(text: string): string {
  return text.trim().split("\n").at(-1) ?? "";
}

const slapdLines = [
  "modulepath /usr/lib/ldap",
  "moduleload back_mdb",
  "database mdb",
  'suffix "dc=example,dc=org"',
  'rootdn "cn=admin,dc=example,dc=org"',
  "access to * by * read",
];

const people = `dn: dc=example,dc=org
objectClass: dcObject
objectClass: organization
o: Example
dc: example

dn: uid=${user},dc=example,dc=org
objectClass: account
objectClass: posixAccount
objectClass: simpleSecurityObject
uid: ${user}
cn: ${user}
uidNumber: 5001
gidNumber: 5001
homeDirectory: /nonexistent
userPassword: ${password}
`;

/** Offline there is no TLS to compare, so the one online sign-in goes without. */
function sssdConfiguration(port: number): string {
  return `[sssd]
services = pam
domains = example
[pam]
[domain/example]
id_provider = ldap
auth_provider = ldap
access_provider = permit
ldap_uri = ldap://127.0.0.1:${port}
ldap_search_base = dc=example,dc=org
ldap_id_use_start_tls = false
ldap_auth_disable_tls_never_use_in_production = true
cache_credentials = true
`;
}
