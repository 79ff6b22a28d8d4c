import type { Declaration, OptionSpec } from "./declaration.ts";
import { expectation, placeholder } from "./kinds.ts";

/** The text of `--help`: usage, then each option with its meaning, default and other places to set it. */
export function helpText(
  declaration: Declaration,
  about: {
    readonly command: string;
    readonly usage: string;
    readonly summary?: string;
    /** Columns to keep within. */
    readonly width?: number;
  },
): string {
  const wrap = (text: string, indent: number) => wrapped(text, indent, about.width ?? 88);
  const lines = [`Usage: ${about.command} ${about.usage}`.trimEnd(), ""];
  if (about.summary !== undefined) lines.push(...wrap(about.summary, 0), "");
  const shown = Object.values(declaration).filter((spec) => spec.flag !== undefined);
  if (shown.length > 0) lines.push("Options:");
  for (const spec of shown) {
    lines.push(`  ${`${flagShown(spec)} ${placeholder(spec)}`.trimEnd()}`);
    lines.push(...wrap(spec.help, 6));
    const elsewhere = [
      defaultShown(spec),
      spec.env,
      spec.file === undefined ? undefined : `${spec.file} in the file`,
    ];
    const told = elsewhere.filter((part) => part !== undefined).join("; ");
    if (told !== "") lines.push(...wrap(`(${told})`, 6));
  }
  const flagless = Object.values(declaration).filter((spec) => spec.flag === undefined);
  if (flagless.length > 0) lines.push("", "Only by environment or file:");
  for (const spec of flagless) {
    lines.push(`  ${[spec.env, spec.file].filter((place) => place !== undefined).join(", ")}`);
    lines.push(...wrap(spec.help, 6));
    const shownDefault = defaultShown(spec);
    if (shownDefault !== undefined) lines.push(`      (${shownDefault})`);
  }
  return `${lines.join("\n")}\n`;
}

/** The reference table of a program's options, in Markdown. */
export function referenceMarkdown(declaration: Declaration): string {
  const rows = Object.values(declaration).map((spec) => {
    const cells = [
      spec.flag === undefined ? "" : `\`${flagShown(spec)}\``,
      spec.env === undefined ? "" : `\`${spec.env}\``,
      spec.file === undefined ? "" : `\`${spec.file}\``,
      expectation(spec),
      spec.default === undefined ? "required" : defaultText(spec) === "" ? "" : `\`${defaultText(spec)}\``,
      spec.help,
    ];
    return `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  });
  return [
    "| Flag | Variable | File key | Value | Default | Meaning |",
    "|---|---|---|---|---|---|",
    ...rows,
    "",
  ].join("\n");
}

function flagShown(spec: OptionSpec): string {
  return spec.type === "boolean" && spec.default === true ? `--no-${spec.flag?.slice(2)}` : (spec.flag ?? "");
}

function defaultShown(spec: OptionSpec): string | undefined {
  if (spec.default === undefined) return "required";
  const text = defaultText(spec);
  return text === "" || spec.type === "boolean" ? undefined : `default ${text}`;
}

function defaultText(spec: OptionSpec): string {
  if (spec.default === undefined || spec.default === null) return "";
  return Array.isArray(spec.default) ? spec.default.join(",") : String(spec.default);
}

function wrapped(text: string, indent: number, width: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(/\s+/)) {
    if (line !== "" && indent + line.length + 1 + word.length > width) {
      lines.push(" ".repeat(indent) + line);
      line = word;
    } else {
      line = line === "" ? word : `${line} ${word}`;
    }
  }
  return [...lines, " ".repeat(indent) + line];
}
