import { nearest } from "@holdfast/options/nearest";
import { readOptions } from "@holdfast/options/read";
import { screenOf } from "../output/screen.ts";
import { wrap } from "../output/table.ts";
import type { AnyCommand } from "./command.ts";
import type { Tree } from "./command-tree.ts";
import { exitCodes } from "./exit-codes.ts";
import { globalOptions } from "./global-options.ts";
import { commandHelp, groupHelp } from "./help.ts";
import type { Outcome, Refused } from "./outcome.ts";
import { usage } from "./outcome.ts";
import type { Ports } from "./ports.ts";

/** Runs one command line and gives its exit status. All output goes through the ports. */
export async function runCommandLine(tree: Tree, argv: readonly string[], ports: Ports): Promise<number> {
  const line = readWords(tree, argv);
  const found = tree.commands.find(({ words }) => same(words, line.words));
  if (line.wantsHelp) {
    ports.stdout.write(found ? commandHelp(found) : groupHelp(tree, line.words));
    return exitCodes.done.status;
  }
  if (found) return end(await runCommand(found, line.rest, ports), line.wantsJson, ports);
  if (line.words.length === 0 && line.rest.length === 0) {
    const outcome = await runCommand(tree.overview, line.wantsJson ? ["--json"] : [], ports);
    const status = end(outcome, line.wantsJson, ports);
    if (!line.wantsJson) ports.stdout.write(`\n${groupHelp(tree, [])}`);
    return status;
  }
  if (line.rest.length === 0 && !line.wantsJson) {
    ports.stderr.write(groupHelp(tree, line.words));
    return exitCodes.usage.status;
  }
  return end(unknownCommand(tree, line.words, line.rest), line.wantsJson, ports);
}

/** Runs a command whose words are already known. */
async function runCommand(found: AnyCommand, rest: readonly string[], ports: Ports): Promise<Outcome> {
  const read = readOptions({ ...globalOptions, ...found.options }, { argv: rest, env: ports.env });
  const name = `holdfast ${found.words.join(" ")}`;
  const help = `${name} --help`;
  if (read.kind === "refused") {
    return usage(
      "The command line is wrong.",
      read.problems.map(({ message }) => sentence(message)).join(" "),
      help,
    );
  }
  const given = read.positionals;
  const missing = found.arguments.filter(({ required }) => required)[given.length];
  if (missing) return usage(`${missing.name} is missing.`, `${name} needs it: ${missing.help}`, help);
  const most = found.arguments.some(({ many }) => many) ? Number.POSITIVE_INFINITY : found.arguments.length;
  if (given.length > most) {
    return usage(
      "There is one argument too many.",
      most === 0
        ? `${name} takes options only.`
        : `${name} takes ${most === 1 ? "one argument" : `${most} arguments`}.`,
      help,
    );
  }
  const call = { values: read.values, arguments: given, ports, screen: screenOf(ports) };
  return found.run(call as never);
}

type Line = {
  readonly words: readonly string[];
  readonly rest: readonly string[];
  readonly wantsHelp: boolean;
  readonly wantsJson: boolean;
};

/** Splits a command line into the command's words, which come first, and everything after them. */
function readWords(tree: Tree, argv: readonly string[]): Line {
  const known = [...tree.commands, ...tree.groups].map(({ words }) => words);
  const end = argv.indexOf("--");
  const before = end === -1 ? argv : argv.slice(0, end);
  const isHelp = (token: string): boolean => token === "--help" || token === "-h";
  const asked = before[0] === "help";
  const tokens = argv
    .filter((token, index) => !(index < before.length && isHelp(token)))
    .slice(asked ? 1 : 0);
  const words: string[] = [];
  const rest: string[] = [];
  let stillWords = true;
  for (const token of tokens) {
    const next = [...words, token];
    if (stillWords && known.some((candidate) => same(candidate.slice(0, next.length), next)))
      words.push(token);
    else {
      // `holdfast --json status` is what people type too.
      if (token !== "--json") stillWords = false;
      rest.push(token);
    }
  }
  const wantsJson = before.includes("--json") && !before.includes("--no-json");
  const loneJson = rest.length > 0 && rest.every((token) => token === "--json");
  return {
    words,
    rest: words.length === 0 && loneJson ? [] : rest,
    wantsHelp: asked || before.some(isHelp),
    wantsJson,
  };
}

function unknownCommand(tree: Tree, words: readonly string[], rest: readonly string[]): Refused {
  const typed = rest.find((token) => !token.startsWith("-"));
  const help = ["holdfast", ...words, "--help"].join(" ");
  const name = ["holdfast", ...words].join(" ");
  if (typed === undefined) return usage(`${name} wants a command.`, "None was given.", help);
  const possible = [...tree.commands, ...tree.groups]
    .filter(
      (candidate) =>
        candidate.words.length > words.length && same(candidate.words.slice(0, words.length), words),
    )
    .map((candidate) => candidate.words[words.length] ?? "");
  const close = nearest(typed, possible);
  const shown = typed.length > 40 ? `${typed.slice(0, 40)}…` : typed;
  return usage(
    `${name} has no command ${shown}.`,
    close === null
      ? `It has: ${[...new Set(possible)].join(", ")}.`
      : `Did you mean ${[name, close].join(" ")}?`,
    help,
  );
}

function end(outcome: Outcome, wantsJson: boolean, ports: Ports): number {
  if (outcome.kind === "done") {
    const text = wantsJson ? JSON.stringify(outcome.json, null, 2) : outcome.text;
    if (text !== "") ports.stdout.write(text.endsWith("\n") ? text : `${text}\n`);
    return exitCodes[outcome.exit ?? "done"].status;
  }
  const { code, what, why, next, problems, exit } = outcome;
  const { status } = exitCodes[exit];
  if (wantsJson) {
    const error = { code, what, why, next, exitStatus: status, ...(problems ? { problems } : {}) };
    ports.stdout.write(`${JSON.stringify({ error }, null, 2)}\n`);
  } else {
    ports.stderr.write(`${refusalText(outcome, ports)}\n`);
  }
  return status;
}

function refusalText({ what, why, next, problems }: Refused, ports: Ports): string {
  const width = Math.max(40, ports.stderr.columns ?? 80);
  const lines = [wrap(what, width), wrap(`Why:  ${why}`, width)];
  for (const { path, message } of problems ?? []) lines.push(wrap(`${path}: ${message}`, width, "      "));
  // Not wrapped: a command that is to be typed stays in one piece.
  if (next !== null) lines.push(`Next: ${next}`);
  return lines.join("\n");
}

function same(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((word, index) => word === b[index]);
}

function sentence(message: string): string {
  return /[.?!]$/.test(message) ? message : `${message}.`;
}
