import { policyPage, tokenPage, userPage } from "@holdfast/protocol/admin-answers";
import {
  passwordChange,
  policyChange,
  policyCreation,
  policyQuery,
  policyView,
  resynchronisation,
  tokenChange,
  tokenCreation,
  tokenEnrolment,
  tokenQuery,
  tokenView,
  userChange,
  userCreation,
  userQuery,
  userView,
} from "@holdfast/protocol/admin-api";
import { identifier } from "@holdfast/protocol/primitives";
import { z } from "zod";
import { ok } from "../../app/outcome.ts";
import { changePolicy, createPolicy, deletePolicy, listPolicies, readPolicy } from "../../app/policies.ts";
import type { AppPorts } from "../../app/ports.ts";
import { tellOfMethod } from "../../app/senders/notices.ts";
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
import { administrator, administratorFreshFor, freshAdministrator, route } from "../route.ts";

export const byId = z.strictObject({ id: identifier });

/** Users, their tokens and their policies. */
export function peopleRoutes(ports: AppPorts): Route[] {
  return [
    route(
      "GET",
      "/api/v1/users",
      administrator("users.read"),
      { summary: "List users", answer: userPage, query: userQuery },
      async ({ actor, query }) => ok(await listUsers(ports, actor, query)),
    ),
    route(
      "POST",
      "/api/v1/users",
      administrator("users.create"),
      { summary: "Create a user", answer: userView, body: userCreation, status: 201 },
      ({ actor, body }) => createUser(ports, actor, body),
    ),
    route(
      "GET",
      "/api/v1/users/:id",
      administrator("users.read"),
      { summary: "Read a user", answer: userView, params: byId },
      ({ actor, params }) => readUser(ports, actor, params.id),
    ),
    route(
      "PATCH",
      "/api/v1/users/:id",
      // How one signs in, and whether one may: what a stolen session would be used for.
      administratorFreshFor("users.edit", "policyId", "status"),
      { summary: "Change a user", answer: userView, params: byId, body: userChange },
      ({ actor, params, body }) => changeUser(ports, actor, params.id, body),
    ),
    route(
      "DELETE",
      "/api/v1/users/:id",
      freshAdministrator("users.delete"),
      { summary: "Delete a user and what endpoints hold of him", answer: null, params: byId },
      ({ actor, params }) => deleteUser(ports, actor, params.id),
    ),
    route(
      "PUT",
      "/api/v1/users/:id/password",
      freshAdministrator("users.password"),
      { summary: "Set a user's password", answer: userView, params: byId, body: passwordChange },
      ({ actor, params, body }) => setPassword(ports, actor, params.id, body.password),
    ),
    route(
      "POST",
      "/api/v1/users/:id/unlock",
      administrator("users.unlock"),
      { summary: "Unlock a user", answer: userView, params: byId },
      ({ actor, params }) => unlockUser(ports, actor, params.id),
    ),
    route(
      "POST",
      "/api/v1/users/:id/tokens",
      freshAdministrator("users.authenticators"),
      {
        summary: "Enrol a token for a user",
        answer: tokenEnrolment,
        params: byId,
        body: tokenCreation,
        status: 201,
      },
      async ({ actor, params, body }) => {
        const enrolled = await enrolToken(ports, actor, params.id, body);
        if (enrolled.kind === "ok") tellOfMethod(ports, params.id, "added", enrolled.value.token.kind);
        return enrolled;
      },
    ),

    route(
      "GET",
      "/api/v1/tokens",
      administrator("users.read"),
      { summary: "List tokens", answer: tokenPage, query: tokenQuery },
      async ({ actor, query }) => ok(await listTokens(ports, actor, query)),
    ),
    route(
      "GET",
      "/api/v1/tokens/:id",
      administrator("users.read"),
      { summary: "Read a token", answer: tokenView, params: byId },
      ({ actor, params }) => readToken(ports, actor, params.id),
    ),
    route(
      "PATCH",
      "/api/v1/tokens/:id",
      freshAdministrator("users.authenticators"),
      { summary: "Change a token", answer: tokenView, params: byId, body: tokenChange },
      ({ actor, params, body }) => changeToken(ports, actor, params.id, body),
    ),
    route(
      "POST",
      "/api/v1/tokens/:id/resynchronisation",
      administrator("users.authenticators"),
      {
        summary: "Bring a token back into step by two codes in a row",
        answer: tokenView,
        params: byId,
        body: resynchronisation,
      },
      ({ actor, params, body }) => resynchroniseToken(ports, actor, params.id, body.first, body.second),
    ),
    route(
      "POST",
      "/api/v1/tokens/:id/revocation",
      freshAdministrator("users.authenticators"),
      { summary: "Revoke a token for good", answer: tokenView, params: byId },
      async ({ actor, params }) => {
        const revoked = await revokeToken(ports, actor, params.id);
        if (revoked.kind === "ok") tellOfMethod(ports, revoked.value.userId, "removed", revoked.value.kind);
        return revoked;
      },
    ),

    route(
      "GET",
      "/api/v1/policies",
      administrator("properties.read"),
      { summary: "List user policies", answer: policyPage, query: policyQuery },
      async ({ query }) => ok(await listPolicies(ports, query)),
    ),
    route(
      "POST",
      "/api/v1/policies",
      freshAdministrator("properties.policies"),
      {
        summary: "Create a user policy as a copy of the Default",
        answer: policyView,
        body: policyCreation,
        status: 201,
      },
      ({ actor, body }) => createPolicy(ports, actor, body.name, body.changes),
    ),
    route(
      "GET",
      "/api/v1/policies/:id",
      administrator("properties.read"),
      { summary: "Read a user policy", answer: policyView, params: byId },
      ({ params }) => readPolicy(ports, params.id),
    ),
    route(
      "PATCH",
      "/api/v1/policies/:id",
      freshAdministrator("properties.policies"),
      { summary: "Change a user policy", answer: policyView, params: byId, body: policyChange },
      ({ actor, params, body }) => changePolicy(ports, actor, params.id, body),
    ),
    route(
      "DELETE",
      "/api/v1/policies/:id",
      freshAdministrator("properties.policies"),
      { summary: "Delete a user policy that no user has", answer: null, params: byId },
      ({ actor, params }) => deletePolicy(ports, actor, params.id),
    ),
  ];
}
