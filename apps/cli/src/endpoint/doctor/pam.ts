import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { commandLine } from "../../frame/shell-words.ts";
import { statOf } from "./files.ts";
import type { Finding } from "./finding.ts";
import { bad, good } from "./finding.ts";

export type PamPlaces = {
  readonly pamDirectory: string;
  /** Null: searched where Linux distributions keep PAM modules. */
  readonly module: string | null;
  /** The agent's socket; the module must be told where it is, if not at its default. */
  readonly socket: string;
  readonly sshdConfiguration: string;
  readonly groupFile: string;
};

const guide = "docs/reference/pam-module.md says how.";
const stacks = ["holdfast-auth", "holdfast-account"] as const;
const defaultSocket = "/run/holdfast/pam.sock";

/** Is PAM set up: module, stacks, a service that uses them, sshd that lets prompts through? */
export async function checkPam(places: PamPlaces): Promise<readonly Finding[]> {
  const [module, ...rest] = await Promise.all([
    checkModule(places.module),
    ...stacks.map((stack) => checkStack(places, stack)),
    checkServices(places.pamDirectory),
  ]);
  const sshd = await checkSshd(places);
  return [module as Finding, ...rest, ...sshd, await checkBreakGlass(places.groupFile)];
}

async function checkModule(given: string | null): Promise<Finding> {
  const title = "PAM module";
  const found =
    given === null ? await searchModule() : typeof (await statOf(given)) === "string" ? null : given;
  if (found !== null) return good("pam-module", title, `${found} is there.`);
  const detail = `pam_holdfast.so is not ${given === null ? "in any of the system's PAM folders" : `at ${given}`}; PAM refuses everybody who signs in by a stack that names it.`;
  return bad("error", "pam-module", title, detail, "make -C native/pam install");
}

async function searchModule(): Promise<string | null> {
  for (const library of ["/usr/lib", "/lib", "/usr/lib64", "/lib64", "/usr/local/lib"]) {
    const folders = await readdir(library).catch(() => []);
    for (const folder of ["", ...folders]) {
      const candidate = path.join(library, folder, "security", "pam_holdfast.so");
      if (typeof (await statOf(candidate)) !== "string") return candidate;
    }
  }
  return null;
}

async function checkStack(
  { pamDirectory, socket }: PamPlaces,
  stack: (typeof stacks)[number],
): Promise<Finding> {
  const file = path.join(pamDirectory, stack);
  const title = `PAM stack ${stack}`;
  const text = await readFile(file, "utf8").catch(() => null);
  if (text === null) {
    const detail = `${file} is not there.`;
    return bad("error", "pam-stack", title, detail, commandLine("cp", `deploy/pam/${stack}`, file));
  }
  const lines = rules(text).filter((line) => /\bpam_holdfast\.so\b/.test(line));
  if (lines.length === 0) {
    return bad(
      "error",
      "pam-stack",
      title,
      `${file} does not name pam_holdfast.so.`,
      commandLine("cp", `deploy/pam/${stack}`, file),
    );
  }
  const told = lines.map((line) => /\bsocket=(\S+)/.exec(line)?.[1] ?? defaultSocket);
  const other = told.find((one) => one !== socket);
  if (other !== undefined) {
    const detail = `${file} points at ${other}, but this agent's socket is ${socket}.`;
    return bad(
      "error",
      "pam-stack",
      title,
      detail,
      `Write socket=${socket} behind pam_holdfast.so in ${file}.`,
    );
  }
  if (!lines.some((line) => /\bdefault=die\b/.test(line))) {
    const detail = `${file} was changed: what pam_holdfast.so says no longer ends the stack, so a refusal may be passed over.`;
    return bad("error", "pam-stack", title, detail, commandLine("cp", `deploy/pam/${stack}`, file));
  }
  return good("pam-stack", title, `${file} asks the agent at ${socket}, and ends where it refuses.`);
}

async function checkServices(pamDirectory: string): Promise<Finding> {
  const title = "Services that use Holdfast";
  const users: string[] = [];
  const halves: string[] = [];
  for (const service of await readdir(pamDirectory).catch(() => [])) {
    if (stacks.some((stack) => service === stack)) continue;
    const text = await readFile(path.join(pamDirectory, service), "utf8").catch(() => "");
    const uses = stacks.map((stack) => rules(text).some((line) => new RegExp(`\\b${stack}\\b`).test(line)));
    if (uses.every(Boolean)) users.push(service);
    else if (uses.some(Boolean)) halves.push(service);
  }
  if (halves.length > 0) {
    const detail = `${halves.join(", ")} in ${pamDirectory} includes only one of ${stacks.join(" and ")}: without the account stack, ssh keys of a disabled user still open.`;
    return bad("warning", "pam-services", title, detail, guide);
  }
  if (users.length === 0) {
    const detail = `No service in ${pamDirectory} includes ${stacks.join(" and ")} yet; so nobody signs in by Holdfast.`;
    return bad("warning", "pam-services", title, detail, guide);
  }
  return good("pam-services", title, `${users.sort().join(", ")}.`);
}

/** sshd reads its own settings; only those of the main file and its drop-ins are looked at, first one wins. */
async function checkSshd({ pamDirectory, sshdConfiguration }: PamPlaces): Promise<readonly Finding[]> {
  const service = await readFile(path.join(pamDirectory, "sshd"), "utf8").catch(() => "");
  if (!rules(service).some((line) => /\bholdfast-auth\b/.test(line))) return [];
  const title = "sshd's settings";
  const main = await readFile(sshdConfiguration, "utf8").catch(() => null);
  if (main === null) {
    const detail = `${sshdConfiguration} cannot be read.`;
    return [bad("info", "sshd", title, detail, "sudo holdfast doctor")];
  }
  const dropIns = path.join(path.dirname(sshdConfiguration), "sshd_config.d");
  const names = (await readdir(dropIns).catch(() => [])).filter((name) => name.endsWith(".conf")).sort();
  const texts = await Promise.all(
    names.map((name) => readFile(path.join(dropIns, name), "utf8").catch(() => "")),
  );
  const settings = (/^\s*include\b/im.test(main) ? [...texts, main] : [main]).join("\n");
  const usesPam = setting(settings, "UsePAM") ?? "no";
  const keyboard =
    setting(settings, "KbdInteractiveAuthentication") ??
    setting(settings, "ChallengeResponseAuthentication") ??
    "yes";
  if (usesPam !== "yes") {
    const detail = `${sshdConfiguration} does not say UsePAM yes: sshd asks neither PAM nor Holdfast.`;
    return [bad("error", "sshd", title, detail, "Set UsePAM yes, then: systemctl reload ssh")];
  }
  if (keyboard !== "yes") {
    const detail = `KbdInteractiveAuthentication is ${keyboard}: sshd asks one line only, password and code together.`;
    return [
      bad(
        "warning",
        "sshd",
        title,
        detail,
        "Set KbdInteractiveAuthentication yes, then: systemctl reload ssh",
      ),
    ];
  }
  return [good("sshd", title, "UsePAM and KbdInteractiveAuthentication are on: prompts come one by one.")];
}

async function checkBreakGlass(groupFile: string): Promise<Finding> {
  const title = "Break-glass group";
  const text = await readFile(groupFile, "utf8").catch(() => "");
  const members = /^holdfast-breakglass:[^:]*:[^:]*:(.*)$/m.exec(text)?.[1];
  if (members)
    return good(
      "break-glass",
      title,
      `Sign in at a console with the local password while the agent is away: ${members}.`,
    );
  const detail =
    "Nobody can sign in at a console while the agent is away: the group holdfast-breakglass has no member.";
  const next =
    members === undefined
      ? "groupadd --system holdfast-breakglass && gpasswd --add NAME holdfast-breakglass"
      : "gpasswd --add NAME holdfast-breakglass";
  return bad("info", "break-glass", title, detail, next);
}

function rules(text: string): string[] {
  return text.split("\n").filter((line) => line.trim() !== "" && !line.trimStart().startsWith("#"));
}

function setting(text: string, name: string): string | null {
  return new RegExp(`^\\s*${name}\\s+(\\S+)`, "im").exec(text)?.[1]?.toLowerCase() ?? null;
}
