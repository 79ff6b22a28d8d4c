import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type Account, createAccounts, type NewAccount, type NewGroup } from "./accounts.ts";
import {
  type Child,
  type Completed,
  type RunOptions,
  run,
  runOk,
  type StartOptions,
  start,
} from "./process.ts";
import { type Conversation, type ConversationOptions, converse } from "./pty.ts";
import { temporaryDirectory } from "./temporary-directory.ts";

export interface MachineOptions {
  /** Default "endpoint". */
  readonly hostName?: string;
  /** A network namespace of its own, with nothing but loopback in it: see network.ts. Default: no. */
  readonly ownNetwork?: boolean;
  /** Directories that get an empty one of the machine's own over them; they need not exist outside. */
  readonly privateDirectories?: readonly string[];
}

/**
 * A Linux machine for a test, without touching the system: private mount and UTS namespaces with an /etc, /run
 * and /var/log of its own. Files and processes are otherwise the system's: a test's own directory and the
 * checkout are seen inside under the same paths.
 *
 * /etc is a copy of the system's with: no PAM service but `other`, which denies; root and the system accounts
 * alone; an empty sudo policy but for root; an empty /etc/ssh. It is found outside under `etc`.
 */
export interface Machine extends AsyncDisposable {
  /** A directory of the machine's, same path inside and outside; passable for everybody. */
  readonly directory: string;
  /** Where its /etc is found from outside. */
  readonly etc: string;
  /** The process that keeps its namespaces. */
  readonly pid: number;
  readonly hasOwnNetwork: boolean;
  /** Also makes the home directory. */
  addUser(user: NewAccount): Promise<Account>;
  addGroup(group: NewGroup): Promise<void>;
  /** Writes /etc/pam.d/`name`. Modules are named by absolute path where they are not the system's. */
  writePamService(name: string, text: string): Promise<void>;
  /** Writes /etc/sudoers.d/`name`. */
  writeSudoers(name: string, text: string): Promise<void>;
  /** Writes below /etc, making folders. */
  writeEtc(path: string, text: string, mode?: number): Promise<void>;
  /** Runs as root inside, to completion. */
  run(command: string, args: readonly string[], options?: RunOptions): Promise<Completed>;
  runOk(command: string, args: readonly string[], options?: RunOptions): Promise<Completed>;
  /** Starts a daemon as root inside; its pid is the daemon's own. */
  start(command: string, args: readonly string[], options?: StartOptions): Promise<Child>;
  /** Runs on a terminal of its own inside; as root, or as an account with that account's environment. */
  converse(
    command: string,
    args: readonly string[],
    options?: ConversationOptions & { readonly as?: Account },
  ): Promise<Conversation>;
}

export async function createMachine(options: MachineOptions = {}): Promise<Machine> {
  await using stack = new AsyncDisposableStack();
  const directory = stack.use(await temporaryDirectory("machine", 0o755));
  const etc = join(directory.path, "etc");
  await prepareEtc(etc, options.hostName ?? "endpoint");

  const namespaces = ["--mount", "--uts", ...(options.ownNetwork ? ["--net"] : [])];
  // The holder ends with its stdin, so a test process that dies takes the machine with it.
  const holder = stack.use(
    await start("unshare", [
      ...[...namespaces, "--propagation", "private", "sh", "-euc", holderScript, "machine"],
      ...[directory.path, options.hostName ?? "endpoint", ...(options.privateDirectories ?? [])],
    ]),
  );
  await holder.waitForOutput("machine is ready");

  const accounts = await createAccounts(etc, join(directory.path, "home"));
  const enter = ["--target", `${holder.pid}`, "--mount", "--uts", ...(options.ownNetwork ? ["--net"] : [])];
  const inside = (command: string, args: readonly string[], cwd?: string): [string, string[]] => {
    // Entering a mount namespace moves to its root.
    const place = cwd === undefined ? [] : ["env", "--chdir", cwd];
    return ["nsenter", [...enter, "--", ...place, command, ...args]];
  };
  const writeEtc: Machine["writeEtc"] = async (path, text, mode = 0o644) => {
    const target = join(etc, path);
    await mkdir(join(target, ".."), { recursive: true });
    await writeFile(target, text.endsWith("\n") ? text : `${text}\n`, { mode });
  };
  const resources = stack.move();
  return {
    directory: directory.path,
    etc,
    pid: holder.pid,
    hasOwnNetwork: options.ownNetwork ?? false,
    addUser: accounts.addUser,
    addGroup: accounts.addGroup,
    writePamService: (name, text) => writeEtc(`pam.d/${name}`, text),
    writeSudoers: (name, text) => writeEtc(`sudoers.d/${name}`, text, 0o440),
    writeEtc,
    run: (command, args, { cwd, ...rest } = {}) => run(...inside(command, args, cwd), rest),
    runOk: (command, args, { cwd, ...rest } = {}) => runOk(...inside(command, args, cwd), rest),
    start: (command, args, { cwd, ...rest } = {}) => start(...inside(command, args, cwd), rest),
    converse: (command, args, { as, cwd, ...rest } = {}) => {
      const wrap = (file: string, argv: readonly string[]) => inside(file, argv, cwd ?? as?.home ?? "/");
      if (as === undefined) return converse(command, args, rest, wrap);
      const identity = [`--reuid=${as.uid}`, `--regid=${as.gid}`, "--init-groups"];
      const env = { HOME: as.home, USER: as.name, LOGNAME: as.name, SHELL: "/bin/sh", ...rest.env };
      const personal = { ...rest, cleanEnvironment: true, env };
      return converse("setpriv", [...identity, "--", command, ...args], personal, wrap);
    },
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  };
}

/** $1 the machine's directory, $2 its host name, then directories to hide. Runs in the new namespaces. */
const holderScript = `
own=$1; hostname "$2" 2>/dev/null || echo "$2" >/proc/sys/kernel/hostname
shift 2
ip link set lo up 2>/dev/null || true
mount --bind "$own/etc" /etc
mount -t tmpfs -o mode=755 tmpfs /run
mount -t tmpfs -o mode=755 tmpfs /var/log
for path in "$@"; do
  if [ ! -d "$path" ]; then
    # A mount needs something to lie on: the parent is shown once more, with one folder added.
    parent=$(dirname "$path"); copy="$own/parents$parent"
    mkdir -p "$copy"
    for entry in "$parent"/* "$parent"/.[!.]*; do
      name=$(basename "$entry")
      if [ -L "$entry" ]; then cp -P "$entry" "$copy/$name"
      elif [ -d "$entry" ]; then mkdir -p "$copy/$name"; mount --rbind "$entry" "$copy/$name"
      elif [ -e "$entry" ]; then : >"$copy/$name"; mount --bind "$entry" "$copy/$name"
      fi
    done
    mkdir -p "$copy/$(basename "$path")"
    mount --rbind "$copy" "$parent"
  fi
  mkdir -p "$own/private$path"
  mount --bind "$own/private$path" "$path"
done
mkdir -p /run/sshd /run/lock /run/sudo
echo "machine is ready"
exec cat
`;

async function prepareEtc(etc: string, hostName: string): Promise<void> {
  await runOk("cp", ["--archive", "/etc", etc]);
  for (const name of ["pam.d", "ssh", "sudoers.d"]) {
    await rm(join(etc, name), { recursive: true, force: true });
    await mkdir(join(etc, name), { mode: 0o755 });
  }
  await writeFile(join(etc, "pam.d", "other"), otherService);
  await rm(join(etc, "sudoers"), { force: true });
  await writeFile(join(etc, "sudoers"), sudoers, { mode: 0o440 });
  await writeFile(join(etc, "hostname"), `${hostName}\n`);
  await writeFile(join(etc, "hosts"), `127.0.0.1 localhost\n::1 localhost\n127.0.1.1 ${hostName}\n`);
  await writeFile(join(etc, "nsswitch.conf"), nameServices);
  await writeFile(join(etc, "environment"), "");
}

const otherService = `auth required pam_deny.so
account required pam_deny.so
password required pam_deny.so
session required pam_deny.so
`;
const sudoers = `Defaults lecture = never, timestamp_timeout = 0, !use_pty, secure_path = "/usr/sbin:/usr/bin:/sbin:/bin"
root ALL = (ALL:ALL) NOPASSWD: ALL
@includedir /etc/sudoers.d
`;
const nameServices = `passwd: files
group: files
shadow: files
gshadow: files
hosts: files dns
sudoers: files
`;
