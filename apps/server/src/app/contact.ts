import type { OutageWindow } from "@holdfast/core/outage-planning/readiness";
import { judgeContact } from "@holdfast/core/reconcile/contact-order";
import type { Revocation } from "@holdfast/protocol/bundle";
import type { ContactAnswer, ContactRequest } from "@holdfast/protocol/endpoint-api";
import type { ChainedEvent } from "@holdfast/protocol/endpoint-events";
import { currentManifest } from "../keys/key-manifest.ts";
import type { BundleRow } from "../store/bundles-store.ts";
import type { EndpointRow } from "../store/endpoints-store.ts";
import type { Transaction } from "../store/store.ts";
import { raiseAlert } from "./alerts.ts";
import { readBundleFacts, refillDue } from "./bundle-content.ts";
import { acknowledged } from "./bundles.ts";
import { takeReport } from "./bypass/standing.ts";
import type { KnownAttempts, MergedEvents } from "./contact-events.ts";
import { lookUpAttempts, mergeEvents, PlaceUnknown } from "./contact-events.ts";
import { openWindows, windowRefillDue } from "./outage/maintenance.ts";
import type { Outcome } from "./outcome.ts";
import { ok, refused } from "./outcome.ts";
import type { AppPorts } from "./ports.ts";
import { newSecret } from "./ports.ts";
import { receiveReturned } from "./returned-endpoints.ts";
import { newRevocations, queueRevocations, signRevocations } from "./revocations.ts";
import { enabledHotp } from "./token-view.ts";
import { markRevoked } from "./users.ts";

export type Contacts = {
  exchange(
    endpoint: EndpointRow,
    nonce: string | null,
    request: ContactRequest,
  ): Promise<Outcome<Omit<ContactAnswer, "holdfast" | "inReplyTo">>>;
};

/** Servers not seen for this long are told to endpoints no more: a server under maintenance is, for a while. */
const serverForgottenAfterMs = 7 * 86_400_000;

/** Between an endpoint's look at its events and their arrival here; it gives requests up in half of this. */
const requestMayTakeMs = 30_000;

/** One exchange that brings endpoint and server level (OTP-29): its events in, where every cached user stands out. */
export function createContacts(ports: AppPorts): Contacts {
  const crowd = createCrowd(ports);
  return {
    async exchange(endpoint, nonce, request) {
      const returned = await receiveReturned(ports, endpoint, nonce, request);
      if (returned.kind === "refused") return returned;
      await orderWhatIsOwed(ports, endpoint);
      const fresh = newSecret(ports, 16);
      const presented = { number: request.contactNumber, drawn: request.timeNonce, nonce };
      const result = await withAttempts(ports, endpoint, request.events, (known) =>
        ports.store.transaction(async (tx) => {
          const row = await tx.endpoints.get(endpoint.id);
          if (!row) throw new Error("an endpoint that made contact is not in the store");
          const order = judgeContact(row, presented, fresh, tx.now());
          if (order.kind === "clone" || request.foreignNumber !== undefined)
            await raiseAlert(ports, tx, {
              kind: "clone-suspected",
              userId: null,
              endpointId: row.id,
              detail: { hostName: row.hostName },
            });
          if (order.kind !== "in-order") return order;
          const key = ports.secrets.open("chain-key", row.id, row.sealedChainKey);
          const merged = await mergeEvents(
            ports,
            tx,
            row,
            { sequence: row.chainSequence, mac: row.chainMac, key },
            request.events,
            known,
          );
          const moved = merged.position.sequence !== row.chainSequence;
          const next: EndpointRow = {
            ...row,
            agentVersion: request.agentVersion,
            // What kind of client it is, whoever issued its code has said; how many codes it leaves out, it says itself.
            profile: request.profile?.name === row.profile.name ? request.profile : row.profile,
            lastContactAtMs: tx.now(),
            levelAtMs:
              merged.kind === "merged" && !request.more ? tx.now() - requestMayTakeMs : row.levelAtMs,
            // The nonce just presented stays good: this answer may be lost, too.
            ...order.after,
            chainSequence: merged.position.sequence,
            chainMac: merged.position.mac,
            sealedChainKey: moved
              ? ports.secrets.seal("chain-key", row.id, merged.position.key)
              : row.sealedChainKey,
          };
          await tx.endpoints.update(next);
          if (request.storeDamage) {
            await raiseAlert(ports, tx, {
              kind: "tamper-detected",
              userId: null,
              endpointId: row.id,
              detail: { ...request.storeDamage, outsideChain: true },
            });
          }
          if (merged.kind === "broken") return { kind: "broken", merged } as const;
          return { kind: "level", merged, view: await viewFor(ports, tx, next, request) } as const;
        }),
      );
      if (result.kind === "clone") {
        return refused(
          "clone-suspected",
          "This endpoint's last exchange with the server is not the one the server knows. An administrator has been alerted.",
        );
      }
      if (result.kind === "overtaken") {
        return refused(
          "contact-overtaken",
          "A later contact of this endpoint was taken before this one, which therefore changed nothing. Begin another.",
          { contactNumber: result.highest },
        );
      }
      wakeOthers(ports, endpoint, result.merged);
      if (result.kind === "broken") {
        return refused(
          "chain-broken",
          `The endpoint's event ${result.merged.at} does not follow the last one taken (${result.merged.why}).`,
        );
      }
      return ok(await answer(ports, crowd, endpoint, request, fresh, result.merged, result.view));
    },
  };
}

/** Runs a merge on what is known about its attempts, and again where that was too little. */
async function withAttempts<T>(
  ports: AppPorts,
  endpoint: EndpointRow,
  events: readonly ChainedEvent[],
  merge: (known: KnownAttempts) => Promise<T>,
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await merge(await lookUpAttempts(ports, endpoint, events));
    } catch (error) {
      if (!(error instanceof PlaceUnknown) || attempt === 5) throw error;
    }
  }
}

type View = Pick<ContactAnswer, "users" | "manifest" | "servers"> & {
  readonly orders: readonly Revocation[];
};

async function viewFor(
  ports: AppPorts,
  tx: Transaction,
  endpoint: EndpointRow,
  request: ContactRequest,
): Promise<View> {
  const reported = new Map(request.holdings.map((holding) => [holding.userId, holding]));
  const users: View["users"] = [];
  const windows = await openWindows(tx, endpoint.site);
  for (const row of await tx.bundles.ofEndpoint(endpoint.id)) {
    const holding = reported.get(row.userId);
    const held: BundleRow = {
      ...(holding ? asHeld(row, holding) : row),
      reportedRemaining: holding?.remaining ?? null,
    };
    if (
      held.reportedRemaining !== row.reportedRemaining ||
      held.acknowledgedSequence !== row.acknowledgedSequence ||
      held.latestNotAfterMs !== row.latestNotAfterMs
    )
      await tx.bundles.upsert(held);
    if (endpoint.status === "active" && (held.status === "active" || holding))
      users.push(await userView(ports, tx, endpoint, held, windows, holding?.bypass));
  }
  const manifest = await currentManifest(tx);
  const pending = await tx.revocations.pending(endpoint.id);
  const servers = (await tx.servers.list()).filter(
    ({ lastSeenAtMs }) => tx.now() - lastSeenAtMs < serverForgottenAfterMs,
  );
  return {
    users,
    orders: pending.map(({ revocation }) => revocation),
    manifest: manifest.number > request.manifestNumber ? manifest.document : null,
    servers: withThisServer(
      ports,
      servers.map(({ url, site }) => ({ url, site })),
    ),
  };
}

/**
 * What the endpoint itself says it holds rules over what it has acknowledged: an older one than that may be on a disk
 * that was set back, and counts until the newest is acknowledged again. (Told by a contact that a refill overtook, it is
 * put right by the next.)
 */
function asHeld(
  row: BundleRow,
  { epoch, sequence, notAfterMs }: ContactRequest["holdings"][number],
): BundleRow {
  if (epoch === row.epoch && sequence === row.sequence) return row.requestId === "" ? row : acknowledged(row);
  if (row.acknowledgedSequence === null || (epoch === row.epoch && sequence >= row.acknowledgedSequence))
    return row;
  return {
    ...row,
    acknowledgedSequence: epoch === row.epoch ? sequence : null,
    latestNotAfterMs: Math.max(row.latestNotAfterMs, notAfterMs),
  };
}

/** This server is there, whatever the store knows of it yet. */
function withThisServer(ports: AppPorts, servers: View["servers"]): View["servers"] {
  const url = ports.server.url();
  return servers.some((one) => one.url === url) ? servers : [{ url, site: ports.server.site }, ...servers];
}

async function userView(
  ports: AppPorts,
  tx: Transaction,
  endpoint: EndpointRow,
  held: BundleRow,
  windows: readonly OutageWindow[],
  reported: ContactRequest["holdings"][number]["bypass"],
): Promise<View["users"][number]> {
  const user = await tx.users.get(held.userId);
  if (!user) throw new Error("a bundle belongs to nobody");
  const tokens = await tx.tokens.ofUser(user.id);
  const bypass = await takeReport(tx, endpoint.id, user.id, reported);
  const facts = { ...(await readBundleFacts(tx, endpoint, user, bypass)), held };
  const { state } = facts;
  const nowMs = ports.clock.now();
  return {
    userId: user.id,
    userName: user.name,
    status: user.status,
    failures: state.failures,
    failuresSinceLock: state.failuresSinceLock,
    lockedUntilMs: state.lockedUntilMs,
    credentialEpoch: user.credentialEpoch,
    floors: enabledHotp(tokens).map(({ id, nextCounter }) => ({ tokenId: id, nextCounter })),
    bypassFloor: bypass?.floor ?? 0,
    refillDue: refillDue(facts, nowMs) || windowRefillDue(windows, facts, nowMs),
    freshSignInNeeded: held.freshSignInNeeded,
  };
}

async function answer(
  ports: AppPorts,
  crowd: Crowd,
  endpoint: EndpointRow,
  request: ContactRequest,
  nonce: string,
  merged: MergedEvents,
  view: View,
): Promise<Omit<ContactAnswer, "holdfast" | "inReplyTo">> {
  const nowMs = ports.clock.now();
  const { sequence, mac } = merged.position;
  const { orders, ...level } = view;
  return {
    time: await ports.signer.sign("time", {
      version: 1,
      endpointId: endpoint.id,
      nonce: request.timeNonce,
      serverTimeMs: nowMs,
    }),
    eventsThrough: sequence,
    headSignature: await ports.signer.sign("chain-head", {
      version: 1,
      endpointId: endpoint.id,
      sequence,
      mac,
      atMs: nowMs,
    }),
    ...level,
    revocations: await signRevocations(ports, orders),
    failoverBetweenSites: ports.server.failoverBetweenSites,
    retryAfterSeconds: crowd.enter(view.users.some((user) => user.refillDue)),
    nonce,
  };
}

function wakeOthers(ports: AppPorts, endpoint: EndpointRow, { wake }: MergedEvents): void {
  for (const endpointId of wake)
    if (endpointId !== endpoint.id) ports.wake(endpointId, "fresh-sign-in-needed");
}

/**
 * Orders that a change of a user or policy should have queued for this endpoint and did not, because the server stopped
 * between the change and the orders.
 */
async function orderWhatIsOwed(ports: AppPorts, endpoint: EndpointRow): Promise<void> {
  if (endpoint.status !== "active") return;
  const owed = await ports.store.read(async (tx) => {
    const found: { userId: string; reason: "user-disabled" | "offline-disallowed" }[] = [];
    for (const held of await tx.bundles.ofEndpoint(endpoint.id)) {
      if (held.status !== "active") continue;
      const user = await tx.users.get(held.userId);
      const policy = user && (await tx.policies.get(user.policyId));
      if (user?.status === "disabled") found.push({ userId: user.id, reason: "user-disabled" });
      else if (user && policy?.document.offline.enabled === false)
        found.push({ userId: user.id, reason: "offline-disallowed" });
    }
    return found;
  });
  if (owed.length === 0) return;
  const orders = newRevocations(
    ports,
    owed.map((one) => ({ endpointId: endpoint.id, tokenId: null, ...one })),
  );
  await ports.store.transaction(async (tx) => {
    await queueRevocations(tx, { name: "server" }, orders);
    for (const { userId } of owed) await markRevoked(tx, userId, endpoint.id);
  });
}

type Crowd = { enter(refillComing: boolean): number };

/** After an outage thousands of endpoints return at once: the more came in the last seconds, the wider they are spread. */
function createCrowd(ports: AppPorts): Crowd {
  const spanMs = 10_000;
  const easy = 50;
  let arrivals: number[] = [];
  return {
    enter(refillComing) {
      const nowMs = performance.now();
      arrivals = arrivals.filter((atMs) => nowMs - atMs < spanMs);
      arrivals.push(nowMs);
      if (!refillComing || arrivals.length <= easy) return 0;
      const spreadSeconds = Math.min(300, Math.ceil(arrivals.length / 10));
      const [byte = 0] = ports.entropy(1);
      return Math.ceil((byte / 255) * spreadSeconds);
    },
  };
}

export async function accountStatus(
  ports: AppPorts,
  userName: string,
): Promise<"active" | "disabled" | "unknown"> {
  const user = await ports.store.read((tx) => tx.users.byName(userName));
  return user?.status ?? "unknown";
}
