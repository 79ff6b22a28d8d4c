import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { run } from "../../rig/process.ts";
import { temporaryDirectory } from "../../rig/temporary-directory.ts";
import { built } from "./module-build.ts";

/** Linux-PAM's numbers (security/_pam_types.h), as far as the module returns them. */
export const pamStatus = {
  PAM_SUCCESS: 0,
  PAM_PERM_DENIED: 6,
  PAM_AUTH_ERR: 7,
  PAM_AUTHINFO_UNAVAIL: 9,
  PAM_USER_UNKNOWN: 10,
  PAM_MAXTRIES: 11,
  PAM_ACCT_EXPIRED: 13,
  PAM_CONV_ERR: 19,
  PAM_IGNORE: 25,
  PAM_INCOMPLETE: 31,
} as const;
export type PamStatus = keyof typeof pamStatus;

export const pamFlags = { PAM_DISALLOW_NULL_AUTHTOK: 0x0001, PAM_SILENT: 0x8000 } as const;

/** The text that people see when the agent does not answer. */
export const unavailableText =
  "Sign-in service on this machine is not available. Tell your administrator: holdfast-agent is not answering.";

export interface HostRun {
  /** Default: the one under AddressSanitizer and UndefinedBehaviorSanitizer. */
  readonly program?: "host" | "host-sanitized" | "host-unshortened";
  /** The socket that the module is told; null: no such option. */
  readonly socket: string | null;
  readonly action?: "authenticate" | "account" | "setcred";
  /** Default root, which every machine has; null: PAM_USER is not set. */
  readonly user?: string | null;
  readonly service?: string;
  readonly rhost?: string;
  readonly tty?: string;
  readonly ruser?: string;
  readonly flags?: number;
  readonly answers?: readonly string[];
  readonly moduleArguments?: readonly string[];
  readonly conversation?:
    | "normal"
    | "slow"
    | "missing"
    | "failing"
    | "again"
    | "aborting"
    | "no-array"
    | "failing-with-answer";
  /** Makes a call fail: its `at`-th use, or with 0 every one. */
  readonly fail?: { readonly call: string; readonly at: number; readonly errno: number };
  readonly asUid?: number;
  /** What the name service calls the account, where it is another name. */
  readonly alias?: string;
  /** Looked for in freed memory and on the dead stack afterwards. */
  readonly secret?: string;
  readonly with?: readonly (
    | "dribble"
    | "interruptions"
    | "crowded-name-service"
    | "closed-stdin"
    | "no-wipe"
  )[];
}

export interface HostResult {
  readonly status: PamStatus | `${number}`;
  /** What a person saw and was asked, in order. */
  readonly shown: readonly { readonly kind: string; readonly text: string }[];
  readonly log: readonly { readonly priority: number; readonly text: string }[];
  readonly leakedDescriptors: number;
  readonly signalsChanged: boolean;
  readonly secretFreed: boolean;
  readonly secretOnStack: boolean;
  /** How often the module called each wrapped function. */
  readonly calls: ReadonlyMap<string, number>;
  readonly elapsedMs: number;
}

/** Runs one PAM call of the module in a process of its own; a crash, a leak or undefined behaviour throws. */
export async function runHost(options: HostRun): Promise<HostResult> {
  await using directory = await temporaryDirectory("pam-host", 0o755);
  const service = options.service ?? "holdfast-test";
  await writeFile(join(directory.path, service), "auth required pam_deny.so\n");
  const optional = (key: string, value: string | number | undefined | null) =>
    value === undefined || value === null ? [] : [key, `${value}`];
  const repeated = (key: string, values: readonly string[] = []) => values.flatMap((value) => [key, value]);
  const started = performance.now();
  const done = await run(
    await built(options.program ?? "host-sanitized"),
    [
      "sign-in",
      ...["confdir", directory.path, "service", service],
      ...optional("user", options.user === undefined ? "root" : options.user),
      ...optional("action", options.action),
      ...optional("rhost", options.rhost),
      ...optional("tty", options.tty),
      ...optional("ruser", options.ruser),
      ...optional("flags", options.flags),
      ...optional("conversation", options.conversation),
      ...optional("as-uid", options.asUid),
      ...optional("alias", options.alias),
      ...optional("secret", options.secret),
      ...optional("fail", options.fail?.call),
      ...optional("fail-at", options.fail?.at),
      ...optional("fail-errno", options.fail?.errno),
      ...repeated("argument", options.socket === null ? [] : [`socket=${options.socket}`]),
      ...repeated("argument", options.moduleArguments),
      ...repeated("answer", options.answers),
      ...repeated("with", options.with),
    ],
    {
      env: { ASAN_OPTIONS: "exitcode=99:allocator_may_return_null=1", UBSAN_OPTIONS: "print_stacktrace=1" },
      timeoutMs: 40_000,
    },
  );
  if (done.code !== 0) throw new Error(`the host ended with ${done.code ?? done.signal}:\n${done.stderr}`);
  return { ...parse(done.stdout), elapsedMs: performance.now() - started };
}

function parse(output: string): Omit<HostResult, "elapsedMs"> {
  const lines = output
    .trimEnd()
    .split("\n")
    .map((line) => line.split(" "));
  const text = (hex = "") => Buffer.from(hex, "hex").toString("utf8");
  const numbersOf = (key: string) => {
    const line = lines.find(([name]) => name === key);
    if (line === undefined) throw new Error(`the host said nothing of ${key}:\n${output}`);
    return line.slice(1).map(Number);
  };
  const [status = -1] = numbersOf("status");
  const named = Object.entries(pamStatus).find(([, number]) => number === status);
  const [freed, stacked] = numbersOf("secret-left");
  return {
    status: named === undefined ? `${status}` : (named[0] as PamStatus),
    shown: lines
      .filter(([key]) => key === "info" || key === "error" || key?.startsWith("prompt-"))
      .map(([kind = "", hex]) => ({ kind, text: text(hex) })),
    log: lines
      .filter(([key]) => key === "log")
      .map(([, priority, hex]) => ({ priority: Number(priority), text: text(hex) })),
    leakedDescriptors: numbersOf("leaked-descriptors")[0] ?? Number.NaN,
    signalsChanged: numbersOf("signals-changed")[0] !== 0,
    secretFreed: freed !== 0,
    secretOnStack: stacked !== 0,
    calls: new Map(lines.filter(([key]) => key === "calls").map(([, name = "", n]) => [name, Number(n)])),
  };
}
