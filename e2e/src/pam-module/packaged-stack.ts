import { copyFile, mkdir, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Machine } from "../../rig/machine.ts";
import { runOk } from "../../rig/process.ts";
import { built, moduleDirectory, packagedStackDirectory, referencePage } from "./module-build.ts";

/**
 * Puts pam_holdfast.so among the machine's PAM modules and the packaged stack into its /etc/pam.d, unchanged.
 * Services include it as docs/reference/pam-module.md says.
 */
export async function installPamModule(machine: Machine): Promise<void> {
  await built("pam_holdfast.so");
  const root = join(machine.directory, "installed");
  await runOk("make", ["--silent", "-C", moduleDirectory, "install", `DESTDIR=${root}`]);
  const installed = (await runOk("find", [root, "-name", "pam_holdfast.so"])).stdout.trim();
  const modules = dirname(installed).slice(root.length);
  await runOk("cp", ["--archive", "--no-clobber", `${modules}/.`, dirname(installed)]);
  await machine.runOk("mount", ["--bind", dirname(installed), modules]);
  await mkdir(join(machine.etc, "pam.d"), { recursive: true });
  for (const name of ["holdfast-auth", "holdfast-account"]) {
    await copyFile(join(packagedStackDirectory, name), join(machine.etc, "pam.d", name));
  }
}

/** Where the agent's default socket lies, seen from outside the machine. */
export async function agentSocket(machine: Machine): Promise<string> {
  await machine.runOk("mkdir", ["-p", "-m", "755", "/run/holdfast"]);
  return `/proc/${machine.pid}/root/run/holdfast/pam.sock`;
}

/** /etc/pam.d/`name` as the reference page tells administrators to write it, and a session. */
export async function documentedService(name: "sshd" | "su" | "sudo"): Promise<string> {
  const page = await readFile(referencePage, "utf8");
  const block = page.split(`\n**${name}**`)[1]?.split("\n```\n")[1];
  if (block === undefined) throw new Error(`the reference page shows no stack for ${name}`);
  return `${block}\nsession required pam_permit.so\n`;
}
