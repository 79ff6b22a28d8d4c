import type { OwnedTokenView, TokenView, UserView } from "@holdfast/protocol/admin-api";
import { printable } from "../output/printable.ts";
import type { Screen } from "../output/screen.ts";
import { facts, table, wrap } from "../output/table.ts";
import { dateTime, fromNow } from "../output/time.ts";

/** A user in full, as `users show` prints it. */
export function userText(user: UserView, policyName: string, screen: Screen): string {
  const head = facts([
    ["User", `${screen.paint("heading", printable(user.userName))}  ${printable(user.displayName)}`],
    ["Id", user.id],
    ["Status", user.status === "active" ? "active" : screen.paint("bad", "disabled")],
    ["Policy", printable(policyName)],
    ["Role", user.role === null ? "none" : printable(user.role.name)],
    ["Groups", user.groups.length === 0 ? "none" : user.groups.map(({ name }) => printable(name)).join(", ")],
    ["Password", user.hasPassword ? "set" : screen.paint("caution", "none")],
    ["Cache size", user.cacheSize === null ? "as policy and client say" : `${user.cacheSize} codes`],
    ["Failures", String(user.failures)],
    ["Lock", lockAndWait(user, screen.nowMs)],
    ["Remote access", remoteAccessText(user, screen.nowMs)],
    ["Added", dateTime(user.createdAtMs)],
  ]);
  const tokens = user.tokens.length === 0 ? "No tokens." : tokenTable(user.tokens, screen);
  const warnings = user.warnings.map(({ message }) =>
    screen.paint("caution", wrap(`Warning: ${printable(message)}`, screen.width)),
  );
  return [head, "", tokens, ...(warnings.length > 0 ? ["", ...warnings] : [])].join("\n");
}

export function tokenTable(tokens: readonly TokenView[], screen: Screen): string {
  return table(tokenColumns, tokens.map(tokenCells), screen);
}

/** Of several users. */
export function ownedTokenTable(tokens: readonly OwnedTokenView[], screen: Screen): string {
  const rows = tokens.map((token) => [printable(token.userName), ...tokenCells(token)]);
  return table([{ title: "USER", yields: 3 }, ...tokenColumns], rows, screen);
}

const tokenColumns = [
  { title: "TOKEN" },
  { title: "LABEL", yields: 1 },
  { title: "STATUS" },
  { title: "DIGITS", yields: 2 },
  { title: "NEXT", align: "right" as const },
  { title: "CACHE", align: "right" as const },
  { title: "OFFLINE" },
];

function tokenCells(token: TokenView): string[] {
  return [
    token.id,
    printable(token.label),
    token.status,
    `${token.digits} ${token.algorithm}`,
    token.kind === "totp" ? "by time" : String(token.nextCounter),
    token.kind === "totp" ? "none" : token.cacheSize === null ? "default" : String(token.cacheSize),
    offlineText(token),
  ];
}

/** Both locks of a user in a few words: the one everywhere first, which is the graver. */
export function locksText(user: UserView, nowMs: number): string {
  const everywhere = lockText(user, nowMs);
  const remotely = user.remoteAccess === null ? "none" : lockText(user.remoteAccess, nowMs);
  return everywhere === "none" && remotely !== "none" ? `remote access ${remotely}` : everywhere;
}

/** `until 2026-06-01 14:05`, or `none` where there is no lock any more. */
function lockText({ lockedUntilMs }: Pick<UserView, "lockedUntilMs">, nowMs: number): string {
  return lockedUntilMs === null || lockedUntilMs <= nowMs ? "none" : `until ${dateTime(lockedUntilMs)}`;
}

function lockAndWait(lock: Pick<UserView, "lockedUntilMs">, nowMs: number): string {
  const text = lockText(lock, nowMs);
  return text === "none" ? text : `${text} (${fromNow(lock.lockedUntilMs ?? nowMs, nowMs)})`;
}

/** Its failures are counted apart where the policy does not join them. */
function remoteAccessText({ remoteAccess }: UserView, nowMs: number): string {
  if (remoteAccess === null) return "counted together with the others (by the policy)";
  const { failures } = remoteAccess;
  return `${failures} ${failures === 1 ? "failure" : "failures"}, lock: ${lockAndWait(remoteAccess, nowMs)}`;
}

/** OTP-15, OTP-28: which tokens could serve offline, and which one does. */
function offlineText(token: TokenView): string {
  if (!token.offlineCapable) return "no";
  return token.cachedOffline ? "in use" : "capable";
}
