import type { Right } from "@holdfast/protocol/rights";
import { rights } from "@holdfast/protocol/rights";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { mayLoseSuperadministrator, type Role, roleTemplates, superadministrator } from "./built-in-roles.ts";
import { actions, authorize, type Resource, rules } from "./policy.ts";
import { covers, type Principal, rightsOfKey } from "./principal.ts";
import { sections, textOf } from "./rights-text.ts";

const [helpDesk, auditor, endpointManager] = roleTemplates as [Role, Role, Role];
const wardDesk: Role = { ...helpDesk, id: "role_ward", scope: { groupIds: ["ward"] } };

const administrator = (role: Role, userId = "usr_self"): Principal => ({
  kind: "administrator",
  userId,
  rights: role.rights,
  scope: role.scope,
});
const user = (groupIds: string[], role: Role | null = null, id = "usr_other"): Resource => ({
  kind: "user",
  id,
  groupIds,
  rights: role?.rights ?? [],
  scope: role?.scope ?? null,
});
const why = (principal: Principal, action: Parameters<typeof authorize>[1], resource: Resource) => {
  const decision = authorize(principal, action, resource);
  return decision.kind === "allowed" ? "allowed" : decision.why;
};

describe("the matrix", () => {
  const principals: readonly (readonly [string, Principal])[] = [
    ["Superadministrator", administrator(superadministrator)],
    ["Help desk", administrator(helpDesk)],
    ["Auditor", administrator(auditor)],
    ["Endpoint manager", administrator(endpointManager)],
    ["Help desk of a group", administrator(wardDesk)],
    ["Every right, in a group", administrator({ ...superadministrator, scope: { groupIds: ["ward"] } })],
    ["API key `admin`", { kind: "api-key", scopes: ["admin"], maker: null }],
    ["API key `read`", { kind: "api-key", scopes: ["read"], maker: null }],
    [
      "API key `admin` of an auditor",
      { kind: "api-key", scopes: ["admin"], maker: { userId: "usr_other", role: auditor } },
    ],
    ["API key `sign-in`", { kind: "api-key", scopes: ["sign-in"], maker: null }],
    ["Person at the portal", { kind: "person", userId: "usr_self" }],
  ];
  const mine = (role: Role | null): Resource => user(["ward"], role, "usr_self");
  const resources = {
    enterprise: [["the enterprise", () => ({ kind: "enterprise" })]],
    users: [
      ["in the group", () => user(["ward"])],
      ["outside of it", () => user(["office"])],
      ["oneself", (role) => mine(role)],
      ["a higher administrator", () => user(["ward"], superadministrator)],
    ],
    "new user": [
      ["in the group", () => ({ kind: "new-user", groupIds: ["ward"] })],
      ["in no group", () => ({ kind: "new-user", groupIds: [] })],
    ],
    endpoints: [
      ["in the group", () => ({ kind: "endpoint", id: "ep_1", groupIds: ["ward"] })],
      ["outside of it", () => ({ kind: "endpoint", id: "ep_1", groupIds: [] })],
    ],
    "new endpoint": [
      ["in the group", () => ({ kind: "new-endpoint", groupIds: ["ward"] })],
      ["in no group", () => ({ kind: "new-endpoint", groupIds: [] })],
    ],
    alerts: [
      ["about the group", () => ({ kind: "alert", id: "alr_1", groupIds: ["ward"] })],
      ["about others", () => ({ kind: "alert", id: "alr_1", groupIds: [] })],
    ],
    roles: [
      ["with a right to look", () => ({ kind: "role", rights: ["users.read"], scope: "enterprise" })],
      ["with every right", () => ({ kind: "role", rights, scope: "enterprise" })],
    ],
    backup: [["of everything", () => ({ kind: "backup", rights, scope: "enterprise" })]],
    "API keys": [
      ["`read`", () => ({ kind: "api-key", rights: rightsOfKey(["read"]), scope: "enterprise" })],
      ["`admin`", () => ({ kind: "api-key", rights: rightsOfKey(["admin"]), scope: "enterprise" })],
    ],
  } satisfies Record<string, readonly (readonly [string, (own: Role | null) => Resource])[]>;
  const appliesTo = (action: string): readonly (keyof typeof resources)[] => {
    if (action === "roles.assign") return ["users", "roles"];
    if (action === "properties.roles") return ["roles"];
    if (action === "properties.api-keys") return ["API keys"];
    if (action === "properties.make-backup") return ["backup"];
    if (action === "users.create") return ["new user"];
    if (action === "endpoints.enrol") return ["new endpoint"];
    if (action === "audit.alerts") return ["alerts"];
    if (action === "audit.read" || action === "audit.export") return ["users", "endpoints"];
    if (action.startsWith("users.")) return ["users"];
    if (action.startsWith("endpoints.")) return ["endpoints"];
    return ["enterprise"];
  };
  const roleOf = (name: string): Role | null =>
    name.startsWith("API") || name.startsWith("Person")
      ? null
      : ([superadministrator, ...roleTemplates].find((role) => role.name === name) ?? wardDesk);

  const cells: Record<string, string> = {
    allowed: "yes",
    "lacks-right": "–",
    "out-of-scope": "not found",
    "needs-enterprise-scope": "whole enterprise only",
    oneself: "not oneself",
    "beyond-own-rights": "beyond own rights",
    "beyond-own-scope": "beyond own groups",
  };

  test("of role, action and resource is the one that was looked at (docs/reference/roles.md)", async () => {
    const head = ["action", "to", ...principals.map(([name]) => name)];
    const rows = actions.flatMap((action) =>
      appliesTo(action).flatMap((kind) =>
        resources[kind].map(([name, make]) => {
          const what = kind === "enterprise" ? name : `${kind}: ${name}`;
          const answers = principals.map(([who, principal]) => {
            const resource = (make as (own: Role | null) => Resource)(roleOf(who));
            return cells[why(principal, action, resource)];
          });
          return `| \`${action}\` | ${what} | ${answers.join(" | ")} |`;
        }),
      ),
    );
    const templates = [superadministrator, ...roleTemplates].map(
      ({ name, rights: held }) =>
        `- **${name}**: ${held.length === rights.length ? "every right" : held.map((one) => `\`${one}\``).join(", ")}.`,
    );
    const list = sections.flatMap(({ section, rights: ofSection }) => [
      `| **${section}** | |`,
      ...ofSection.map(({ right, text }) => `| ${text} | \`${right}\` |`),
    ]);
    const page = `# Roles and what they may do

Generated by \`packages/core/src/authorization/authorize.test.ts\` (\`npx vitest run packages/core/src/authorization -u\`)
from the policy in \`packages/core/src/authorization/policy.ts\`, which says why. Which route needs which right is in
[access.md](access.md); what roles and groups are in [decision 0007](../decisions/0007-roles-and-groups.md).

## Rights

| right | name in the API |
|---|---|
${list.join("\n")}

## Roles of a new enterprise

All reach the whole enterprise. The superadministrator's is fixed; the others can be changed and deleted.

${templates.join("\n")}

## Who may do what

"The group" is the one that the two roles in a group are held to. *Not found*: outside of his groups an administrator is
answered as if nothing were there. *Beyond own rights*: nobody overrides, resets or gives what he does not have
himself. A dash: the right is missing.

| ${head.join(" | ")} |
|${head.map(() => "---").join("|")}|
${rows.join("\n")}
`;
    await expect(page).toMatchFileSnapshot("../../../../docs/reference/roles.md");
  });
});

describe("escalation (SECURITY §3)", () => {
  const guarded = [
    "users.password",
    "users.unlock",
    "users.authenticators",
    "users.delete",
    "users.edit",
  ] as const;

  test.each(guarded)("%s needs every right that the other holds", (action) => {
    const nearly = rights.filter((right) => right !== "audit.export");
    const actor = administrator({ ...helpDesk, rights: nearly });
    expect(why(actor, action, user([], superadministrator))).toBe("beyond-own-rights");
    expect(why(actor, action, user([], { ...helpDesk, rights: nearly }))).toBe("allowed");
    expect(authorize(actor, action, user([], superadministrator))).toMatchObject({ right: "audit.export" });
  });

  test.each(guarded)("%s needs a scope that reaches as far as the other's", (action) => {
    const all = (groupIds: string[]): Role => ({ ...superadministrator, scope: { groupIds } });
    const actor = administrator(all(["ward"]));
    expect(why(actor, action, user(["ward"], { ...superadministrator }))).toBe("beyond-own-scope");
    expect(why(actor, action, user(["ward"], all(["ward", "office"])))).toBe("beyond-own-scope");
    expect(why(actor, action, user(["ward"], all(["ward"])))).toBe("allowed");
    expect(why(actor, action, user(["ward", "office"]))).toBe("allowed");
  });

  test("reset, unlock, enrolment, deletion and roles are never for oneself, not even for a superadministrator", () => {
    const self = user([], superadministrator, "usr_self");
    for (const action of [
      "users.password",
      "users.unlock",
      "users.authenticators",
      "users.delete",
      "roles.assign",
    ] as const)
      expect([action, why(administrator(superadministrator), action, self)]).toEqual([action, "oneself"]);
    expect(why(administrator(superadministrator), "users.edit", self)).toBe("allowed");
  });

  test("nobody moves himself to another policy who could not write it", () => {
    const rightsHeld: Right[] = ["users.edit"];
    const editor: Role = { ...helpDesk, rights: rightsHeld };
    const self = user([], editor, "usr_self");
    expect(why(administrator(editor), "users.change-policy", self)).toBe("oneself");
    expect(why(administrator(editor), "users.change-policy", user([]))).toBe("allowed");
    const writer: Role = { ...editor, rights: [...rightsHeld, "properties.policies"] };
    expect(why(administrator(writer), "users.change-policy", user([], writer, "usr_self"))).toBe("allowed");
  });

  test("a role is given, changed or made only by who has all that it gives", () => {
    const maker = administrator({ ...helpDesk, rights: ["properties.roles", "users.read"] });
    const role = (given: Right[]): Resource => ({ kind: "role", rights: given, scope: "enterprise" });
    for (const action of ["properties.roles", "roles.assign"] as const) {
      expect(why(maker, action, role(["users.read"]))).toBe("allowed");
      expect(why(maker, action, role(["users.read", "users.password"]))).toBe("beyond-own-rights");
    }
  });

  test("a key does to its maker nothing that he may not do to himself, however much it may do to others", () => {
    const key = (userId: string | null): Principal => ({
      kind: "api-key",
      scopes: ["admin"],
      maker: userId === null ? null : { userId, role: superadministrator },
    });
    for (const action of actions.filter((one) => rules[one].neverOneself === true)) {
      const anyway = rules[action].unlessHolding !== undefined;
      expect([action, why(key("usr_self"), action, user([], null, "usr_self"))]).toEqual([
        action,
        anyway ? "allowed" : "oneself",
      ]);
      expect(why(key("usr_self"), action, user([]))).toBe("allowed");
      expect(why(key(null), action, user([], null, "usr_self"))).toBe("allowed");
    }
    // What has no such rule it may, and no more than by the rights it has.
    expect(why(key("usr_self"), "users.edit", user([], superadministrator, "usr_self"))).toBe("allowed");
  });

  test("an API key is issued only by who has all that it gives", () => {
    const issuer = administrator({ ...auditor, rights: [...auditor.rights, "properties.api-keys"] });
    const key = (...scopes: string[]): Resource => ({
      kind: "api-key",
      rights: rightsOfKey(scopes),
      scope: "enterprise",
    });
    expect(why(issuer, "properties.api-keys", key("read"))).toBe("allowed");
    expect(why(issuer, "properties.api-keys", key("sign-in"))).toBe("allowed");
    expect(why(issuer, "properties.api-keys", key("admin"))).toBe("beyond-own-rights");
  });

  test("who may change keys and has not every right makes no backup: it would give him the others", () => {
    const everything: Resource = { kind: "backup", rights, scope: "enterprise" };
    for (const missing of rights.filter((right) => right !== "properties.keys")) {
      const keeper = { ...superadministrator, rights: rights.filter((right) => right !== missing) };
      expect(why(administrator(keeper), "properties.make-backup", everything)).toBe("beyond-own-rights");
    }
  });

  test("whatever the roles, who may override or give something has all of it himself, and it is not himself", () => {
    const someRights = fc.subarray([...rights]);
    const someScope = fc.oneof(
      fc.constant("enterprise" as const),
      fc.subarray(["ward", "office", "lab"], { minLength: 1 }).map((groupIds) => ({ groupIds })),
    );
    const someRole = fc.record({ rights: someRights, scope: someScope });
    const escalating = actions.filter(
      (action) => rules[action].escalates && !action.startsWith("properties."),
    );
    fc.assert(
      fc.property(
        someRole,
        fc.option(someRole),
        fc.subarray(["ward", "office", "lab"]),
        fc.constantFrom("usr_self", "usr_other"),
        fc.constantFrom(...escalating),
        (own, theirs, groupIds, id, action) => {
          const actor: Principal = { kind: "administrator", userId: "usr_self", ...own };
          const target = theirs ?? { rights: [], scope: null };
          if (id === "usr_self") Object.assign(target, own);
          if (why(actor, action, { kind: "user", id, groupIds, ...target }) !== "allowed") return;
          expect(own.rights).toContain(rules[action].right);
          expect(own.rights).toEqual(expect.arrayContaining([...target.rights]));
          if (target.rights.length > 0) expect(covers(own.scope, target.scope ?? "enterprise")).toBe(true);
          if (own.scope !== "enterprise")
            expect(own.scope.groupIds.some((group) => groupIds.includes(group))).toBe(true);
          const harmless =
            action === "users.edit" ||
            ((action === "users.change-policy" || action === "users.push") &&
              own.rights.includes("properties.policies"));
          if (id === "usr_self") expect([action, harmless]).toEqual([action, true]);
        },
      ),
      { numRuns: 2000 },
    );
  });

  test("the last superadministrator stays", () => {
    expect([mayLoseSuperadministrator(0), mayLoseSuperadministrator(1)]).toEqual([false, true]);
  });
});

describe("scope", () => {
  test("a role held to groups changes nothing that is everybody's, whatever its rights", () => {
    const actor = administrator({ ...superadministrator, scope: { groupIds: ["ward"] } });
    for (const action of actions.filter((one) => rules[one].enterprise))
      expect([action, why(actor, action, { kind: "enterprise" })]).toEqual([
        action,
        "needs-enterprise-scope",
      ]);
    const writes = rights.filter((right) => right.startsWith("properties.") && right !== "properties.read");
    for (const right of writes) expect([right, rules[right].enterprise]).toEqual([right, true]);
  });

  test.each([
    ["enterprise", "enterprise", true],
    ["enterprise", ["a"], true],
    [["a"], "enterprise", false],
    [["a", "b"], ["a"], true],
    [["a"], ["a", "b"], false],
    [["a"], [], true],
  ] as const)("%j reaches all that %j reaches: %s", (wide, narrow, expected) => {
    const scope = (one: "enterprise" | readonly string[]) =>
      one === "enterprise" ? one : { groupIds: [...one] };
    expect(covers(scope(wide), scope(narrow))).toBe(expected);
  });
});

describe("rights", () => {
  test("TC-15, TC-16: every right is in one section of the page, with words of its own", () => {
    const shown = sections.flatMap(({ rights: ofSection }) => ofSection.map(({ right }) => right));
    expect(shown).toEqual([...rights]);
    expect(new Set(rights.map(textOf)).size).toBe(rights.length);
    for (const { section, rights: ofSection } of sections)
      for (const { right } of ofSection) expect(right.startsWith(`${section.toLowerCase()}.`)).toBe(true);
  });

  test("an API key that only reads has no right that changes anything", () => {
    expect(rightsOfKey(["read"])).toEqual([
      "properties.read",
      "users.read",
      "endpoints.read",
      "audit.read",
      "audit.export",
    ]);
    expect([rightsOfKey(["sign-in"]), rightsOfKey([]), rightsOfKey(["admin"])]).toEqual([[], [], rights]);
  });
});
