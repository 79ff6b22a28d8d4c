import type { Logger } from "pino";
import { pino } from "pino";

export type LogLine = { readonly process: string; readonly level: number; readonly line: string };

/** What the parts log at level warn and above. An error that nobody caused is a finding. */
export class Logs {
  readonly lines: LogLine[] = [];

  readonly logger = (process: string): Logger =>
    pino(
      { level: "warn", timestamp: false, base: null },
      {
        write: (line: string) => {
          const { level } = JSON.parse(line) as { level: number };
          this.lines.push({ process, level, line: line.trim() });
          if (this.lines.length > 2000) this.lines.splice(0, 1000);
        },
      },
    );
}
