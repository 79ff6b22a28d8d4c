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
  /** A program; its scopes are those of the key (`admin`, `read`, `sign-in`). `maker`: who knows the key; null: nobody. */
  | { readonly kind: "api-key"; readonly scopes: readonly string[]; readonly maker: KeyMaker | null }
  /** Somebody about himself, at the portal. */
  | { readonly kind: "person"; readonly userId: string }
  /** The server by itself: setup, housekeeping. */
  | { readonly kind: "server" };

/** Who made a key, with what his role gives now: a key gives no more. `role` null: he has none. */
export type KeyMaker = {
  readonly userId: string;
  readonly role: { readonly rights: readonly Right[]; readonly scope: RoleScope } | null;
};

/** What anybody may do anywhere, before the question to whom. */
export function rightsOf(principal: Principal): readonly Right[] {
  switch (principal.kind) {
    case "administrator":
      return principal.rights;
    case "api-key":
      return heldToMaker(rightsOfKey(principal.scopes), principal.maker);
    case "person":
      return [];
    case "server":
      return rights;
  }
}

/** What the scopes of a key give: `admin` is every right, `read` looks and changes nothing. */
export function rightsOfKey(scopes: readonly string[]): readonly Right[] {
  if (scopes.includes("admin")) return rights;
  if (scopes.includes("read"))
    return rights.filter((right) => right.endsWith(".read") || right === "audit.export");
  return [];
}

/** What is left of rights that a key was given, now that its maker has the role that he has; all, of nobody's key. */
function heldToMaker(given: readonly Right[], maker: KeyMaker | null): readonly Right[] {
  return maker === null ? given : given.filter((right) => maker.role?.rights.includes(right) === true);
}

/**
 * Whether a key's scope still holds as a whole. `sign-in` and `sign` are no rights of anybody; they hold as long as their
 * maker may issue such a key. That of a FreeRADIUS stays, as it does when his account ends.
 */
export function holdsScope(scope: string, maker: KeyMaker | null): boolean {
  if (maker === null || !endsWithMaker([scope])) return true;
  if (maker.role?.scope !== "enterprise") return false;
  const needed: readonly Right[] = ["properties.api-keys"];
  const rightsOfScope = rightsOfKey([scope]);
  const held = maker.role.rights;
  return (rightsOfScope.length > 0 ? rightsOfScope : needed).every((right) => held.includes(right));
}

/**
 * Whether a key ends with the account of who made it: whoever knows a key goes on as himself by it. That of a FreeRADIUS
 * stays: it is worth nothing but on that machine, and everybody's remote access hangs on it.
 */
export function endsWithMaker(scopes: readonly string[]): boolean {
  return scopes.some((scope) => scope !== "radius");
}

export function scopeOf(principal: Principal): RoleScope {
  if (principal.kind === "administrator") return principal.scope;
  return (principal.kind === "api-key" && principal.maker?.role?.scope) || "enterprise";
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
