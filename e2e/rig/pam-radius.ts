import { spawnSync } from "node:child_process";
import { existsSync, globSync, mkdirSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";

const cache = join(import.meta.dirname, "..", "..", ".cache", "rig", "pam-radius");
const below = "lib/*/security/pam_radius_auth.so";

/**
 * Debian's pam_radius_auth, unpacked and never installed: its package would put itself into the PAM of the system that
 * the tests run on. Null: it is not there and cannot be fetched.
 */
export function pamRadiusModule(): string | null {
  const found = () => globSync(join(cache, below))[0] ?? globSync(join("/", below))[0] ?? null;
  if (found() === null && existsSync("/usr/bin/apt-get")) unpack();
  return found();
}

function unpack(): void {
  mkdirSync(join(cache, ".."), { recursive: true });
  const folder = mkdtempSync(`${cache}-`);
  const fetched = spawnSync("apt-get", ["download", "--quiet=2", "libpam-radius-auth"], {
    cwd: folder,
    stdio: "ignore",
    timeout: 60_000,
  });
  const [file] = globSync("*.deb", { cwd: folder });
  const unpacked =
    fetched.status === 0 &&
    file !== undefined &&
    spawnSync("dpkg-deb", ["-x", join(folder, file), join(folder, "root")]).status === 0;
  if (unpacked && !existsSync(cache)) renameSync(join(folder, "root"), cache);
  rmSync(folder, { recursive: true, force: true });
}
