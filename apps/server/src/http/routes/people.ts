import {
  passwordChange,
  policyChange,
  policyCreation,
  resynchronisation,
  tokenChange,
  tokenCreation,
  tokenQuery,
  userChange,
  userCreation,
  userQuery,
} from "@holdfast/protocol/admin-api";
import { identifier } from "@holdfast/protocol/primitives";
import { z } from "zod";
import { ok } from "../../app/outcome.ts";
import { changePolicy, createPolicy, deletePolicy, listPolicies, readPolicy } from "../../app/policies.ts";
import type { AppPorts } from "../../app/ports.ts";
import { enrolToken } from "../../app/token-enrolment.ts";
import { changeToken, listTokens, readToken, resynchroniseToken, revokeToken } from "../../app/tokens.ts";
import {
  changeUser,
  createUser,
  deleteUser,
  listUsers,
  readUser,
  setPassword,
  unlockUser,
} from "../../app/users.ts";
import type { Route } from "../route.ts";
import { route } from "../route.ts";

const read = { by: "api-key", scope: "read" } as const;
const admin = { by: "api-key", scope: "admin" } as const;
export const byId = z.strictObject({ id: identifier });

/** Users, their tokens and their policies. */
export function peopleRoutes(ports: AppPorts): Route[] {
  return [
    route("GET", "/api/v1/users", read, { query: userQuery }, async ({ query }) =>
      ok(await listUsers(ports, query)),
    ),
    route("POST", "/api/v1/users", admin, { body: userCreation, status: 201 }, ({ actor, body }) =>
      createUser(ports, actor, body),
    ),
    route("GET", "/api/v1/users/:id", read, { params: byId }, ({ params }) => readUser(ports, params.id)),
    route(
      "PATCH",
      "/api/v1/users/:id",
      admin,
      { params: byId, body: userChange },
      ({ actor, params, body }) => changeUser(ports, actor, params.id, body),
    ),
    route("DELETE", "/api/v1/users/:id", admin, { params: byId }, ({ actor, params }) =>
      deleteUser(ports, actor, params.id),
    ),
    route(
      "PUT",
      "/api/v1/users/:id/password",
      admin,
      { params: byId, body: passwordChange },
      ({ actor, params, body }) => setPassword(ports, actor, params.id, body.password),
    ),
    route("POST", "/api/v1/users/:id/unlock", admin, { params: byId }, ({ actor, params }) =>
      unlockUser(ports, actor, params.id),
    ),
    route(
      "POST",
      "/api/v1/users/:id/tokens",
      admin,
      { params: byId, body: tokenCreation, status: 201 },
      ({ actor, params, body }) => enrolToken(ports, actor, params.id, body),
    ),

    route("GET", "/api/v1/tokens", read, { query: tokenQuery }, async ({ query }) =>
      ok(await listTokens(ports, query)),
    ),
    route("GET", "/api/v1/tokens/:id", read, { params: byId }, ({ params }) => readToken(ports, params.id)),
    route(
      "PATCH",
      "/api/v1/tokens/:id",
      admin,
      { params: byId, body: tokenChange },
      ({ actor, params, body }) => changeToken(ports, actor, params.id, body),
    ),
    route(
      "POST",
      "/api/v1/tokens/:id/resynchronisation",
      admin,
      { params: byId, body: resynchronisation },
      ({ actor, params, body }) => resynchroniseToken(ports, actor, params.id, body.first, body.second),
    ),
    route("POST", "/api/v1/tokens/:id/revocation", admin, { params: byId }, ({ actor, params }) =>
      revokeToken(ports, actor, params.id),
    ),

    route("GET", "/api/v1/policies", read, {}, async () => ok({ items: await listPolicies(ports) })),
    route("POST", "/api/v1/policies", admin, { body: policyCreation, status: 201 }, ({ actor, body }) =>
      createPolicy(ports, actor, body.name, body.changes),
    ),
    route("GET", "/api/v1/policies/:id", read, { params: byId }, ({ params }) =>
      readPolicy(ports, params.id),
    ),
    route(
      "PATCH",
      "/api/v1/policies/:id",
      admin,
      { params: byId, body: policyChange },
      ({ actor, params, body }) => changePolicy(ports, actor, params.id, body),
    ),
    route("DELETE", "/api/v1/policies/:id", admin, { params: byId }, ({ actor, params }) =>
      deletePolicy(ports, actor, params.id),
    ),
  ];
}
