import type { Right, RoleScope } from "@holdfast/protocol/rights";
import { rights } from "@holdfast/protocol/rights";

/** Who asks to do something, with all that the decision needs to know of him. */
export type Principal =
  /** A person with a role, at the console. */
  | {
      readonly kind: "administrator";
      readonly userId: string;
      readonly rights: readonly Right[];
      readonly scope: RoleScope;
    }
  /** A program; its scopes are those of the key (`admin`, `read`, `sign-in`). `madeBy`: the person who knows the key. */
  | { readonly kind: "api-key"; readonly scopes: readonly string[]; readonly madeBy: string | null }
  /** Somebody about himself, at the portal. */
  | { readonly kind: "person"; readonly userId: string }
  /** The server by itself: setup, housekeeping. */
  | { readonly kind: "server" };

/** What anybody may do anywhere, before the question to whom. */
export function rightsOf(principal: Principal): readonly Right[] {
  switch (principal.kind) {
    case "administrator":
      return principal.rights;
    case "api-key":
      return rightsOfKey(principal.scopes);
    case "person":
      return [];
    case "server":
      return rights;
  }
}

/** Keys are for programs of the whole enterprise: `admin` is every right, `read` looks and changes nothing. */
export function rightsOfKey(scopes: readonly string[]): readonly Right[] {
  if (scopes.includes("admin")) return rights;
  if (scopes.includes("read"))
    return rights.filter((right) => right.endsWith(".read") || right === "audit.export");
  return [];
}

/**
 * Whether a key ends with the account of who made it: whoever knows a key goes on as himself by it. That of a FreeRADIUS
 * stays: it is worth nothing but on that machine, and everybody's remote access hangs on it.
 */
export function endsWithMaker(scopes: readonly string[]): boolean {
  return scopes.some((scope) => scope !== "radius");
}

export function scopeOf(principal: Principal): RoleScope {
  return principal.kind === "administrator" ? principal.scope : "enterprise";
}

/** The groups that the principal is held to; null: none, he sees the whole enterprise. */
export function groupsOf(principal: Principal): readonly string[] | null {
  const scope = scopeOf(principal);
  return scope === "enterprise" ? null : scope.groupIds;
}

/** True where `wide` reaches everything that `narrow` reaches. */
export function covers(wide: RoleScope, narrow: RoleScope): boolean {
  if (wide === "enterprise") return true;
  return narrow !== "enterprise" && narrow.groupIds.every((id) => wide.groupIds.includes(id));
}
