import { stripVTControlCharacters } from "node:util";
import type { Screen } from "./screen.ts";

export type Column = {
  readonly title: string;
  readonly align?: "right";
  /** Where the table is too wide, columns give way in this order, lowest first; without it a column keeps its width. */
  readonly yields?: number;
};

const gap = "  ";
const leastWidth = 8;

/** Columns of text under their titles, cut to the screen's width; a cut is shown by an ellipsis. */
export function table(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  screen: Screen,
): string {
  const widths = columns.map(({ title }, index) =>
    Math.max(title.length, ...rows.map((row) => shownLength(row[index] ?? ""))),
  );
  let excess = widths.reduce((sum, width) => sum + width + gap.length, -gap.length) - screen.width;
  const yielding = columns
    .map(({ yields }, index) => ({ yields, index }))
    .filter(({ yields }) => yields !== undefined)
    .sort((a, b) => (a.yields ?? 0) - (b.yields ?? 0));
  for (const { index } of yielding) {
    const width = widths[index] ?? 0;
    const given = Math.max(
      0,
      Math.min(excess, width - Math.max(leastWidth, columns[index]?.title.length ?? 0)),
    );
    widths[index] = width - given;
    excess -= given;
  }
  const line = (cells: readonly string[]): string =>
    columns
      .map(({ align }, index) => {
        const width = widths[index] ?? 0;
        const cell = cut(cells[index] ?? "", width);
        const padding = " ".repeat(Math.max(0, width - shownLength(cell)));
        return align === "right" ? padding + cell : cell + padding;
      })
      .join(gap)
      .trimEnd();
  const titles = line(columns.map(({ title }) => title));
  return [screen.paint("quiet", titles), ...rows.map(line)].join("\n");
}

/** Names and their values, one a line, values under each other. */
export function facts(entries: readonly (readonly [string, string])[]): string {
  const width = Math.max(...entries.map(([name]) => name.length));
  return entries
    .map(([name, value]) => {
      const [first = "", ...rest] = value.split("\n");
      const indent = " ".repeat(width + gap.length);
      return [`${name.padEnd(width)}${gap}${first}`.trimEnd(), ...rest.map((more) => indent + more)].join(
        "\n",
      );
    })
    .join("\n");
}

/** Words broken into lines of at most `width` columns. */
export function wrap(text: string, width: number, indent = ""): string {
  const lines: string[] = [];
  for (const paragraph of text.split("\n")) {
    let line = "";
    for (const word of paragraph.split(" ")) {
      if (line !== "" && indent.length + line.length + 1 + word.length > width) {
        lines.push(indent + line);
        line = word;
      } else {
        line = line === "" ? word : `${line} ${word}`;
      }
    }
    lines.push(indent + line);
  }
  return lines.join("\n");
}

function cut(text: string, width: number): string {
  return shownLength(text) <= width
    ? text
    : `${stripVTControlCharacters(text).slice(0, Math.max(0, width - 1))}…`;
}

function shownLength(text: string): number {
  return stripVTControlCharacters(text).length;
}
