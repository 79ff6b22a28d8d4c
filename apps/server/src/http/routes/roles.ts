import { sections } from "@holdfast/core/authorization/rights-text";
import {
  administratorPage,
  administratorQuery,
  administratorView,
  groupCreation,
  groupPage,
  groupQuery,
  groupView,
  memberChange,
  memberPage,
  memberQuery,
  productView,
  rightSections,
  roleAssignment,
  roleChange,
  roleCreation,
  rolePage,
  roleQuery,
  roleView,
} from "@holdfast/protocol/roles-api";
import { settingsChange, settingsView } from "@holdfast/protocol/settings-api";
import { assignRole, listAdministrators, readAdministrator, removeRole } from "../../app/administrators.ts";
import {
  changeMembers,
  createGroup,
  deleteGroup,
  listGroups,
  listMembers,
  readGroup,
  renameGroup,
} from "../../app/groups.ts";
import { ok } from "../../app/outcome.ts";
import type { AppPorts } from "../../app/ports.ts";
import { changeRole, createRole, deleteRole, listRoles, readRole } from "../../app/roles.ts";
import { changeSettings, readSettings } from "../../app/settings.ts";
import type { Route } from "../route.ts";
import { administrator, freshAdministrator, route } from "../route.ts";
import { byId } from "./people.ts";

/** Roles, administrators, groups and settings. */
export function roleRoutes(ports: AppPorts): Route[] {
  return [
    route(
      "GET",
      "/api/v1/rights",
      administrator("properties.read"),
      { summary: "List every right by section", answer: rightSections },
      async () => ok({ items: sections }),
    ),
    route(
      "GET",
      "/api/v1/roles",
      administrator("properties.read"),
      { summary: "List administrator roles", answer: rolePage, query: roleQuery },
      async ({ query }) => ok(await listRoles(ports, query)),
    ),
    route(
      "POST",
      "/api/v1/roles",
      freshAdministrator("properties.roles"),
      { summary: "Create an administrator role", answer: roleView, body: roleCreation, status: 201 },
      ({ actor, body }) => createRole(ports, actor, body),
    ),
    route(
      "GET",
      "/api/v1/roles/:id",
      administrator("properties.read"),
      { summary: "Read an administrator role", answer: roleView, params: byId },
      ({ params }) => readRole(ports, params.id),
    ),
    route(
      "PATCH",
      "/api/v1/roles/:id",
      freshAdministrator("properties.roles"),
      { summary: "Change an administrator role", answer: roleView, params: byId, body: roleChange },
      ({ actor, params, body }) => changeRole(ports, actor, params.id, body),
    ),
    route(
      "DELETE",
      "/api/v1/roles/:id",
      freshAdministrator("properties.roles"),
      { summary: "Delete an administrator role that nobody has", answer: null, params: byId },
      ({ actor, params }) => deleteRole(ports, actor, params.id),
    ),

    route(
      "GET",
      "/api/v1/administrators",
      administrator("properties.read"),
      { summary: "List users with a role", answer: administratorPage, query: administratorQuery },
      async ({ actor, query }) => ok(await listAdministrators(ports, actor, query)),
    ),
    route(
      "GET",
      "/api/v1/administrators/:id",
      administrator("users.read"),
      { summary: "Read which role a user has", answer: administratorView, params: byId },
      ({ actor, params }) => readAdministrator(ports, actor, params.id),
    ),
    route(
      "PUT",
      "/api/v1/administrators/:id",
      freshAdministrator("properties.roles"),
      { summary: "Give a user a role", answer: administratorView, params: byId, body: roleAssignment },
      ({ actor, params, body }) => assignRole(ports, actor, params.id, body.roleId),
    ),
    route(
      "DELETE",
      "/api/v1/administrators/:id",
      freshAdministrator("properties.roles"),
      { summary: "Take a user's role away", answer: null, params: byId },
      ({ actor, params }) => removeRole(ports, actor, params.id),
    ),

    route(
      "GET",
      "/api/v1/groups",
      administrator("properties.read"),
      { summary: "List groups", answer: groupPage, query: groupQuery },
      async ({ actor, query }) => ok(await listGroups(ports, actor, query)),
    ),
    route(
      "POST",
      "/api/v1/groups",
      freshAdministrator("properties.groups"),
      { summary: "Create a group", answer: groupView, body: groupCreation, status: 201 },
      ({ actor, body }) => createGroup(ports, actor, body.name),
    ),
    route(
      "GET",
      "/api/v1/groups/:id",
      administrator("properties.read"),
      { summary: "Read a group", answer: groupView, params: byId },
      ({ actor, params }) => readGroup(ports, actor, params.id),
    ),
    route(
      "PATCH",
      "/api/v1/groups/:id",
      freshAdministrator("properties.groups"),
      { summary: "Rename a group", answer: groupView, params: byId, body: groupCreation },
      ({ actor, params, body }) => renameGroup(ports, actor, params.id, body.name),
    ),
    route(
      "DELETE",
      "/api/v1/groups/:id",
      freshAdministrator("properties.groups"),
      { summary: "Delete a group that no role reaches", answer: null, params: byId },
      ({ actor, params }) => deleteGroup(ports, actor, params.id),
    ),
    route(
      "GET",
      "/api/v1/groups/:id/members",
      administrator("properties.read"),
      {
        summary: "List the users or the endpoints of a group",
        answer: memberPage,
        params: byId,
        query: memberQuery,
      },
      ({ actor, params, query }) => listMembers(ports, actor, params.id, query),
    ),
    route(
      "PATCH",
      "/api/v1/groups/:id/members",
      freshAdministrator("properties.groups"),
      {
        summary: "Add and remove users and endpoints of a group",
        answer: groupView,
        params: byId,
        body: memberChange,
      },
      ({ actor, params, body }) => changeMembers(ports, actor, params.id, body),
    ),

    route(
      "GET",
      "/api/v1/settings",
      administrator("properties.read"),
      { summary: "Read the settings of the enterprise", answer: settingsView },
      async () => ok(await readSettings(ports)),
    ),
    route(
      "PATCH",
      "/api/v1/settings",
      freshAdministrator("properties.settings"),
      { summary: "Change the settings of the enterprise", answer: settingsView, body: settingsChange },
      ({ actor, body }) => changeSettings(ports, actor, body),
    ),
    route(
      "GET",
      "/api/v1/product",
      { by: "anybody" },
      { summary: "What screens call this product, and whom people ask for help", answer: productView },
      async () => {
        const { productName, organisationName, helpDeskContact } = await readSettings(ports);
        return ok({ productName, organisationName, helpDeskContact });
      },
    ),
  ];
}
