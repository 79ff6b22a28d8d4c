import { type Logger, pino } from "pino";

export type LogLevel = "debug" | "info" | "warn" | "error";

/** JSON lines on standard output, or wherever `write` puts them. No level logs a password, code or key. */
export function createLog(level: LogLevel, write?: (line: string) => void): Logger {
  const options = {
    level,
    base: null,
    formatters: { level: (label: string) => ({ level: label }) },
  };
  return write === undefined ? pino(options) : pino(options, { write });
}
