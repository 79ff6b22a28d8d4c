import { span } from "@holdfast/core/messages/lock-time";
import type { AgentStatus, HealthItem } from "@holdfast/protocol/control";
import type { RefusalReason } from "@holdfast/protocol/refusals";
import { printable } from "../output/printable.ts";
import type { Screen } from "../output/screen.ts";
import { facts, table, wrap } from "../output/table.ts";
import { dateTime, dateTimeAndSpan, fromNow } from "../output/time.ts";

/** What matters now on this endpoint, top down: who it is, whether a server is there, who may sign in, what ails. */
export function statusText(status: AgentStatus, screen: Screen): string {
  const blocks = [headText(status, screen), usersText(status, screen), healthText(status.health, screen)];
  return blocks.filter((block) => block !== "").join("\n\n");
}

export function healthText(items: readonly HealthItem[], screen: Screen): string {
  return items.map((item) => healthItemText(item, screen)).join("\n");
}

const severityWords = { error: "Error", warning: "Warning", info: "Note" } as const;
const severityStyles = { error: "bad", warning: "caution", info: "quiet" } as const;

function healthItemText({ severity, title, detail, next }: HealthItem, screen: Screen): string {
  const lines = [
    screen.paint(severityStyles[severity], `${severityWords[severity]}: ${printable(title)}`),
    wrap(printable(detail), screen.width, "  "),
  ];
  if (next !== null) lines.push(`  Next: ${printable(next)}`);
  return lines.join("\n");
}

function headText(status: AgentStatus, screen: Screen): string {
  const { endpoint, connection } = status;
  const named = endpoint
    ? `${screen.paint("heading", printable(endpoint.name))}, site ${printable(endpoint.site)} (${endpoint.id})`
    : screen.paint("bad", "not enrolled");
  const entries: [string, string][] = [
    ["Endpoint", named],
    ["Server", connectionText(connection, screen)],
  ];
  if (connection.lastContactMs !== null) {
    entries.push(["Last contact", dateTimeAndSpan(connection.lastContactMs, screen.nowMs)]);
  }
  entries.push([
    "Offline",
    status.offlineEnabledHere ? "allowed here, within each user's policy" : "switched off here",
  ]);
  entries.push([
    "Keys",
    status.keyProtection === "tpm"
      ? "in the TPM"
      : "in a root-only file: setting the store back is not prevented",
  ]);
  if (status.eventsWaiting > 0) entries.push(["Events", `${status.eventsWaiting} waiting to reach a server`]);
  const clockOffMs = status.effectiveTimeMs - screen.nowMs;
  if (Math.abs(clockOffMs) >= 60_000) {
    const direction = clockOffMs > 0 ? "behind" : "ahead of";
    entries.push([
      "Clock",
      screen.paint("caution", `${span(Math.abs(clockOffMs))} ${direction} the time the agent goes by`),
    ]);
  }
  entries.push(["Agent", status.agentVersion]);
  return facts(entries);
}

function connectionText(connection: AgentStatus["connection"], screen: Screen): string {
  const since = connection.sinceMs === null ? "" : `, since ${dateTime(connection.sinceMs)}`;
  const server = connection.server === null ? "" : ` ${printable(connection.server)}`;
  const why = connection.why === null ? "" : `\n${printable(connection.why)}`;
  switch (connection.state) {
    case "online":
      return `${screen.paint("good", "online:")}${server}${since}`;
    case "offline":
      return `${screen.paint("caution", "offline")}${since}${why}`;
    case "connecting":
      return `connecting${server}${why}`;
    case "not-enrolled":
      return "none: enrol first";
  }
}

function usersText({ users, enrolled }: AgentStatus, screen: Screen): string {
  if (!enrolled) return "";
  if (users.length === 0)
    return "Nobody may sign in offline yet: it takes one online sign-in of each user here.";
  const rows = users.map((user) => [
    printable(user.userName),
    user.refusal === null
      ? screen.paint("good", "yes")
      : screen.paint("caution", `no: ${refusalWords(user.refusal)}`),
    String(user.remaining),
    dateTime(user.notAfterMs),
    user.lastOnlineMs === null ? "never" : fromNow(user.lastOnlineMs, screen.nowMs),
  ]);
  const columns = [
    { title: "USER", yields: 2 },
    { title: "OFFLINE SIGN-IN", yields: 1 },
    { title: "LEFT", align: "right" as const },
    { title: "LEASE ENDS" },
    { title: "LAST ONLINE", yields: 3 },
  ];
  const notes = users.flatMap((user) => {
    const name = printable(user.userName);
    const lines: string[] = [];
    if (user.lockedUntilMs !== null && user.lockedUntilMs > screen.nowMs) {
      lines.push(
        `${name} is locked until ${dateTimeAndSpan(user.lockedUntilMs, screen.nowMs)}, after ${user.failures} failures.`,
      );
    }
    if (user.refillWaiting) lines.push(`${name} has new codes waiting, which the next sign-in opens.`);
    return lines;
  });
  return [table(columns, rows, screen), ...(notes.length === 0 ? [] : ["", ...notes])].join("\n");
}

/** Fits a table's cell; the full text and what to do are in core/messages. */
const shortReasons: Partial<Record<RefusalReason, string>> = {
  "cache-exhausted": "used up, go online",
  "sign-ins-exhausted": "used up, go online",
  "lease-expired": "lease ended, go online",
  "offline-not-allowed": "policy forbids",
  "offline-off-here": "switched off here",
  "never-signed-in-here": "never signed in here",
  "fresh-online-sign-in-needed": "online sign-in first",
  "offline-not-with-totp": "not with time-based codes",
  "offline-not-with-passkey": "not with a passkey",
  "user-disabled": "disabled",
  "token-suspended-here": "token suspended here",
  "store-rolled-back": "store was set back",
  "store-damaged": "store is damaged",
  "clock-set-back": "clock was set back",
  "endpoint-revoked": "endpoint revoked",
};

function refusalWords(reason: RefusalReason): string {
  return shortReasons[reason] ?? reason.replaceAll("-", " ");
}
