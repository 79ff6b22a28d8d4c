import { reasonsThatTakeNothing } from "@holdfast/core/outage-planning/left-behind";
import { type ExpressionBuilder, type RawBuilder, sql } from "kysely";
import type { EndpointConnectionRow, HeldRow, OutageStore, PersonRow } from "../outage-store.ts";
import type { Tables } from "../tables.ts";
import { type Context, changed, page, pageLimit } from "./context.ts";
import { formatCursor, parseCursor } from "./cursor.ts";
import { aboutGroups, inGroups } from "./group-filter.ts";

export function connections({ db }: Context): OutageStore["connections"] {
  return {
    async of(endpointIds) {
      if (endpointIds.length === 0) return [];
      const kept = await db
        .selectFrom("endpointConnections")
        .selectAll()
        .where("endpointId", "in", [...endpointIds])
        .execute();
      return kept.map((row): EndpointConnectionRow => ({ ...row, connected: Boolean(row.connected) }));
    },
    async set(rows) {
      if (rows.length === 0) return;
      await db
        .insertInto("endpointConnections")
        .values(rows.map((row) => ({ ...row, connected: Number(row.connected) })))
        .onConflict((conflict) =>
          conflict.column("endpointId").doUpdateSet((values) => ({
            serverId: values.ref("excluded.serverId"),
            connected: values.ref("excluded.connected"),
            sinceMs: values.ref("excluded.sinceMs"),
          })),
        )
        .execute();
    },
    async lost(serverId, sinceMs) {
      await db
        .updateTable("endpointConnections")
        .set({ connected: 0, sinceMs })
        .where("serverId", "=", serverId)
        .where("connected", "=", 1)
        .execute();
    },
    async mark() {
      const row = await db
        .selectFrom("endpointConnections")
        .select(({ fn }) => [
          fn.max("sinceMs").as("latest"),
          fn.countAll<number>().as("all"),
          fn.sum<number>("connected").as("there"),
        ])
        .executeTakeFirstOrThrow();
      return `${row.latest ?? 0}.${row.all}.${row.there ?? 0}`;
    },
    async count(serverIds, { groupIds }) {
      if (serverIds.length === 0) return 0;
      let query = db
        .selectFrom("endpointConnections")
        .innerJoin("endpoints", "endpoints.id", "endpointConnections.endpointId")
        .select(({ fn }) => fn.countAll<number>().as("there"))
        .where("connected", "=", 1)
        .where("endpoints.status", "=", "active")
        .where("serverId", "in", [...serverIds]);
      if (groupIds !== undefined) query = query.where(inGroups("endpoints.id", "endpoint", groupIds));
      return Number((await query.executeTakeFirstOrThrow()).there);
    },
  };
}

export function maintenanceWindows({ db }: Context): OutageStore["maintenanceWindows"] {
  return {
    async get(id) {
      const row = await db
        .selectFrom("maintenanceWindows")
        .selectAll()
        .where("id", "=", id)
        .executeTakeFirst();
      return row ?? null;
    },
    async list({ endsAfterMs, after, limit }) {
      const most = pageLimit(limit);
      let query = db
        .selectFrom("maintenanceWindows")
        .selectAll()
        .where("toMs", ">", endsAfterMs)
        .orderBy("fromMs")
        .orderBy("id")
        .limit(most + 1);
      if (after !== undefined) {
        const [fromMs, id] = parseCursor(after, ["number", "text"]);
        query = query.where(sql<boolean>`(from_ms, id) > (${fromMs}, ${id})`);
      }
      return page(await query.execute(), most, ({ fromMs, id }) => formatCursor(fromMs, id));
    },
    async countOpen(atMs) {
      const row = await db
        .selectFrom("maintenanceWindows")
        .select(({ fn }) => fn.countAll<number>().as("open"))
        .where("toMs", ">", atMs)
        .where("cancelledAtMs", "is", null)
        .executeTakeFirstOrThrow();
      return Number(row.open);
    },
    async insert(row) {
      await db.insertInto("maintenanceWindows").values(row).execute();
    },
    async cancel(id, atMs) {
      const result = await db
        .updateTable("maintenanceWindows")
        .set({ cancelledAtMs: atMs })
        .where("id", "=", id)
        .where("cancelledAtMs", "is", null)
        .executeTakeFirst();
      return changed(result);
    },
  };
}

export function outageReads({
  db,
}: Context): Pick<
  OutageStore,
  "held" | "people" | "kindsOfPeople" | "endpoints" | "marks" | "activeEndpoints"
> {
  return {
    async held({ groupIds, after, limit }) {
      let query = db
        .selectFrom("bundles")
        // SQLite keeps the order of a cross join: along the page's own index, without sorting all bundles for each page.
        .crossJoin("endpoints")
        .crossJoin("users")
        .whereRef("endpoints.id", "=", "bundles.endpointId")
        .whereRef("users.id", "=", "bundles.userId")
        .select([
          "bundles.endpointId",
          "bundles.userId",
          "epoch",
          "sequence",
          "acknowledgedSequence",
          "maxSignIns",
          "reportedRemaining",
          "latestNotAfterMs as notAfterMs",
          "freshSignInNeeded",
          "bundles.status",
          "users.status as userStatus",
        ])
        .select((columns) => [
          pendingOrder(columns).as("pending"),
          reached("users.id", "user", groupIds).as("userInReach"),
          reached("endpoints.id", "endpoint", groupIds).as("endpointInReach"),
        ])
        .where("endpoints.status", "=", "active")
        .orderBy("bundles.endpointId")
        .orderBy("bundles.userId")
        .limit(limit);
      if (groupIds !== undefined) query = query.where(aboutGroups("users.id", "endpoints.id", groupIds));
      if (after !== undefined) {
        query = query
          // What follows from the second, and lets a merge with the endpoints begin where the page does.
          .where("endpoints.id", ">=", after.endpointId)
          .where(
            sql<boolean>`(bundles.endpoint_id, bundles.user_id) > (${after.endpointId}, ${after.userId})`,
          );
      }
      const kept = await query.execute();
      return kept.map(
        ({ userStatus, pending, freshSignInNeeded, ...row }): HeldRow => ({
          ...row,
          userActive: userStatus === "active",
          userInReach: Boolean(row.userInReach),
          endpointInReach: Boolean(row.endpointInReach),
          freshSignInNeeded: Boolean(freshSignInNeeded),
          revocationPending: Boolean(pending),
        }),
      );
    },
    async people({ groupIds, ids, after, limit }) {
      if (ids?.length === 0) return [];
      let query = db
        .selectFrom("users")
        .select(["id", "name", "displayName", "policyId"])
        .select(({ eb }) => [
          eb("passwordVerifier", "is not", null).as("hasPassword"),
          hasToken(eb, "hotp").as("hasEventToken"),
          hasToken(eb, "totp").as("hasTimeToken"),
          hasPasskey(eb).as("hasPasskey"),
          hasPhone(eb).as("hasPhone"),
          hasBundle(eb).as("hasBundle"),
        ])
        .where("status", "=", "active")
        .orderBy("name")
        .limit(limit);
      if (groupIds !== undefined) query = query.where(inGroups("users.id", "user", groupIds));
      if (ids !== undefined) query = query.where("id", "in", [...ids]);
      if (after !== undefined) query = query.where("name", ">", after);
      return (await query.execute()).map(
        (row): PersonRow => ({
          ...row,
          hasPassword: Boolean(row.hasPassword),
          hasEventToken: Boolean(row.hasEventToken),
          hasTimeToken: Boolean(row.hasTimeToken),
          hasPasskey: Boolean(row.hasPasskey),
          hasPhone: Boolean(row.hasPhone),
          hasBundle: Boolean(row.hasBundle),
        }),
      );
    },
    async kindsOfPeople({ groupIds, after, limit }) {
      const active = db
        .selectFrom("users")
        .where("status", "=", "active")
        .where(reached("users.id", "user", groupIds))
        .$if(after !== undefined, (query) => query.where("name", ">", after ?? ""));
      const last = await active
        .select("name")
        .orderBy("name")
        .offset(limit - 1)
        .limit(1)
        .executeTakeFirst();
      const person = active
        .$if(last !== undefined, (query) => query.where("name", "<=", last?.name ?? ""))
        .select("policyId")
        .select(({ eb }) => [
          eb("passwordVerifier", "is not", null).as("hasPassword"),
          hasToken(eb, "hotp").as("hasEventToken"),
          hasToken(eb, "totp").as("hasTimeToken"),
          hasPasskey(eb).as("hasPasskey"),
          hasPhone(eb).as("hasPhone"),
          hasBundle(eb).as("hasBundle"),
        ]);
      const kinds = [
        "policyId",
        "hasPassword",
        "hasEventToken",
        "hasTimeToken",
        "hasPasskey",
        "hasPhone",
        "hasBundle",
      ] as const;
      const kept = await db
        .selectFrom(person.as("person"))
        .select(({ fn }) => [...kinds, fn.countAll<number>().as("people")])
        .groupBy(kinds)
        .execute();
      return {
        kinds: kept.map((row) => ({
          policyId: row.policyId,
          hasPassword: Boolean(row.hasPassword),
          hasEventToken: Boolean(row.hasEventToken),
          hasTimeToken: Boolean(row.hasTimeToken),
          hasPasskey: Boolean(row.hasPasskey),
          hasPhone: Boolean(row.hasPhone),
          hasBundle: Boolean(row.hasBundle),
          people: Number(row.people),
        })),
        next: last?.name ?? null,
      };
    },
    async endpoints({ groupIds, site, after, limit }) {
      let query = db
        .selectFrom("endpoints")
        .select(["id", "name", "site", "lastContactAtMs", "keyProtection"])
        .where("status", "=", "active")
        .orderBy("name")
        .orderBy("id")
        .limit(limit);
      if (groupIds !== undefined) query = query.where(inGroups("endpoints.id", "endpoint", groupIds));
      if (site !== undefined) query = query.where("site", "=", site);
      if (after !== undefined) query = query.where(sql<boolean>`(name, id) > (${after.name}, ${after.id})`);
      return query.execute();
    },
    async marks() {
      const audit = await db
        .selectFrom("audit")
        .select(({ fn }) => fn.max("id").as("newest"))
        .executeTakeFirstOrThrow();
      const alerts = await db
        .selectFrom("alerts")
        .select(({ fn }) => [fn.max("atMs").as("newest"), fn.countAll<number>().as("open")])
        .where("status", "=", "open")
        .executeTakeFirstOrThrow();
      return { audit: Number(audit.newest ?? 0), alerts: `${alerts.newest ?? 0}.${alerts.open}` };
    },
    async activeEndpoints({ groupIds }) {
      const { all } = await db
        .selectFrom("endpoints")
        .select(({ fn }) => fn.countAll<number>().as("all"))
        .where("status", "=", "active")
        .where(reached("endpoints.id", "endpoint", groupIds))
        .executeTakeFirstOrThrow();
      return Number(all);
    },
  };
}

function reached(
  column: string,
  kind: "user" | "endpoint",
  groupIds: readonly string[] | undefined,
): RawBuilder<boolean> {
  return groupIds === undefined ? sql<boolean>`1 = 1` : inGroups(column, kind, groupIds);
}

/** What takes a right away is for core to say (core, outage-planning/left-behind.ts). */
function pendingOrder({
  exists,
  selectFrom,
}: Pick<ExpressionBuilder<Tables, "bundles">, "exists" | "selectFrom">) {
  return exists(
    selectFrom("revocations")
      .select("revocations.id")
      .whereRef("revocations.endpointId", "=", "bundles.endpointId")
      .where("revocations.doneAtMs", "is", null)
      .where(
        sql<boolean>`(revocations.user_id IS NULL OR (revocations.user_id = bundles.user_id AND ${takesSomething}))`,
      ),
  );
}

const takesSomething = sql.join(
  reasonsThatTakeNothing.map((reason) => sql`revocations.revocation NOT LIKE ${`%"reason":"${reason}"%`}`),
  sql` AND `,
);

function hasToken({ exists, selectFrom }: ExpressionBuilder<Tables, "users">, kind: "hotp" | "totp") {
  return exists(
    selectFrom("tokens")
      .select("tokens.id")
      .whereRef("tokens.userId", "=", "users.id")
      .where(sql<boolean>`tokens.kind = ${kind}`)
      .where("tokens.status", "=", "enabled"),
  );
}

function hasPasskey({ exists, selectFrom }: ExpressionBuilder<Tables, "users">) {
  return exists(
    selectFrom("authenticators")
      .select("authenticators.id")
      .whereRef("authenticators.userId", "=", "users.id")
      .where("authenticators.kind", "=", "passkey")
      .where("authenticators.status", "=", "enabled"),
  );
}

/** Types are JSON as text, made by this program alone. */
function hasPhone({ exists, selectFrom }: ExpressionBuilder<Tables, "users">) {
  return exists(
    selectFrom("phones")
      .select("phones.id")
      .whereRef("phones.userId", "=", "users.id")
      .where("phones.status", "=", "enabled")
      .where("phones.challengeKey", "is not", null)
      .where(sql<boolean>`phones.types LIKE '%"qr-challenge"%'`),
  );
}

function hasBundle({ exists, selectFrom }: ExpressionBuilder<Tables, "users">) {
  return exists(selectFrom("bundles").select("bundles.userId").whereRef("bundles.userId", "=", "users.id"));
}
