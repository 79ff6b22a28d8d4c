import path from "node:path";
import { type Child, run, runOk, start } from "../rig/process.ts";
import { type Answer, type Conversation, converse } from "../rig/pty.ts";
import { temporaryDirectory } from "../rig/temporary-directory.ts";
import { repositoryRoot } from "./guide.ts";

/** A machine to follow a page on: whatever is installed, added or removed lies over the system's own, and goes with it. */
export type GuideMachine = AsyncDisposable & {
  /** Same path inside and outside. */
  readonly directory: string;
  /** Terminal 1: a command in the clone, by the ordinary user `you`. */
  asYou(command: string): Promise<Child>;
  /** Terminal 2: root's shell in the clone, on a terminal. `@STATUS@ guide>` is its prompt. */
  rootShell(answer: Answer): Promise<Conversation>;
};

export async function createGuideMachine(): Promise<GuideMachine> {
  await using stack = new AsyncDisposableStack();
  const { path: directory } = stack.use(await temporaryDirectory("guide", 0o755));
  const holder = stack.use(
    await start("unshare", [
      ...["--mount", "--uts", "--propagation", "private", "bash", "-euc", holderScript],
      ...["guide", directory, repositoryRoot],
    ]),
  );
  await holder.waitForOutput("machine is ready");
  const enter = ["--target", `${holder.pid}`, "--mount", "--uts", "--", "env", "--chdir", repositoryRoot];
  await runOk("nsenter", [...enter, "useradd", "--create-home", "--shell", "/bin/bash", "you"]);
  const home = path.join("/home", "you");
  // Where the page was left half-way its sshd still runs; a hang-up of root's terminal has ended the agent.
  const stopSshd = 'kill "$(cat /run/sshd-holdfast.pid 2>/dev/null)" 2>/dev/null; exit 0';
  stack.defer(async () => void (await run("nsenter", [...enter, "sh", "-c", stopSshd])));
  const resources = stack.move();
  return {
    directory,
    asYou: (command) =>
      // What ends with Ctrl-C is the command itself: no shell stays around it.
      start("nsenter", [
        ...[...enter, `HOME=${home}`, `PATH=${path.join(repositoryRoot, "node_modules/.bin")}:/usr/bin:/bin`],
        ...["setpriv", "--reuid=you", "--regid=you", "--init-groups", "bash", "-c", `exec ${command}`],
      ]),
    rootShell: (answer) => {
      const env = {
        HOME: "/root",
        PS1: "@$?@ guide> ",
        PS2: "",
        TERM: "dumb",
        HISTFILE: "",
        LANG: "C.UTF-8",
      };
      const shell = ["bash", "--noprofile", "--norc", "--noediting", "-o", "pipefail", "-i"];
      return converse("nsenter", [...enter, ...shell], { env, answer, timeoutMs: 90_000 });
    },
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  };
}

/** $1 a directory of its own, $2 the clone, which may lie below what is covered. Runs in the new namespaces. */
const holderScript = `
own=$1; clone=$2
hostname guide
mkdir "$own/clone" "$own/layers"
mount --bind "$clone" "$own/clone"
mount -t tmpfs tmpfs "$own/layers"
for path in /etc /usr /var /home /root; do
  mkdir -p "$own/layers$path/over" "$own/layers$path/work"
  mount -t overlay overlay -o "lowerdir=$path,upperdir=$own/layers$path/over,workdir=$own/layers$path/work" "$path"
done
mount -t tmpfs -o mode=755 tmpfs /run
case "$clone" in
  /etc/*|/usr/*|/var/*|/home/*|/root/*) mount --bind "$own/clone" "$clone" ;;
esac
rm -rf /root/.config/holdfast /root/.ssh/known_hosts
[ -f /etc/ssh/ssh_host_ed25519_key ] || ssh-keygen -q -t ed25519 -N "" -f /etc/ssh/ssh_host_ed25519_key
echo "machine is ready"
exec cat
`;
