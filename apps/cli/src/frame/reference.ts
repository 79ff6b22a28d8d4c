import { referenceMarkdown } from "@holdfast/options/describe";
import type { AnyCommand } from "./command.ts";
import { exitCodes } from "./exit-codes.ts";
import { globalOptions } from "./global-options.ts";
import { usageLine } from "./help.ts";
import { jsonShape } from "./json-shape.ts";
import type { Tree } from "./run.ts";

/** The page docs/reference/cli.md, whole. */
export function referencePage(tree: Tree): string {
  const groups = tree.groups.map(
    ({ words, summary }) => `- \`holdfast ${words.join(" ")} …\`: ${lower(summary)}`,
  );
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
    "version. Progress and questions go to standard error and the terminal. `NO_COLOR` turns colours off.",
    "",
    "| Status | Meaning |",
    "|---|---|",
    ...Object.values(exitCodes).map(({ status, meaning }) => `| ${status} | ${meaning} |`),
    "",
    "## Options of every command",
    "",
    referenceMarkdown(globalOptions),
    ...tree.commands.flatMap(section),
  ].join("\n");
}

function section(command: AnyCommand): string[] {
  const options = Object.keys(command.options).length === 0 ? [] : [referenceMarkdown(command.options)];
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
    "With `--json`:",
    "",
    "```",
    jsonShape(command.json),
    "```",
    "",
  ];
}

function lower(summary: string): string {
  return summary.charAt(0).toLowerCase() + summary.slice(1);
}
