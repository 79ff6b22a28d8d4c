import { execFile } from "node:child_process";
import { promisify } from "node:util";

/**
 * Locks the open sessions of users; never ends them.
 *
 * @throws where nobody on this machine can.
 */
export type SessionLocker = (userNames: readonly string[]) => Promise<void>;

const run = promisify(execFile);
const timeoutMs = 5000;

/** By systemd-logind. Where it does not run, nobody knows the sessions. */
export const lockSessionsByLogind: SessionLocker = async (userNames) => {
  const { stdout } = await run("loginctl", ["list-sessions", "--no-legend", "--no-pager"], {
    timeout: timeoutMs,
  });
  const sessions = userNames.flatMap((userName) => sessionsOf(userName, stdout));
  if (sessions.length > 0) await run("loginctl", ["lock-session", "--", ...sessions], { timeout: timeoutMs });
};

/** `loginctl list-sessions` prints session, UID and user first, whatever follows. */
export function sessionsOf(userName: string, listing: string): string[] {
  return listing
    .split("\n")
    .map((line) => line.trim().split(/\s+/))
    .filter(([session, _uid, user]) => user === userName && /^[A-Za-z0-9]+$/.test(session ?? ""))
    .map(([session = ""]) => session);
}
