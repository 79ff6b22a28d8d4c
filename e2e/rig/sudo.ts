import type { Account } from "./accounts.ts";
import type { Machine } from "./machine.ts";
import type { Answer, Conversation } from "./pty.ts";

export interface SudoOptions {
  /** Who calls sudo; needs a rule in the machine's sudoers. */
  readonly as: Account;
  /** Default root. */
  readonly to?: string;
  readonly answer: Answer;
  /** Default `id -un`. Its output is among `lines`. */
  readonly command?: readonly string[];
  readonly timeoutMs?: number;
}

/** `sudo -u TARGET COMMAND` on a terminal, through the machine's PAM service `sudo`. */
export async function sudo(machine: Machine, options: SudoOptions): Promise<Conversation> {
  const command = options.command ?? ["id", "-un"];
  return await machine.converse("sudo", ["-u", options.to ?? "root", "--", ...command], {
    as: options.as,
    answer: options.answer,
    ...(options.timeoutMs === undefined ? {} : { timeoutMs: options.timeoutMs }),
  });
}
