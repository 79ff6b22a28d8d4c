import type { AuthenticatorRow } from "./authenticators-store.ts";
import type { GroupRow, RoleRow } from "./authorization-store.ts";
import type { EndpointRow } from "./endpoints-store.ts";
import type { PolicyRow } from "./policies-store.ts";
import type { RevocationRow } from "./revocations-store.ts";
import type { TokenRow } from "./tokens-store.ts";
import type { SignInStateRow, UserRow } from "./users-store.ts";

/** By the id asked for. Ids that are not there are left out; of lists, those that would be empty. */
type ById<T> = ReadonlyMap<string, T>;

/** `person`: who made a key, or whose phone it is; null: nobody who is still there. */
export type ActorName = { readonly name: string; readonly person: string | null };

/**
 * What the rows of a page need besides themselves, by one statement for all of them: a page of five hundred costs as
 * many statements as a page of one. For as many ids as a page may have rows.
 */
export type OfManyStore = {
  users(ids: readonly string[]): Promise<ById<UserRow>>;
  policies(ids: readonly string[]): Promise<ById<PolicyRow>>;
  endpoints(ids: readonly string[]): Promise<ById<EndpointRow>>;
  signInStates(userIds: readonly string[]): Promise<ById<SignInStateRow>>;
  /** Oldest first, as `tokens.ofUser` tells them. */
  tokens(userIds: readonly string[]): Promise<ById<TokenRow[]>>;
  /** Oldest first. */
  authenticators(userIds: readonly string[]): Promise<ById<AuthenticatorRow[]>>;
  roles(ids: readonly string[]): Promise<ById<RoleRow>>;
  /** Ids of the roles of those who have one. */
  roleIds(userIds: readonly string[]): Promise<ById<string>>;
  /** How many people have each of these roles. */
  holders(roleIds: readonly string[]): Promise<ById<number>>;
  /** By name. */
  groups(kind: "user" | "endpoint", memberIds: readonly string[]): Promise<ById<GroupRow[]>>;
  /** How many are in each of these. */
  members(groupIds: readonly string[]): Promise<ById<{ users: number; endpoints: number }>>;
  /** Orders that the endpoint has not confirmed, oldest first. */
  pendingRevocations(endpointIds: readonly string[]): Promise<ById<RevocationRow[]>>;
  /** By the actor asked for (`user:usr_…`, `api-key:key_…`); people and endpoints of these groups only, where any are named. */
  actorNames(actors: readonly string[], groupIds?: readonly string[]): Promise<ById<ActorName>>;
  /** Values by key. */
  settings(keys: readonly string[]): Promise<ById<string>>;
};
