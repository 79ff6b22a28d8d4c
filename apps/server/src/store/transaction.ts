import type { Kysely, KyselyPlugin } from "kysely";
import { appendLink, type ChainHead, emptyChain, endpointChain, type Link } from "./audit-chain.ts";
import type { AuditDraft } from "./audit-rows.ts";
import { chainHead } from "./audit-trail.ts";
import { apiKeys, servers, settings } from "./repositories/administration.ts";
import { authenticators } from "./repositories/authenticators.ts";
import { administrators, groups, roles } from "./repositories/authorization.ts";
import { bypasses } from "./repositories/bypasses.ts";
import type { Context } from "./repositories/context.ts";
import {
  alerts,
  bundles,
  consumptions,
  endpoints,
  enrolments,
  revocations,
} from "./repositories/endpoints.ts";
import { idempotency } from "./repositories/idempotency.ts";
import { lists } from "./repositories/lists.ts";
import { ofMany } from "./repositories/of-many.ts";
import { connections, maintenanceWindows, outageReads } from "./repositories/outage.ts";
import { policies, tokens, users } from "./repositories/people.ts";
import { phones } from "./repositories/phones.ts";
import { push } from "./repositories/push.ts";
import { radius } from "./repositories/radius.ts";
import { restoreItems } from "./repositories/restore.ts";
import { senders } from "./repositories/senders.ts";
import { identityProofings, signingRequests } from "./repositories/signing.ts";
import { stops } from "./repositories/stops.ts";
import { temporaryCodes } from "./repositories/temporary-codes.ts";
import { tokenStock } from "./repositories/token-stock.ts";
import { appPasswords, sessions } from "./repositories/web.ts";
import { StorageError } from "./storage-error.ts";
import type { Transaction } from "./store.ts";
import type { Tables } from "./tables.ts";

/**
 * Audit that a transaction has gathered; it is written just before COMMIT, so that the place in the server's chain
 * is taken last and held for as short as possible.
 */
export type PendingAudit = {
  readonly ofServer: AuditDraft[];
  readonly ofEndpoints: Link[];
};

/** Whether statements may still come, and which. */
export type Scope = { state: "open" | "over"; readonly readOnly: boolean };

export function openTransaction(
  database: Kysely<Tables>,
  scope: Scope,
  ports: { now(): number; nextEndpointMark(db: Kysely<Tables>): Promise<number> },
): { transaction: Transaction; pending: PendingAudit } {
  const guarded = guard(scope);
  const db = database.withPlugin(guarded);
  const pending: PendingAudit = { ofServer: [], ofEndpoints: [] };
  const endpointHeads = new Map<string, ChainHead>();
  const context: Context = {
    db,
    plain: () => database.withoutPlugins().withPlugin(guarded),
    now: ports.now,
    nextEndpointMark: () => ports.nextEndpointMark(db),
  };

  return {
    pending,
    transaction: {
      now: ports.now,
      async audit(draft) {
        refuseReadOnly(scope);
        pending.ofServer.push(draft);
      },
      async endpointEvent(endpointId, sequence, draft, mac) {
        refuseReadOnly(scope);
        const chain = endpointChain(endpointId);
        const head = endpointHeads.get(chain) ?? (await chainHead(db, chain)) ?? emptyChain;
        if (sequence <= head.sequence) return false;
        if (sequence !== head.sequence + 1) {
          throw new StorageError("chain-gap", `event ${sequence} of ${chain} follows ${head.sequence}`);
        }
        const link = appendLink(chain, head, draft, ports.now(), mac);
        pending.ofEndpoints.push(link);
        endpointHeads.set(chain, link);
        return true;
      },
      async endpointMacs(endpointId, from, through) {
        const rows = await db
          .selectFrom("audit")
          .select(["sequence", "mac"])
          .where("chain", "=", endpointChain(endpointId))
          .where("sequence", ">=", from)
          .where("sequence", "<=", through)
          .execute();
        return new Map(rows.map(({ sequence, mac }) => [sequence, mac ?? ""]));
      },
      policies: policies(context),
      users: users(context),
      tokens: tokens(context),
      tokenStock: tokenStock(context),
      authenticators: authenticators(context),
      endpoints: endpoints(context),
      enrolments: enrolments(context),
      bundles: bundles(context),
      consumptions: consumptions(context),
      revocations: revocations(context),
      alerts: alerts(context),
      apiKeys: apiKeys(context),
      settings: settings(context),
      restore: restoreItems(context),
      senders: senders(context),
      temporaryCodes: temporaryCodes(context),
      bypasses: bypasses(context),
      stops: stops(context),
      servers: servers(context),
      radius: radius(context),
      push: push(context),
      phones: phones(context),
      signing: { requests: signingRequests(context), proofings: identityProofings(context) },
      web: { sessions: sessions(context), appPasswords: appPasswords(context) },
      authorization: {
        roles: roles(context),
        administrators: administrators(context),
        groups: groups(context),
      },
      idempotency: idempotency(context),
      lists: lists(context),
      ofMany: ofMany(context),
      outage: {
        connections: connections(context),
        maintenanceWindows: maintenanceWindows(context),
        ...outageReads(context),
      },
    },
  };
}

/** A statement after the end would run outside of the transaction, and a write in a mere read would not be retried. */
function guard(scope: Scope): KyselyPlugin {
  return {
    transformQuery({ node }) {
      if (scope.state === "over") throw new Error("this transaction is over: await every call inside of it");
      if (node.kind !== "SelectQueryNode" && node.kind !== "RawNode") refuseReadOnly(scope);
      return node;
    },
    transformResult: ({ result }) => Promise.resolve(result),
  };
}

function refuseReadOnly(scope: Scope): void {
  if (scope.readOnly) throw new Error("this is a read: changes belong into transaction()");
}
