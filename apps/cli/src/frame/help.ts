import { helpText } from "@holdfast/options/describe";
import { wrap } from "../output/table.ts";
import type { AnyCommand } from "./command.ts";
import type { Tree } from "./command-tree.ts";
import { exitCodes } from "./exit-codes.ts";
import { globalOptions } from "./global-options.ts";

const width = 80;

/** `holdfast admin users add NAME [OPTIONS]`. */
export function usageLine(command: AnyCommand): string {
  return ["holdfast", ...command.words, argumentsShown(command), "[OPTIONS]"].filter(Boolean).join(" ");
}

/** The text of `--help` for one command. */
export function commandHelp(command: AnyCommand): string {
  const blocks: string[] = [];
  const about = [`${command.summary}.`, ...(command.about ?? [])];
  blocks.push(`Usage: ${usageLine(command)}`, about.map((text) => wrap(text, width)).join("\n\n"));
  if (command.arguments.length > 0) {
    const lines = command.arguments.map(({ name, help }) => `  ${name}\n${wrap(help, width, "      ")}`);
    blocks.push(`Arguments:\n${lines.join("\n")}`);
  }
  const options = helpText(
    { ...command.options, ...globalOptions },
    { command: "holdfast", usage: "", width },
  );
  blocks.push(options.slice(options.indexOf("Options:")).trimEnd());
  if (command.examples.length > 0) {
    blocks.push(`Examples:\n${command.examples.map((example) => `  ${example}`).join("\n")}`);
  }
  blocks.push(exitCodesText());
  return `${blocks.join("\n\n")}\n`;
}

/** What can follow some words: the commands right below them and the groups. */
export function groupHelp(tree: Tree, words: readonly string[]): string {
  const below = tree.commands.filter(
    (command) =>
      command.words.length > words.length && words.every((word, index) => command.words[index] === word),
  );
  const direct = below.filter((command) => command.words.length === words.length + 1);
  const groups = tree.groups.filter(
    (group) =>
      group.words.length === words.length + 1 && words.every((word, index) => group.words[index] === word),
  );
  const entries = [
    ...direct.map((command): [string, string] => [
      [...command.words.slice(words.length), argumentsShown(command)].filter(Boolean).join(" "),
      command.summary,
    ]),
    ...groups.map((group): [string, string] => [`${group.words.at(-1)} …`, group.summary]),
  ];
  const longest = Math.max(...entries.map(([name]) => name.length));
  const column = Math.min(longest, 30);
  const lines = entries.map(([name, summary]) => {
    const [first = "", ...more] = wrap(summary, width - column - 4).split("\n");
    const indent = `\n${" ".repeat(column + 4)}`;
    const start = name.length > column ? `  ${name}${indent}${first}` : `  ${name.padEnd(column)}  ${first}`;
    return start + more.map((text) => indent + text).join("");
  });
  const group = tree.groups.find((one) => one.words.join(" ") === words.join(" "));
  const name = ["holdfast", ...words].join(" ");
  return [
    `Usage: ${name} COMMAND [OPTIONS]`,
    "",
    wrap(`${group?.summary ?? "Sign-in that holds when the network doesn't"}.`, width),
    "",
    "Commands:",
    ...lines,
    "",
    `Every command takes --json and --help: ${name} ${words.length === 0 ? "status" : "COMMAND"} --help`,
    "",
    exitCodesText(),
    "",
  ].join("\n");
}

function exitCodesText(): string {
  const lines = Object.values(exitCodes).map(({ status, meaning }) => {
    const [first = "", ...more] = wrap(meaning, width - 7).split("\n");
    return [`  ${String(status).padStart(3)}  ${first}`, ...more.map((text) => `       ${text}`)].join("\n");
  });
  return `Exit status:\n${lines.join("\n")}`;
}

export function argumentsShown({ arguments: wanted }: AnyCommand): string {
  return wanted
    .map(({ name, required, many }) => {
      const shown = many ? `${name}…` : name;
      return required ? shown : `[${shown}]`;
    })
    .join(" ");
}
