import {
  alertPage,
  apiKeyPage,
  auditChainPage,
  auditPage,
  cacheRecommendation,
  cacheSizeAnswer,
  endpointPage,
  enrolmentPage,
  keysView,
  manifestAnswer,
  outlookPage,
  recommendationApplied,
} from "@holdfast/protocol/admin-answers";
import {
  alertQuery,
  apiKeyCreation,
  apiKeyIssued,
  apiKeyQuery,
  auditQuery,
  cacheSizeQuestion,
  chainQuery,
  endpointQuery,
  endpointView,
  enrolmentCreation,
  enrolmentIssued,
  enrolmentQuery,
  outlookQuery,
  recommendationApplication,
  recommendationQuery,
  wlmProfileQuery,
  wlmProfileView,
} from "@holdfast/protocol/admin-api";
import { closeAlert, listAlerts } from "../../app/alerts.ts";
import type { ApiKeys } from "../../app/api-keys.ts";
import { checkChains, readNamedAudit } from "../../app/audit-trail.ts";
import { applyRecommendation, calculateCacheSize, recommend } from "../../app/cache-sizes.ts";
import { wlmClientProfile, wlmRegistryFile } from "../../app/client-profiles.ts";
import { setDistrust } from "../../app/distrust.ts";
import { listEndpoints, readEndpoint, revokeEndpoint } from "../../app/endpoints.ts";
import { endEnrolment, issueEnrolment, listEnrolments } from "../../app/enrolments.ts";
import { readKeys } from "../../app/keys.ts";
import { publicManifest } from "../../app/manifest.ts";
import { offlineOutlook } from "../../app/offline-outlook.ts";
import { ok } from "../../app/outcome.ts";
import type { AppPorts } from "../../app/ports.ts";
import type { Route } from "../route.ts";
import { administrator, alreadySent, freshAdministrator, ofEnterprise, route } from "../route.ts";
import { byId } from "./people.ts";

/** Endpoints, audit, alerts, sizes and API keys. */
export function administrationRoutes(ports: AppPorts, apiKeys: ApiKeys): Route[] {
  return [
    route(
      "GET",
      "/api/v1/endpoints",
      administrator("endpoints.read"),
      { summary: "List endpoints", answer: endpointPage, query: endpointQuery },
      async ({ actor, query }) => ok(await listEndpoints(ports, actor, query)),
    ),
    route(
      "GET",
      "/api/v1/endpoints/:id",
      administrator("endpoints.read"),
      { summary: "Read an endpoint", answer: endpointView, params: byId },
      ({ actor, params }) => readEndpoint(ports, actor, params.id),
    ),
    route(
      "POST",
      "/api/v1/endpoints/:id/revocation",
      freshAdministrator("endpoints.revoke"),
      { summary: "Revoke an endpoint", answer: endpointView, params: byId },
      ({ actor, params }) => revokeEndpoint(ports, actor, params.id),
    ),
    route(
      "PUT",
      "/api/v1/endpoints/:id/distrust",
      administrator("endpoints.edit"),
      { summary: "Discard what an endpoint reports from now on", answer: null, params: byId },
      ({ actor, params }) => setDistrust(ports, actor, params.id, true),
    ),
    route(
      "DELETE",
      "/api/v1/endpoints/:id/distrust",
      administrator("endpoints.edit"),
      { summary: "Believe an endpoint's reports again", answer: null, params: byId },
      ({ actor, params }) => setDistrust(ports, actor, params.id, false),
    ),
    route(
      "GET",
      "/api/v1/endpoint-enrolments",
      administrator("endpoints.read"),
      { summary: "List enrolment codes, newest first", answer: enrolmentPage, query: enrolmentQuery },
      async ({ actor, query }) => ok(await listEnrolments(ports, actor, query)),
    ),
    route(
      "POST",
      "/api/v1/endpoint-enrolments",
      freshAdministrator("endpoints.enrol"),
      {
        summary: "Issue an enrolment code for one endpoint",
        answer: enrolmentIssued,
        body: enrolmentCreation,
        status: 201,
      },
      ({ actor, body }) => issueEnrolment(ports, actor, ports.server.url(), body),
    ),
    route(
      "DELETE",
      "/api/v1/endpoint-enrolments/:id",
      administrator("endpoints.enrol"),
      { summary: "End an enrolment code that was not used", answer: null, params: byId },
      ({ actor, params }) => endEnrolment(ports, actor, params.id),
    ),
    route(
      "GET",
      "/api/v1/client-profiles/wlm",
      administrator("endpoints.read"),
      {
        summary: "Settings for Windows clients, as JSON or a registry file",
        answer: wlmProfileView,
        contentType: "text/plain; charset=utf-16",
        query: wlmProfileQuery,
      },
      async ({ query: { offlineEnabled, format }, reply }) => {
        const offline = offlineEnabled === "true";
        if (format === "json") return ok(wlmClientProfile(ports, offline));
        await reply
          .headers({
            // The byte order mark in front tells which of the two it is (RFC 2781 §3.3).
            "content-type": "text/plain; charset=utf-16",
            "content-disposition": 'attachment; filename="holdfast-wlm.reg"',
          })
          .send(Buffer.from(wlmRegistryFile(ports, offline)));
        return alreadySent;
      },
    ),
    route(
      "GET",
      "/api/v1/offline-outlook",
      administrator("users.read"),
      {
        summary: "Who may sign in offline where, until when and how often",
        answer: outlookPage,
        query: outlookQuery,
      },
      async ({ actor, query }) => ok(await offlineOutlook(ports, actor, query)),
    ),

    route(
      "GET",
      "/api/v1/audit",
      administrator("audit.read"),
      { summary: "List audit events, newest first", answer: auditPage, query: auditQuery },
      async ({ actor, query: { format: _json, ...query } }) => ok(await readNamedAudit(ports, actor, query)),
    ),
    route(
      "GET",
      "/api/v1/audit/chains",
      administrator("audit.read"),
      { summary: "Check the audit's hash chains", answer: auditChainPage, query: chainQuery },
      ({ actor, query }) => checkChains(ports, actor, query),
    ),
    route(
      "GET",
      "/api/v1/alerts",
      administrator("audit.read"),
      { summary: "List alerts, newest first", answer: alertPage, query: alertQuery },
      async ({ actor, query }) => ok(await listAlerts(ports, actor, query)),
    ),
    route(
      "POST",
      "/api/v1/alerts/:id/closing",
      administrator("audit.alerts"),
      { summary: "Close an alert", answer: null, params: byId },
      ({ actor, params }) => closeAlert(ports, actor, params.id),
    ),

    route(
      "POST",
      "/api/v1/cache-size",
      administrator("users.read"),
      {
        summary: "Calculate a cache size from three questions",
        answer: cacheSizeAnswer,
        body: cacheSizeQuestion,
      },
      async ({ body: { variancePercent, ...question } }) =>
        calculateCacheSize({ ...question, ...(variancePercent === undefined ? {} : { variancePercent }) }),
    ),
    route(
      "GET",
      "/api/v1/tokens/:id/cache-recommendation",
      administrator("users.read"),
      {
        summary: "Recommend a cache size from a token's own sign-ins",
        answer: cacheRecommendation,
        params: byId,
        query: recommendationQuery,
      },
      ({ actor, params, query }) => recommend(ports, actor, params.id, query),
    ),
    route(
      "POST",
      "/api/v1/tokens/:id/cache-recommendation",
      freshAdministrator("users.authenticators"),
      {
        summary: "Apply the recommended cache size",
        answer: recommendationApplied,
        params: byId,
        body: recommendationApplication,
      },
      ({ actor, params, body }) => applyRecommendation(ports, actor, params.id, body),
    ),

    route(
      "GET",
      "/api/v1/api-keys",
      ofEnterprise(administrator("properties.api-keys")),
      { summary: "List API keys", answer: apiKeyPage, query: apiKeyQuery },
      async ({ query }) => ok(await apiKeys.list(query)),
    ),
    route(
      "POST",
      "/api/v1/api-keys",
      freshAdministrator("properties.api-keys"),
      { summary: "Issue an API key", answer: apiKeyIssued, body: apiKeyCreation, status: 201 },
      ({ actor, body }) => apiKeys.issue(actor, body.name, body.scopes),
    ),
    route(
      "DELETE",
      "/api/v1/api-keys/:id",
      freshAdministrator("properties.api-keys"),
      { summary: "Revoke an API key", answer: null, params: byId },
      ({ actor, params }) => apiKeys.revoke(actor, params.id),
    ),
    route(
      "GET",
      "/api/v1/keys",
      administrator("properties.read"),
      { summary: "Where the keys stand that endpoints trust", answer: keysView },
      async () => ok(await readKeys(ports)),
    ),
    route(
      "GET",
      "/api/v1/manifest",
      { by: "anybody" },
      { summary: "Read the signed key manifest", answer: manifestAnswer },
      async () => ok(await publicManifest(ports)),
    ),
  ];
}
