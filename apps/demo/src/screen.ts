import { styleText } from "node:util";

/** Whether the endpoint and the server can talk, as the picture shows it. */
export type Link = "up" | "down" | "returning";

/** What one step of the walk found; the shape of a `--json` line. */
export type StepReport = {
  readonly step: number;
  readonly title: string;
  readonly held: boolean;
  readonly milliseconds: number;
  readonly detail: string;
};

/** Where the walk is told: pictures for people, lines for scripts. */
export interface Screen {
  opening(): void;
  scene(link: Link, caption: string): void;
  stepBegins(step: number, title: string): void;
  /** One line of what the person at the endpoint sees. */
  dialogue(line: string): void;
  stepEnds(report: StepReport): void;
  note(line: string): void;
  closing(summary: { readonly held: number; readonly of: number; readonly milliseconds: number }): void;
  card(title: string, rows: readonly (readonly [string, string])[]): void;
}

/** One JSON object per step and nothing else, for scripts. */
export function jsonScreen(out: NodeJS.WritableStream): Screen {
  const nothing = () => {};
  return {
    opening: nothing,
    scene: nothing,
    stepBegins: nothing,
    dialogue: nothing,
    note: nothing,
    closing: nothing,
    card: (title, rows) =>
      void out.write(`${JSON.stringify({ card: title, ...Object.fromEntries(rows) })}\n`),
    stepEnds: (report) => void out.write(`${JSON.stringify(report)}\n`),
  };
}

/** Lines are kept this short where the terminal is wider, and narrower where it is not. */
const widestText = 92;
const narrowestText = 48;

type Style = Parameters<typeof styleText>[0];

/**
 * The walk as a picture in the terminal: append-only, so that it can be scrolled, piped and pasted. Colours only where
 * the stream has them (NO_COLOR is kept); no state is told by colour alone.
 */
export function terminalScreen(out: NodeJS.WriteStream | NodeJS.WritableStream): Screen {
  const paint = (style: Style, text: string) => styleText(style, text, { stream: out });
  const line = (text = "") => void out.write(`${text}\n`);
  const columns = "columns" in out && out.columns ? out.columns : widestText;
  const width = Math.max(narrowestText, Math.min(widestText, columns));

  return {
    opening() {
      line();
      line(
        `  ${paint(["bold"], "holdfast")}  ${paint("dim", "sign-in that holds when the network doesn't")}`,
      );
      line();
    },
    scene(link, caption) {
      const wire = {
        up: paint("green", "══════════════"),
        down: `${paint("red", "════")} ${paint(["bold", "red"], "cut")} ${paint("red", "═════")}`,
        returning: paint("yellow", "══ returning ═"),
      }[link];
      const server = link === "down" ? paint(["dim", "strikethrough"], "server") : paint("bold", "server");
      line();
      line(`  nora ──── ${paint("bold", "ward-7")} ${wire} ${server}   ${paint("dim", caption)}`);
      line();
    },
    stepBegins(step, title) {
      line(`  ${paint(["bold", "cyan"], String(step).padStart(2))}  ${paint("bold", title)}`);
    },
    dialogue(text) {
      for (const part of wrapped(text, width - 8)) line(`      ${paint("dim", "│")} ${part}`);
    },
    stepEnds(report) {
      const mark = report.held
        ? paint(["bold", "green"], "✓ held")
        : paint(["bold", "red"], "✗ did not hold");
      const time = report.milliseconds >= 1 ? `${Math.round(report.milliseconds)} ms` : "";
      const indent = " ".repeat(report.held ? 14 : 22);
      const [first = "", ...rest] = wrapped(report.detail, width - indent.length);
      line(`      ${mark}  ${first}${rest.length === 0 ? `  ${paint("dim", time)}` : ""}`);
      for (const [index, part] of rest.entries()) {
        line(`${indent}${part}${index === rest.length - 1 ? `  ${paint("dim", time)}` : ""}`);
      }
      line();
    },
    note(text) {
      line(`      ${paint("dim", text)}`);
    },
    closing({ held, of, milliseconds }) {
      const all = held === of;
      const words = all ? `all ${of} steps held` : `${of - held} of ${of} steps did not hold`;
      const rule = "─".repeat(64);
      line(`  ${paint("dim", rule)}`);
      line(
        `  ${paint(["bold", all ? "green" : "red"], words)} ${paint("dim", `in ${(milliseconds / 1000).toFixed(1)} s`)}`,
      );
      line();
    },
    card(title, rows) {
      line(`  ${paint("bold", title)}`);
      const nameWidth = Math.max(...rows.map(([name]) => name.length));
      for (const [name, value] of rows) line(`    ${paint("dim", name.padEnd(nameWidth))}  ${value}`);
      line();
    },
  };
}

/** Breaks at blanks, so that no line is longer than `width` but for a single longer word. */
function wrapped(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const paragraph of text.split("\n")) {
    let current = "";
    for (const word of paragraph.split(" ")) {
      if (current !== "" && current.length + 1 + word.length > width) {
        lines.push(current);
        current = word;
      } else current = current === "" ? word : `${current} ${word}`;
    }
    lines.push(current);
  }
  return lines;
}
