import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { Logger } from "pino";

/** Locks the open sessions of users; never ends them. */
export type SessionLocker = (userNames: readonly string[]) => Promise<void>;

const run = promisify(execFile);
const timeoutMs = 5000;

/** By systemd-logind where it runs. Elsewhere nobody knows the sessions, and the log says so. */
export function createSessionLocker(log: Logger): SessionLocker {
  return async (userNames) => {
    for (const userName of userNames) {
      try {
        const sessions = await sessionsOf(userName);
        if (sessions.length > 0)
          await run("loginctl", ["lock-session", "--", ...sessions], { timeout: timeoutMs });
        log.warn({ userName, sessions: sessions.length }, "sessions in doubt were locked");
      } catch (error) {
        const why = (error as NodeJS.ErrnoException).code ?? "loginctl failed";
        log.warn({ userName, why }, "sessions in doubt could not be locked: systemd-logind does not answer");
      }
    }
  };
}

async function sessionsOf(userName: string): Promise<string[]> {
  const { stdout } = await run("loginctl", ["list-sessions", "--no-legend", "--no-pager"], {
    timeout: timeoutMs,
  });
  return stdout
    .split("\n")
    .map((line) => line.trim().split(/\s+/))
    .filter(([session, _uid, user]) => user === userName && /^[A-Za-z0-9]+$/.test(session ?? ""))
    .map(([session = ""]) => session);
}
