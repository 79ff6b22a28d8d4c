import { createServer, type Server, type Socket } from "node:net";
import { join } from "node:path";
import type { Machine } from "./machine.ts";
import { nativePart } from "./native.ts";
import { freePort } from "./ports.ts";
import { type Child, CommandError, complete, runOk } from "./process.ts";
import type { Answer } from "./pty.ts";
import { findProgram } from "./requirements.ts";
import { temporaryDirectory } from "./temporary-directory.ts";

export interface SshdOptions {
  /** Default: true. PAM prompts reach the client one by one. */
  readonly keyboardInteractive?: boolean;
  /** Default: false. The client asks once, PAM gets that one text for its first prompt. */
  readonly password?: boolean;
  /** Default: false. Public keys pass by PAM's `auth`, not by its `account`. */
  readonly publicKey?: boolean;
  /** Further lines of sshd_config; the first value of an option counts, and these come first. */
  readonly config?: string;
}

/** Debian's sshd on the machine, with UsePAM: service `sshd`. */
export interface Sshd extends AsyncDisposable {
  readonly machine: Machine;
  readonly port: number;
  readonly daemon: Child;
  /** `known_hosts` text for this server. */
  readonly knownHosts: string;
}

export interface SshOptions {
  readonly user: string;
  readonly answer?: Answer;
  /** Default "keyboard-interactive". */
  readonly method?: "keyboard-interactive" | "password" | "publickey";
  /** Private key file for `publickey`. */
  readonly identityFile?: string;
  /** Default `id -un`. */
  readonly command?: string;
  /** Default 30 s. */
  readonly timeoutMs?: number;
}

export interface SshResult {
  /** The remote command ran: somebody was signed in. */
  readonly signedIn: boolean;
  /** The command's status; 255 when ssh itself failed. */
  readonly code: number | null;
  /** Without ssh's "(user@host) ". */
  readonly prompts: readonly string[];
  /** What the server said besides: instructions of the conversation, messages of PAM, ssh's own errors. */
  readonly lines: readonly string[];
  /** The command's output. */
  readonly stdout: string;
}

export async function startSshd(machine: Machine, options: SshdOptions = {}): Promise<Sshd> {
  const hostKey = join(machine.etc, "ssh", "host_key");
  await runOk("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", "", "-f", hostKey]);
  const publicKey = (await runOk("ssh-keygen", ["-y", "-f", hostKey])).stdout.trim();
  const port = machine.hasOwnNetwork ? 22 : await freePort();
  await machine.writeEtc("ssh/sshd_config", sshdConfig(port, options));
  const sshd = findProgram("sshd");
  if (sshd === null) throw new Error("sshd is not installed (Debian: openssh-server)");
  const daemon = await machine.start(sshd, ["-D", "-e", "-f", "/etc/ssh/sshd_config"]);
  try {
    await daemon.waitForOutput("Server listening on 127.0.0.1");
  } catch (cause) {
    await daemon.kill();
    throw cause;
  }
  return {
    machine,
    port,
    daemon,
    knownHosts: `[127.0.0.1]:${port} ${publicKey}\n127.0.0.1 ${publicKey}\n`,
    [Symbol.asyncDispose]: () => daemon[Symbol.asyncDispose](),
  };
}

/** Signs in with Debian's ssh from the machine itself and runs one command. */
export async function ssh(sshd: Sshd, options: SshOptions): Promise<SshResult> {
  await using stack = new AsyncDisposableStack();
  const { path } = stack.use(await temporaryDirectory("ssh"));
  const person = stack.use(await answerAskpass(join(path, "askpass"), options.answer ?? (() => null)));
  await sshd.machine.writeEtc("ssh/e2e_known_hosts", sshd.knownHosts);
  const method = options.method ?? "keyboard-interactive";
  const settings = {
    PreferredAuthentications: method,
    NumberOfPasswordPrompts: "1",
    StrictHostKeyChecking: "yes",
    UserKnownHostsFile: "/etc/ssh/e2e_known_hosts",
    PubkeyAuthentication: method === "publickey" ? "yes" : "no",
    IdentitiesOnly: "yes",
    IdentityAgent: "none",
    LogLevel: "INFO",
  };
  const identity = options.identityFile === undefined ? [] : ["-i", options.identityFile];
  const flags = Object.entries(settings).flatMap(([name, value]) => ["-o", `${name}=${value}`]);
  const target = ["-p", `${sshd.port}`, "-l", options.user, "127.0.0.1"];
  const command = `echo ${signedInMark}; ${options.command ?? "id -un"}`;
  const args = ["-F", "none", "-T", ...flags, ...identity, ...target, command];
  const client = stack.use(
    await sshd.machine.start("ssh", args, {
      env: {
        SSH_ASKPASS: await nativePart("askpass"),
        SSH_ASKPASS_REQUIRE: "force",
        HOLDFAST_E2E_ASKPASS: join(path, "askpass"),
        DISPLAY: undefined,
        SSH_AUTH_SOCK: undefined,
        // Where the locale is none of UTF-8, ssh escapes what is not ASCII, and a QR code is none any more.
        LC_ALL: "C.UTF-8",
      },
    }),
  );
  try {
    const done = await Promise.race([
      complete(client, `ssh ${options.user}@127.0.0.1`, { timeoutMs: options.timeoutMs ?? 30_000 }),
      person.failed,
    ]);
    const signedIn = done.stdout.startsWith(`${signedInMark}\n`);
    return {
      signedIn,
      code: done.code,
      prompts: person.prompts,
      lines: [...person.lines, ...done.stderr.split(/[\r\n]+/).filter((line) => line.trim() !== "")],
      stdout: signedIn ? done.stdout.slice(signedInMark.length + 1) : done.stdout,
    };
  } catch (cause) {
    if (!(cause instanceof CommandError)) throw cause;
    throw new CommandError(`${cause.message}\n--- sshd ---\n${sshd.daemon.output.slice(-4_000).trim()}`);
  }
}

const signedInMark = "holdfast-e2e-signed-in";

function sshdConfig(port: number, options: SshdOptions): string {
  const yesNo = (value: boolean | undefined) => (value ? "yes" : "no");
  return `${options.config ?? ""}
ListenAddress 127.0.0.1:${port}
HostKey /etc/ssh/host_key
PidFile none
UsePAM yes
KbdInteractiveAuthentication ${yesNo(options.keyboardInteractive ?? true)}
PasswordAuthentication ${yesNo(options.password)}
PubkeyAuthentication ${yesNo(options.publicKey)}
PermitRootLogin no
MaxStartups 200
LogLevel VERBOSE
PrintMotd no
PrintLastLog no
UseDNS no
`;
}

interface AskpassListener extends AsyncDisposable {
  readonly prompts: readonly string[];
  /** Information that came with them. */
  readonly lines: readonly string[];
  /** Rejects when an answer throws. */
  readonly failed: Promise<never>;
}

/** ssh runs native/askpass.c for each prompt; that asks here. */
async function answerAskpass(path: string, answer: Answer): Promise<AskpassListener> {
  const prompts: string[] = [];
  const lines: string[] = [];
  const failure = Promise.withResolvers<never>();
  failure.promise.catch(() => undefined);
  const server: Server = createServer({ allowHalfOpen: true }, (socket) => {
    talk(socket).catch((cause) => {
      socket.destroy();
      failure.reject(cause);
    });
  });
  const talk = async (socket: Socket) => {
    let whole = "";
    for await (const part of socket.setEncoding("utf8")) whole += part;
    // sshd puts PAM's information before the next prompt, ssh its "(user@host)" before both.
    const shown = whole
      .replace(/^\([^()\s]+@[^()\s]+\) /, "")
      .trim()
      .split("\n");
    const text = shown.pop() ?? "";
    lines.push(...shown);
    prompts.push(text);
    // ssh does not tell its helper whether what is typed would be shown.
    const typed = await answer({ text, index: prompts.length - 1, echo: false, above: shown });
    socket.end(typed === null ? "C" : `A${typed}`);
  };
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(path, resolve);
  });
  return {
    prompts,
    lines,
    failed: failure.promise,
    async [Symbol.asyncDispose]() {
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
