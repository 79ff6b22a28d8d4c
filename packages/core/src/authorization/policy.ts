import type { Right, RoleScope } from "@holdfast/protocol/rights";
import { covers, groupsOf, type Principal, rightsOf, scopeOf } from "./principal.ts";

/**
 * The whole policy of who may do what to whom. Call sites say `authorize(principal, action, resource)` inside the
 * transaction that does it; docs/reference/roles.md shows what comes out, for every role, action and resource.
 */
export function authorize(principal: Principal, action: Action, resource: Resource): Decision {
  if (principal.kind === "server") return allowed;
  const rule = rules[action];
  // A person at the portal does a few things, and to himself alone; what he must prove for them, and what his policy
  // lets him enrol, the portal's use cases ask besides.
  if (principal.kind === "person") {
    const own = rule.toOneself === true && resource.kind === "user" && resource.id === principal.userId;
    return own ? allowed : refuse("lacks-right", rule.right);
  }
  // 1. The right itself.
  const held = rightsOf(principal);
  if (!held.includes(rule.right)) return refuse("lacks-right", rule.right);
  // 2. Where it holds. What belongs to everybody is not for who is held to some groups.
  if (rule.enterprise && scopeOf(principal) !== "enterprise") return refuse("needs-enterprise-scope");
  if ("groupIds" in resource && !inScope(principal, resource.groupIds)) return refuse("out-of-scope");
  // 3. Nobody helps himself past what protects him from a thief of his session, nor by a key that he made.
  if (rule.neverOneself && (isOneself(principal, resource) || isOfMaker(principal, resource))) {
    const mayAnyway = rule.unlessHolding !== undefined && held.includes(rule.unlessHolding);
    if (!mayAnyway) return refuse("oneself");
  }
  // 4. Nobody gains or overrides what he does not have (SECURITY §3): every right of the other, as far as it reaches.
  if (rule.escalates && "rights" in resource && !isOneself(principal, resource)) {
    const beyond = resource.rights.find((right) => !held.includes(right));
    if (beyond !== undefined) return refuse("beyond-own-rights", beyond);
    if (resource.rights.length > 0 && !covers(scopeOf(principal), resource.scope ?? "enterprise"))
      return refuse("beyond-own-scope");
  }
  return allowed;
}

/** What is done to: with the groups it is in, and with the rights that come with it. */
export type Resource =
  /** What belongs to everybody: settings, policies, keys. */
  | { readonly kind: "enterprise" }
  /** `rights` and `scope` are those of the user's own role; none where he has no role. */
  | {
      readonly kind: "user";
      readonly id: string;
      readonly groupIds: readonly string[];
      readonly rights: readonly Right[];
      readonly scope: RoleScope | null;
    }
  /** A user who is not there yet, and the groups that he will be in. */
  | { readonly kind: "new-user"; readonly groupIds: readonly string[] }
  | { readonly kind: "endpoint"; readonly id: string; readonly groupIds: readonly string[] }
  /** In the groups of the user and of the endpoint that it is about. */
  | { readonly kind: "alert"; readonly id: string; readonly groupIds: readonly string[] }
  | { readonly kind: "new-endpoint"; readonly groupIds: readonly string[] }
  | { readonly kind: "role"; readonly rights: readonly Right[]; readonly scope: RoleScope }
  /** A key gives rights, too: who may issue one must have them. */
  | { readonly kind: "api-key"; readonly rights: readonly Right[]; readonly scope: "enterprise" }
  /** The whole store with its secrets: who can open one has what everybody in it has. */
  | { readonly kind: "backup"; readonly rights: readonly Right[]; readonly scope: "enterprise" };

/** A right, or one of the acts that a right allows and that has a rule of its own. */
export type Action =
  | Right
  | "properties.make-backup"
  | "users.change-policy"
  | "roles.assign"
  | "outage.announce"
  | "audit.check";

export type Decision =
  | { readonly kind: "allowed" }
  | {
      readonly kind: "refused";
      readonly why:
        | "lacks-right"
        | "out-of-scope"
        | "needs-enterprise-scope"
        | "oneself"
        | "beyond-own-rights"
        | "beyond-own-scope";
      /** The right that is missing. */
      readonly right: Right | null;
    };

type Rule = {
  readonly right: Right;
  /** Only for who has it in the whole enterprise. */
  readonly enterprise?: true;
  readonly neverOneself?: true;
  /** Who has this right could do it in another way: then it is no harm to do it to oneself. */
  readonly unlessHolding?: Right;
  /** A person may do it to himself at the portal. */
  readonly toOneself?: true;
  /** Needs every right of whom or what it is done to. */
  readonly escalates?: true;
};

/** Every action with its rule. A right without a rule does not compile. */
export const rules: Readonly<Record<Action, Rule>> = {
  // Settings, policies, roles and groups are everybody's. To look at them is part of every console page; to change them
  // changes what holds for users outside of one's groups, and with groups even how far one's own role reaches.
  "properties.read": { right: "properties.read" },
  "properties.settings": { right: "properties.settings", enterprise: true },
  "properties.policies": { right: "properties.policies", enterprise: true },
  "properties.roles": { right: "properties.roles", enterprise: true, escalates: true },
  "properties.groups": { right: "properties.groups", enterprise: true },
  "properties.api-keys": { right: "properties.api-keys", enterprise: true, escalates: true },
  "properties.keys": { right: "properties.keys", enterprise: true },
  "properties.temporary-codes": { right: "properties.temporary-codes", enterprise: true },
  "properties.radius": { right: "properties.radius", enterprise: true },
  "properties.senders": { right: "properties.senders", enterprise: true },
  // What lies in the stock may become anybody's factor: who brings it could know its secrets.
  "properties.token-import": { right: "properties.token-import", enterprise: true },
  "properties.authenticator-app": { right: "properties.authenticator-app", enterprise: true },
  // It is encrypted to whatever its maker names, so that he reads every token's secret in it.
  "properties.make-backup": { right: "properties.keys", enterprise: true, escalates: true },

  "users.read": { right: "users.read", toOneself: true },
  "users.create": { right: "users.create" },
  "users.edit": { right: "users.edit", escalates: true },
  // A policy says how one signs in: nobody chooses himself an easier one who could not write it.
  "users.change-policy": {
    right: "users.edit",
    escalates: true,
    neverOneself: true,
    unlessHolding: "properties.policies",
  },
  "users.delete": { right: "users.delete", escalates: true, neverOneself: true },
  "users.unlock": { right: "users.unlock", escalates: true, neverOneself: true },
  "users.password": { right: "users.password", escalates: true, neverOneself: true, toOneself: true },
  "users.authenticators": {
    right: "users.authenticators",
    escalates: true,
    neverOneself: true,
    toOneself: true,
  },
  // Codes that stand for a factor: whoever gave one to himself would sign in by his password alone (TC-47).
  "users.temporary-codes": { right: "users.temporary-codes", escalates: true, neverOneself: true },
  "users.bypass-codes": { right: "users.bypass-codes", escalates: true, neverOneself: true },
  "users.lock": { right: "users.lock", escalates: true, neverOneself: true },
  "users.proofing": { right: "users.proofing", escalates: true, neverOneself: true },
  // Nobody spares himself the biometric of his phone who could not write it into everybody's policy.
  "users.push": {
    right: "users.push",
    escalates: true,
    neverOneself: true,
    unlessHolding: "properties.policies",
  },
  "roles.assign": { right: "properties.roles", enterprise: true, escalates: true, neverOneself: true },

  "endpoints.read": { right: "endpoints.read" },
  "endpoints.enrol": { right: "endpoints.enrol" },
  "endpoints.edit": { right: "endpoints.edit" },
  "endpoints.revoke": { right: "endpoints.revoke" },
  // An outage that is announced makes the endpoints of whole sites make contact.
  "outage.announce": { right: "endpoints.edit", enterprise: true },

  "audit.read": { right: "audit.read" },
  "audit.export": { right: "audit.export" },
  "audit.alerts": { right: "audit.alerts" },
  // The chains are one record of everybody; whether they are whole says nothing about one group.
  "audit.check": { right: "audit.read", enterprise: true },
};

export const actions = Object.keys(rules) as readonly Action[];

function inScope(principal: Principal, groupIds: readonly string[]): boolean {
  const groups = groupsOf(principal);
  return groups === null || groupIds.some((id) => groups.includes(id));
}

function isOneself(principal: Principal, resource: Resource): boolean {
  return principal.kind === "administrator" && resource.kind === "user" && resource.id === principal.userId;
}

/** No more than he may himself: a key with every right is no way round. */
function isOfMaker(principal: Principal, resource: Resource): boolean {
  return principal.kind === "api-key" && resource.kind === "user" && resource.id === principal.maker?.userId;
}

const allowed: Decision = { kind: "allowed" };

function refuse(why: Extract<Decision, { kind: "refused" }>["why"], right: Right | null = null): Decision {
  return { kind: "refused", why, right };
}
