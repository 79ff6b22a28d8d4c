import type { Account } from "./accounts.ts";
import type { Machine } from "./machine.ts";
import type { Answer, Conversation } from "./pty.ts";

export interface SuOptions {
  /** Who calls su. */
  readonly as: Account;
  /** Default root. */
  readonly to?: string;
  readonly answer: Answer;
  /** Run by su as the target; default `id -un`. Its output is among `lines`. */
  readonly command?: string;
  readonly timeoutMs?: number;
}

/** `su - TARGET -c COMMAND` on a terminal, through the machine's PAM service `su-l`. */
export async function su(machine: Machine, options: SuOptions): Promise<Conversation> {
  const target = options.to ?? "root";
  return await machine.converse("su", ["-", target, "-c", options.command ?? "id -un"], {
    as: options.as,
    answer: options.answer,
    ...(options.timeoutMs === undefined ? {} : { timeoutMs: options.timeoutMs }),
  });
}
