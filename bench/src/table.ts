import type { Bar, Detail } from "./measure.ts";

/** One line of the table, one object of `--json`. */
export type Row = {
  readonly name: string;
  readonly measure: string;
  readonly value: number | null;
  readonly unit: string;
  readonly bar: string | null;
  /** Null: reported only, or not run. */
  readonly holds: boolean | null;
  /** Why there is no value. */
  readonly notRun?: string;
  readonly detail?: Detail;
};

export function barText(bar: Bar): string | null {
  if (bar === null) return null;
  return "atMost" in bar ? `≤ ${grouped(bar.atMost)}` : `≥ ${grouped(bar.atLeast)}`;
}

export function holds(value: number, bar: Bar): boolean | null {
  if (bar === null) return null;
  return "atMost" in bar ? value <= bar.atMost : value >= bar.atLeast;
}

/** What `--json` prints: the object's order is the documented one. */
export function jsonRow({ name, measure, value, unit, bar, holds: verdict, notRun, detail }: Row): object {
  return { name, value, unit, bar, holds: verdict, measure, notRun, detail };
}

const headings = ["measure", "figure", "bar", "holds"] as const;

export function table(rows: readonly Row[]): string {
  const cells = rows.map((row) => [row.measure, figureText(row), row.bar ?? "–", verdictText(row)]);
  const all = [[...headings], ...cells];
  const widths = headings.map((_, column) => Math.max(...all.map((line) => (line[column] ?? "").length)));
  const draw = (line: readonly string[]) =>
    line.map((cell, column) => (column === 3 ? cell : cell.padEnd(widths[column] ?? 0))).join("  ");
  const rule = widths.map((width) => "─".repeat(width)).join("  ");
  return [draw(headings), rule, ...cells.map(draw)].join("\n");
}

function figureText(row: Row): string {
  if (row.value === null) return "not run";
  return `${grouped(significant(row.value))}${row.unit === "" ? "" : ` ${row.unit}`}`;
}

function verdictText(row: Row): string {
  if (row.notRun !== undefined) return row.notRun;
  if (row.holds === null) return "reported";
  return row.holds ? "holds" : "DOES NOT HOLD";
}

function significant(value: number): number {
  return Math.abs(value) >= 1000 ? Math.round(value) : Number(value.toPrecision(3));
}

function grouped(value: number): string {
  return value.toLocaleString("en-US", { maximumFractionDigits: 6 });
}
