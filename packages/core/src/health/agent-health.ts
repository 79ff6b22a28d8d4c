import type { HealthItem } from "@holdfast/protocol/control";
import type { KeyProtection } from "@holdfast/protocol/endpoint-api";
import { counted, span } from "../messages/lock-time.ts";
import type { BypassFactor } from "../sign-in/bypass.ts";

/**
 * What a person must know about an endpoint: the one registry that `holdfast status`, `holdfast doctor` and the log read.
 * Worst first. No item names a secret, and none is raised for what is merely usual.
 */
export type AgentFacts = {
  readonly nowMs: number;
  readonly enrolled: boolean;
  readonly revoked: boolean;
  readonly connection:
    | { readonly state: "connecting" | "online" }
    | { readonly state: "offline"; readonly sinceMs: number; readonly why: string };
  readonly lastContactMs: number | null;
  readonly keyProtection: KeyProtection;
  readonly offlineEnabledHere: boolean;
  /** How far the wall clock lags behind effective time; 0 within the tolerance. */
  readonly clockBehindMs: number;
  readonly store:
    | { readonly kind: "sound" }
    | { readonly kind: "rolled-back" | "tampered"; readonly why: string };
  /** The last durable write failed; null: it did not. */
  readonly storageProblem: string | null;
  readonly eventsWaiting: number;
  /** When the oldest of them happened. */
  readonly oldestEventMs: number | null;
  readonly users: readonly AgentUserFacts[];
};

export type AgentUserFacts = {
  readonly userName: string;
  readonly notAfterMs: number;
  readonly remaining: number;
  readonly warnBelow: number;
  readonly offlineAllowed: boolean;
  readonly tokenSuspended: boolean;
  readonly freshSignInNeeded: boolean;
  /** What the help desk can give him here in the place of a code (OTP-23). */
  readonly helpDeskGives: readonly BypassFactor[];
  readonly lockedUntilMs: number | null;
};

type Severity = HealthItem["severity"];

/** Every code, its severity and its title: one row each, rendered into the reference as it stands. */
export const healthRegistry = {
  "not-enrolled": { severity: "error", title: "This computer is not enrolled" },
  "endpoint-revoked": { severity: "error", title: "This computer has been withdrawn from sign-in" },
  "store-tampered": { severity: "error", title: "Stored sign-in data is damaged or was changed" },
  "store-rolled-back": { severity: "error", title: "Stored sign-in data is older than it should be" },
  "storage-failing": { severity: "error", title: "Sign-ins cannot be recorded" },
  offline: { severity: "warning", title: "No server can be reached" },
  "clock-behind": { severity: "warning", title: "This computer's clock is behind" },
  "events-waiting": { severity: "warning", title: "Events have been waiting for long to reach the server" },
  "token-suspended": { severity: "warning", title: "A token is suspended here after too many wrong codes" },
  "fresh-sign-in-needed": {
    severity: "warning",
    title: "A user must sign in online before offline sign-in works again",
  },
  "lease-over": { severity: "warning", title: "A user's time for offline sign-in is over" },
  "lease-ending": { severity: "warning", title: "A user's time for offline sign-in ends soon" },
  "sign-ins-used-up": { severity: "warning", title: "A user has no offline sign-ins left" },
  "few-sign-ins-left": { severity: "warning", title: "A user has few offline sign-ins left" },
  "user-locked": { severity: "warning", title: "A user is locked after too many failed sign-ins" },
  "key-in-file": { severity: "warning", title: "The device key is a file" },
  "offline-off-here": { severity: "info", title: "Offline sign-in is switched off on this computer" },
  "offline-not-allowed": { severity: "info", title: "A user may not sign in offline" },
} as const satisfies Record<string, { severity: Severity; title: string }>;

export type HealthCode = keyof typeof healthRegistry;

/** A lease is about to end from here on. */
export const LEASE_ENDING_MS = 86_400_000;
/** Online, events leave within seconds; this long means that something holds them back. */
export const EVENTS_WAITING_ONLINE_MS = 600_000;
export const EVENTS_WAITING_OFFLINE_MS = 7 * 86_400_000;

export function agentHealth(facts: AgentFacts): HealthItem[] {
  const items = facts.enrolled
    ? [...machineItems(facts), ...facts.users.flatMap((user) => userItems(facts, user))]
    : [
        item("not-enrolled", "Nobody can sign in here through Holdfast yet.", {
          next: "holdfast enroll --server URL --code CODE",
        }),
        ...storeItems(facts),
      ];
  const order = Object.keys(healthRegistry);
  return items.sort(
    (a, b) => rank(a.severity) - rank(b.severity) || order.indexOf(a.code) - order.indexOf(b.code),
  );
}

function machineItems(facts: AgentFacts): HealthItem[] {
  const items = storeItems(facts);
  if (facts.revoked) {
    items.push(
      item("endpoint-revoked", "An administrator revoked it. What it held for offline sign-in is deleted.", {
        next: "If it is to be used again: holdfast enroll --server URL --code CODE",
      }),
    );
  }
  if (facts.connection.state === "offline") {
    const { sinceMs, why } = facts.connection;
    const contact = facts.lastContactMs === null ? "never" : `${span(facts.nowMs - facts.lastContactMs)} ago`;
    items.push(
      item("offline", `For ${span(facts.nowMs - sinceMs)} (${why}). Last contact: ${contact}.`, {
        next: "Nothing, if the network is known to be down: the agent returns by itself. Else: holdfast doctor",
      }),
    );
  }
  if (facts.clockBehindMs > 0) {
    items.push(
      item(
        "clock-behind",
        `By ${span(facts.clockBehindMs)}. Sign-in goes on by effective time; a clock set back extends nothing.`,
        {
          next: "Put the clock right (timedatectl set-ntp true). If effective time is wrong, the next contact corrects it.",
        },
      ),
    );
  }
  items.push(...waitingItems(facts));
  if (facts.keyProtection === "file") {
    items.push(
      item(
        "key-in-file",
        "Whoever copies this disk, or is root, has the device key and can set stored data back. Against a copied disk only the users' passwords and disk encryption protect offline sign-in. Leases are therefore at most 3 days, and sign-in by code alone stays online.",
        { next: "Encrypt the disk." },
      ),
    );
  }
  if (!facts.offlineEnabledHere) {
    items.push(
      item(
        "offline-off-here",
        "The local configuration says so; no user can sign in here without a server.",
        {
          next: "To allow it: enabled = true under [offline] in agent.toml",
        },
      ),
    );
  }
  return items;
}

function storeItems(facts: AgentFacts): HealthItem[] {
  const items: HealthItem[] = [];
  if (facts.store.kind !== "sound") {
    const code = facts.store.kind === "tampered" ? "store-tampered" : "store-rolled-back";
    items.push(
      item(code, `${facts.store.why}. Offline sign-in is closed; online sign-in goes on.`, {
        next: "Find out who changed it, then enrol this computer afresh.",
      }),
    );
  }
  if (facts.storageProblem !== null) {
    items.push(
      item(
        "storage-failing",
        `${facts.storageProblem}. Offline sign-ins are refused until it works; nothing is lost.`,
        {
          next: "Make room on the disk, or mount it writable: df -h /var/lib/holdfast",
        },
      ),
    );
  }
  return items;
}

function waitingItems(facts: AgentFacts): HealthItem[] {
  if (facts.eventsWaiting === 0 || facts.oldestEventMs === null) return [];
  const waitedMs = facts.nowMs - facts.oldestEventMs;
  const limitMs = facts.connection.state === "online" ? EVENTS_WAITING_ONLINE_MS : EVENTS_WAITING_OFFLINE_MS;
  if (waitedMs < limitMs) return [];
  const detail = `${counted(facts.eventsWaiting, "event")}, the oldest ${span(waitedMs)} old. The server does not know them yet.`;
  return [
    item("events-waiting", detail, { next: "Bring this computer to the server's network: holdfast doctor" }),
  ];
}

function userItems(facts: AgentFacts, user: AgentUserFacts): HealthItem[] {
  const items: HealthItem[] = [];
  const who = user.userName;
  const online = `${who} signs in once while this computer is connected.`;
  if (user.lockedUntilMs !== null && user.lockedUntilMs > facts.nowMs) {
    items.push(
      item("user-locked", `${who}: for another ${span(user.lockedUntilMs - facts.nowMs)}.`, {
        next: "Wait, or unlock the user at the server; the unlock arrives at the next contact.",
      }),
    );
  }
  if (!facts.offlineEnabledHere) return items;
  if (!user.offlineAllowed) {
    items.push(item("offline-not-allowed", `${who}: the user policy does not allow it.`, { next: null }));
    return items;
  }
  if (user.tokenSuspended) {
    items.push(
      item("token-suspended", `${who}: somebody who knew the password gave ten wrong codes in a row.`, {
        next: "Connect this computer: contact with the server lifts it. Ask the user whether it was him.",
      }),
    );
  }
  if (user.freshSignInNeeded) {
    items.push(
      item("fresh-sign-in-needed", `${who}: a conflict was found, or the password was changed.`, {
        next: online,
      }),
    );
  }
  const leftMs = user.notAfterMs - facts.nowMs;
  const orHelped = leftMs > 0 ? `${online}${helpDeskText(user)}` : online;
  if (leftMs <= 0) items.push(item("lease-over", `${who}: since ${span(-leftMs)}.`, { next: online }));
  else if (leftMs < LEASE_ENDING_MS)
    items.push(item("lease-ending", `${who}: in ${span(leftMs)}.`, { next: online }));
  if (user.remaining <= 0) items.push(item("sign-ins-used-up", `${who}: none left.`, { next: orHelped }));
  else if (user.remaining <= user.warnBelow) {
    items.push(item("few-sign-ins-left", `${who}: ${user.remaining} left.`, { next: orHelped }));
  }
  return items;
}

/** Where the password opens the store still, once codes or sign-ins are used up. */
function helpDeskText({ helpDeskGives }: AgentUserFacts): string {
  const ways = helpDeskGives.map((one) =>
    one === "bypass-code" ? "give a bypass code" : "answer a challenge",
  );
  return ways.length === 0 ? "" : ` Without a network the help desk can ${ways.join(" or ")}.`;
}

function item(code: HealthCode, detail: string, { next }: { next: string | null }): HealthItem {
  const { severity, title } = healthRegistry[code];
  return { code, severity, title, detail: detail.slice(0, 1000), next };
}

function rank(severity: Severity): number {
  return severity === "error" ? 0 : severity === "warning" ? 1 : 2;
}
