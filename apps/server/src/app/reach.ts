import { groupsOf } from "@holdfast/core/authorization/principal";
import type { Actor } from "./actor.ts";

/** What lists show this actor: what the groups of his role reach, or (nothing said) the whole enterprise. */
export function reachOf({ principal }: Actor): { groupIds?: readonly string[] } {
  const groupIds = principal === undefined ? [] : groupsOf(principal);
  return groupIds === null ? {} : { groupIds };
}

/** What was asked for, without the keys that nothing was said about. */
export function said<T extends object>(query: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(query).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]: Exclude<T[K], undefined>;
  };
}
