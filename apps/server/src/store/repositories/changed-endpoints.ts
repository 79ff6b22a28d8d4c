import { sql } from "kysely";
import type { Context } from "./context.ts";

/**
 * Who must be told to make contact. Each endpoint has at most one row, with the mark of its latest change; a server
 * asks for what came since the mark of its last answer. How marks are made so that none is passed over is the
 * dialect's matter (sqlite/store.ts, postgres/store.ts).
 */
export async function touchEndpoints(context: Context, endpointIds: readonly string[]): Promise<void> {
  if (endpointIds.length === 0) return;
  const mark = await context.nextEndpointMark();
  await context.db
    .insertInto("endpointChanges")
    .values([...new Set(endpointIds)].sort().map((endpointId) => ({ endpointId, mark })))
    .onConflict((conflict) => conflict.column("endpointId").doUpdateSet({ mark }))
    .execute();
}

/** Every endpoint that holds something of this user. */
export async function touchEndpointsOfUser(context: Context, userId: string): Promise<void> {
  const rows = await context.db
    .selectFrom("bundles")
    .select("endpointId")
    .where("userId", "=", userId)
    .execute();
  await touchEndpoints(
    context,
    rows.map((row) => row.endpointId),
  );
}

/** Every endpoint that holds something of a user under this policy: one statement, however many they are. */
export async function touchEndpointsOfPolicy(context: Context, policyId: string): Promise<void> {
  const mark = await context.nextEndpointMark();
  await context.db
    .insertInto("endpointChanges")
    .columns(["endpointId", "mark"])
    .expression((from) =>
      from
        .selectFrom("bundles")
        .innerJoin("users", "users.id", "bundles.userId")
        .select(["bundles.endpointId", sql<number>`cast(${mark} as bigint)`.as("mark")])
        .where("users.policyId", "=", policyId)
        .distinct()
        .orderBy("bundles.endpointId"),
    )
    .onConflict((conflict) => conflict.column("endpointId").doUpdateSet({ mark }))
    .execute();
}
