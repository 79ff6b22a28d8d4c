import { styleText } from "node:util";
import type { Ports } from "../frame/ports.ts";

/** How text may look where it is going: width, and colours where a terminal wants them. */
export type Screen = {
  readonly width: number;
  readonly nowMs: number;
  /** Drawings for a terminal's eyes, such as a QR code, with the colours they need. */
  readonly isTerminal: boolean;
  paint(style: Style, text: string): string;
};

export type Style = "heading" | "good" | "caution" | "bad" | "quiet";

const formats = {
  heading: "bold",
  good: "green",
  caution: "yellow",
  bad: "red",
  quiet: "dim",
} as const;

const defaultWidth = 80;

/** Colour never carries meaning alone: every state is a word too. `NO_COLOR` is honoured (no-color.org). */
export function screenOf(ports: Ports): Screen {
  const { isTerminal, columns } = ports.stdout;
  const coloured = isTerminal && !ports.env.NO_COLOR && ports.env.TERM !== "dumb";
  return {
    width: Math.max(40, columns ?? defaultWidth),
    nowMs: ports.now(),
    isTerminal,
    paint: (style, text) => (coloured ? styleText(formats[style], text, { validateStream: false }) : text),
  };
}
