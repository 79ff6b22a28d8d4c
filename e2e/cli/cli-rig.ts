import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { commandTree } from "@holdfast/cli/commands";
import type { Ports } from "@holdfast/cli/frame/ports";
import { runCommandLine } from "@holdfast/cli/frame/run";
import { inMemoryConfig, type ServerConfig } from "@holdfast/server/config";
import { createServer, type HoldfastServer, type ServerPorts } from "@holdfast/server/server";

/** What one command line printed and ended with. */
export type Run = { readonly status: number; readonly out: string; readonly err: string };

export type Typed = {
  /** Standard input; absent: a terminal. */
  readonly input?: string;
  /** What is typed at the terminal, question by question; absent: there is no terminal. */
  readonly typed?: readonly string[];
  readonly columns?: number;
  readonly terminal?: boolean;
  readonly env?: Readonly<Record<string, string>>;
  readonly nowMs?: number;
};

/** Runs the command in this process, as `holdfast` would with these words. */
export async function holdfast(home: string, words: readonly string[], given: Typed = {}): Promise<Run> {
  let [out, err] = ["", ""];
  const answers = [...(given.typed ?? [])];
  const output = { isTerminal: given.terminal ?? false, columns: given.columns ?? 200 };
  const ports: Ports = {
    stdout: { ...output, write: (text) => (out += text) },
    stderr: { ...output, write: (text) => (err += text) },
    env: { ...given.env },
    now: () => given.nowMs ?? Date.now(),
    homeDirectory: home,
    readInput: async () => given.input ?? null,
    ask: async () => (given.typed === undefined ? null : (answers.shift() ?? "")),
  };
  const status = await runCommandLine(commandTree, words, ports);
  return { status, out, err };
}

export type CliRig = {
  readonly server: HoldfastServer;
  readonly url: string;
  readonly stateDirectory: string;
  /** Runs a command as the administrator. */
  admin(words: string | readonly string[], given?: Typed): Promise<Run>;
  /** The same with `--json`, its answer parsed; it must succeed. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers that their assertions then pin down
  json(words: string | readonly string[], given?: Typed): Promise<any>;
  readonly home: string;
  stop(): Promise<void>;
};

/** A real server over TLS on a port of the system's choice, and an administrator made by `holdfast admin bootstrap`. */
export async function startCliRig(
  config: Partial<ServerConfig> = {},
  ports: ServerPorts = {},
): Promise<CliRig> {
  const directory = await mkdtemp(path.join(tmpdir(), "holdfast-cli-"));
  const stateDirectory = path.join(directory, "server");
  const home = path.join(directory, "home");
  const store = path.join(stateDirectory, "holdfast.db");
  const server = await createServer({ ...inMemoryConfig, stateDir: stateDirectory, store, ...config }, ports);
  const { url } = await server.start();
  const admin = (words: string | readonly string[], given?: Typed) =>
    holdfast(home, ["admin", ...(typeof words === "string" ? words.split(" ") : words)], given);
  const rig: CliRig = {
    server,
    url,
    stateDirectory,
    home,
    admin,
    async json(words, given) {
      const list = typeof words === "string" ? words.split(" ") : words;
      const run = await admin([...list, "--json"], given);
      if (run.status !== 0) throw new Error(`holdfast admin ${list.join(" ")}: ${run.out}${run.err}`);
      return JSON.parse(run.out);
    },
    async stop() {
      await server.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
  return rig;
}

export async function bootstrapped(
  config: Partial<ServerConfig> = {},
  ports: ServerPorts = {},
  given: Typed = {},
): Promise<CliRig> {
  const rig = await startCliRig(config, ports);
  const run = await rig.admin(["bootstrap", "--state-dir", rig.stateDirectory], given);
  if (run.status !== 0) throw new Error(run.err);
  return rig;
}
