#!/usr/bin/env node
import { helpText } from "@holdfast/options/describe";
import { loadOptions } from "@holdfast/options/load";
import { pino } from "pino";
import type { ServerConfig } from "./config.ts";
import { configOf } from "./config.ts";
import { askPassphrase } from "./operations/ask-passphrase.ts";
import { backupWorkOf, doBackupWork } from "./operations/backup/host-work.ts";
import { doKeyWork, keyWorkOf } from "./operations/key-work.ts";
import { UnsafeStart } from "./operations/unsafe-start.ts";
import type { Started } from "./server.ts";
import { createServer } from "./server.ts";
import { serverOptions } from "./server-options.ts";

const argv = process.argv.slice(2);
const json = argv.includes("--json");

if (argv.includes("--help") || argv.includes("-h")) {
  const summary =
    "The Holdfast server: sign-in that holds when the network doesn't. --json prints one object a line.";
  process.stdout.write(
    helpText(serverOptions, { command: "holdfast-server", usage: "[options] [--json]", summary }),
  );
} else {
  await run();
}

async function run(): Promise<void> {
  const read = loadOptions(
    serverOptions,
    { argv: argv.filter((word) => word !== "--json"), env: process.env },
    "config",
  );
  if (read.kind === "refused")
    return fail(
      2,
      read.problems.map(({ message }) => message),
    );
  if (read.positionals.length > 0) return fail(2, ["holdfast-server takes options only; see --help."]);
  const checked = configOf(read.values);
  if (checked.kind === "refused") return fail(2, [checked.problem]);
  const work = keyWorkOf(read.values);
  if (typeof work === "string") return fail(2, [work]);
  const ports = { now: () => Date.now(), env: process.env, askPassphrase };
  if (work !== null) return workInstead(checked.config, (place) => doKeyWork(work, place, ports));
  const backups = backupWorkOf(read.values);
  if (typeof backups === "string") return fail(2, [backups]);
  if (backups !== null) {
    const { backupKey } = read.values;
    return workInstead(checked.config, (place) => doBackupWork(backups, place, backupKey, ports));
  }
  // Standard output is for the person who starts the server; the log goes to standard error, as JSON lines.
  const log = pino({ level: read.values.logLevel, base: null }, pino.destination(2));
  try {
    const server = await createServer(checked.config, { log });
    let stopping = false;
    process.on("SIGHUP", () => {
      server.reloadCertificates().catch((err) => log.error({ err }, "certificates could not be read again"));
    });
    for (const signal of ["SIGTERM", "SIGINT"] as const) {
      process.on(signal, () => {
        if (stopping) return;
        stopping = true;
        server.stop().then(
          () => process.exit(0),
          (err) => {
            log.fatal({ err }, "the server did not stop cleanly");
            process.exit(1);
          },
        );
      });
    }
    const started = await server.start();
    tell(started, checked.config.stateDir);
  } catch (error) {
    if (error instanceof UnsafeStart) return fail(3, [error.message]);
    log.fatal({ err: error }, "the server could not start");
    return fail(1, [error instanceof Error ? error.message : String(error)]);
  }
}

type WorkResult =
  | { readonly kind: "done"; readonly lines: readonly string[]; readonly json: Record<string, unknown> }
  | { readonly kind: "refused"; readonly why: string };

/** What is done on the server's own host instead of serving. */
async function workInstead(
  { store, stateDir }: ServerConfig,
  work: (place: { store: string; stateDir: string }) => Promise<WorkResult>,
): Promise<void> {
  if (stateDir === null) return fail(2, ["there is no state directory"]);
  try {
    const result = await work({ store, stateDir });
    if (result.kind === "refused") return fail(3, [result.why]);
    process.stdout.write(
      json ? `${JSON.stringify({ event: "done", ...result.json })}\n` : `${result.lines.join("\n")}\n`,
    );
  } catch (error) {
    fail(1, [error instanceof Error ? error.message : String(error)]);
  }
}

function tell(started: Started, stateDir: string | null): void {
  if (json) {
    process.stdout.write(`${JSON.stringify({ event: "ready", ...started })}\n`);
    return;
  }
  const { url, console: consoleUrl, portal, authenticator, setup } = started;
  const lines = [`Holdfast server ready at ${url}`];
  if (consoleUrl !== null) lines.push(`  console:  ${consoleUrl}`);
  if (portal !== null) lines.push(`  portal:   ${portal}`);
  if (authenticator !== null) lines.push(`  authenticator app:   ${authenticator}`);
  if (setup) {
    lines.push(
      "",
      "There is no administrator yet, so it listens on this machine only. Make the first one:",
      `  here:           holdfast admin bootstrap --state-dir ${stateDir ?? "…"}`,
      `  in a browser:   ${setup.url}`,
      `The link works once, until ${new Date(setup.expiresAtMs).toISOString()}; a restart makes a new one.`,
    );
  }
  process.stdout.write(`${lines.join("\n")}\n`);
}

function fail(status: number, messages: readonly string[]): void {
  if (json) process.stdout.write(`${JSON.stringify({ event: "failed", problems: messages })}\n`);
  else for (const message of messages) process.stderr.write(`holdfast-server: ${message}\n`);
  process.exitCode = status;
}
