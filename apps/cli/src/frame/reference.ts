import type { Declaration } from "@holdfast/options/declaration";
import { referenceMarkdown } from "@holdfast/options/describe";
import type { AnyCommand } from "./command.ts";
import type { Tree } from "./command-tree.ts";
import { exitCodes } from "./exit-codes.ts";
import { globalOptions } from "./global-options.ts";
import { usageLine } from "./help.ts";
import { jsonShape } from "./json-shape.ts";

/** The page docs/reference/cli.md, whole. */
export function referencePage(tree: Tree): string {
  const groups = tree.groups.map(({ words, summary }) => `- \`holdfast ${words.join(" ")} …\`: ${summary}`);
  return [
    "# `holdfast`, the command",
    "",
    "Generated from the command declarations in `apps/cli/src`; a test keeps it true.",
    "",
    "`holdfast` alone shows how this endpoint stands and which commands there are. The agent's commands (`status`,",
    "`enroll`, `contact`, `doctor`) run on an endpoint, as root; `admin` commands run anywhere and speak to a server",
    "with an administrator's key, over TLS pinned to the enterprise's certificate authority.",
    "",
    ...groups,
    "",
    "## Output and exit status",
    "",
    "With `--json` a command prints exactly one JSON document on standard output: the one described with it, or",
    '`{"error": {"code", "what", "why", "next", "exitStatus", "problems"?}}` where it was refused. Instants are',
    "milliseconds since 1970 (names end in `Ms`), durations ISO 8601. New fields may be added; none goes away within a major",
    "version. Command, agent and server belong to one version. Progress and questions go to standard error and the terminal. `NO_COLOR` turns colours off.",
    "",
    "| Status | Meaning |",
    "|---|---|",
    ...Object.values(exitCodes).map(({ status, meaning }) => `| ${status} | ${meaning} |`),
    "",
    "## Options of every command",
    "",
    referenceMarkdown(globalOptions),
    "## Options of every `admin` command",
    "",
    referenceMarkdown(tree.administratorOptions),
    ...tree.commands.flatMap((command) =>
      section(command, ownOptions(tree, command), shownBefore(tree, command)),
    ),
  ].join("\n");
}

/** The first command that prints the same document, where it is not this one. */
function shownBefore(tree: Tree, command: AnyCommand): AnyCommand | null {
  const first = tree.commands.find(({ json }) => json === command.json);
  return first === undefined || first === command ? null : first;
}

function ownOptions(tree: Tree, command: AnyCommand): Declaration {
  const shared = Object.values(tree.administratorOptions);
  return Object.fromEntries(Object.entries(command.options).filter(([, spec]) => !shared.includes(spec)));
}

function section(command: AnyCommand, own: Declaration, sameAs: AnyCommand | null): string[] {
  const options = Object.keys(own).length === 0 ? [] : [referenceMarkdown(own)];
  const examples = command.examples.length === 0 ? [] : ["```sh", ...command.examples, "```", ""];
  return [
    `## \`holdfast ${command.words.join(" ")}\``,
    "",
    `${command.summary}.`,
    "",
    ...(command.about ?? []).flatMap((text) => [text, ""]),
    "```",
    usageLine(command),
    "```",
    "",
    ...(command.arguments.length === 0
      ? []
      : [...command.arguments.map(({ name, help }) => `- \`${name}\`: ${help}`), ""]),
    ...options,
    ...examples,
    ...(sameAs === null
      ? ["With `--json`:", "", "```", jsonShape(command.json), "```"]
      : [`With \`--json\`: the document of \`holdfast ${sameAs.words.join(" ")}\`.`]),
    "",
  ];
}
