import type { Explanation } from "@holdfast/api-client/problems";
import { api, call, problemOf } from "@holdfast/web-calls/calls";
import type { ChosenUser } from "./chosen-users.ts";

/** What is done to every selected account; null leaves that as it is. */
export type AccountChanges = {
  readonly status: "active" | "disabled" | null;
  readonly unlock: boolean;
  readonly policyId: string | null;
  readonly push: { readonly enabled: boolean; readonly requireBiometric: boolean } | null;
};

export const noChanges: AccountChanges = { status: null, unlock: false, policyId: null, push: null };

export function changesAnything({ status, unlock, policyId, push }: AccountChanges): boolean {
  return status !== null || unlock || policyId !== null || push !== null;
}

export type Failure = { readonly user: ChosenUser; readonly why: string };

/** What one refusal says about all that is still to be done: nobody can go on for now. */
const stopsAll: readonly Explanation["code"][] = [
  "unreachable",
  "not-understood",
  "unauthenticated",
  "forbidden",
  "fresh-sign-in-required",
  "internal",
];

/** What came of some users. */
export type Changed = {
  readonly failures: readonly Failure[];
  /** Enabled for Mobile Push, and cannot use it yet: no phone that could be asked (REG-26). */
  readonly withoutPhone: number;
};

/**
 * Does it to some users and says whom it could not be done to. Done again, it does the same.
 * @throws ApiFailure where nobody can be changed for now; some of these may have been.
 */
export async function change(users: readonly ChosenUser[], changes: AccountChanges): Promise<Changed> {
  const failures = await changeAccounts(users, changes);
  const rest = users.filter(({ id }) => !failures.some(({ user }) => user.id === id));
  if (changes.push === null || rest.length === 0) return { failures, withoutPhone: 0 };
  const body = { userIds: rest.map(({ id }) => id), ...changes.push };
  const { results } = await call("change Mobile Push", () => api.POST("/api/v1/push-changes", { body }));
  const byId = new Map(rest.map((user) => [user.id, user]));
  const failed = results.flatMap(({ userId, outcome, detail }) => {
    const user = byId.get(userId);
    return outcome === "failed" && user !== undefined ? [{ user, why: detail ?? "It was refused." }] : [];
  });
  return {
    failures: [...failures, ...failed],
    withoutPhone: results.filter(({ outcome, why }) => outcome !== "failed" && why !== null).length,
  };
}

async function changeAccounts(
  users: readonly ChosenUser[],
  { status, unlock, policyId }: AccountChanges,
): Promise<readonly Failure[]> {
  const failures: Failure[] = [];
  const body = { ...(status === null ? {} : { status }), ...(policyId === null ? {} : { policyId }) };
  const edits = Object.keys(body).length > 0;
  if (!edits && !unlock) return [];
  for (const user of users) {
    const params = { path: { id: user.id } };
    try {
      if (edits) await call("change the user", () => api.PATCH("/api/v1/users/{id}", { params, body }));
      if (unlock) await call("unlock the user", () => api.POST("/api/v1/users/{id}/unlock", { params }));
    } catch (error) {
      const problem = problemOf(error);
      if (stopsAll.includes(problem.code) || problem.retryAfterSeconds !== null) throw error;
      failures.push({ user, why: problem.why });
    }
  }
  return failures;
}
