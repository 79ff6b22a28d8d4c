import { slotParametersRequest } from "@holdfast/protocol/admin-api";
import { bundleAcknowledgement, bundleRequest } from "@holdfast/protocol/bundle";
import {
  accountAnswer,
  accountCheck,
  bundleAnswer,
  contactAnswer,
  contactRequest,
  enrolmentAnswer,
  enrolmentRequest,
  slotParametersAnswer,
} from "@holdfast/protocol/endpoint-api";
import { answerMark } from "@holdfast/protocol/problem";
import { acknowledgeBundle, issueBundle, slotParameters } from "../../app/bundles.ts";
import type { Contacts } from "../../app/contact.ts";
import { accountStatus } from "../../app/contact.ts";
import type { Endpoint } from "../../app/endpoints.ts";
import { enrolEndpoint } from "../../app/enrolments.ts";
import { ok } from "../../app/outcome.ts";
import type { AppPorts } from "../../app/ports.ts";
import type { StreamHub } from "../../events/stream-hub.ts";
import type { Call, Route } from "../route.ts";
import { alreadySent, route } from "../route.ts";

const eventsBodyLimit = 1024 * 1024;

/** What agents call; all but enrolment with the device key of an enrolled endpoint. */
export function endpointFacingRoutes(ports: AppPorts, contacts: Contacts, hub: StreamHub): Route[] {
  const self = "/api/v1/endpoints/self";
  return [
    route(
      "GET",
      "/api/v1/certificate-authority",
      { by: "anybody" },
      { summary: "Read the certificate authority", answer: null, contentType: "application/x-pem-file" },
      async ({ reply }) => {
        await reply.header("content-type", "application/x-pem-file").send(ports.server.authorityPem);
        return alreadySent;
      },
    ),
    route(
      "POST",
      "/api/v1/endpoints",
      { by: "new-endpoint" },
      {
        summary: "Enrol an endpoint by a one-time code",
        answer: enrolmentAnswer,
        body: enrolmentRequest,
        marked: true,
        status: 201,
      },
      async ({ body, caller }) => {
        if (caller.kind !== "new-endpoint") throw new Error("an enrolment without a proof");
        return enrolEndpoint(ports, caller.proof.thumbprint, body);
      },
    ),
    route(
      "GET",
      `${self}/stream`,
      { by: "endpoint", revokedToo: true },
      { summary: "Follow the events for this endpoint", answer: null, contentType: "text/event-stream" },
      async (call) => {
        const endpoint = endpointOf(call);
        call.reply.hijack();
        hub.open(endpoint.id, call.reply.raw);
        return alreadySent;
      },
    ),
    route(
      "POST",
      `${self}/contact`,
      { by: "endpoint", revokedToo: true, nonceForTime: true },
      {
        summary: "Report what happened and learn where every user stands",
        answer: contactAnswer,
        body: contactRequest,
        marked: true,
        bodyLimit: eventsBodyLimit,
      },
      async (call) =>
        contacts.exchange(
          endpointOf(call),
          call.caller.kind === "endpoint" ? call.caller.proof.nonce : null,
          call.body,
        ),
    ),
    route(
      "POST",
      `${self}/slot-parameters`,
      { by: "endpoint" },
      {
        summary: "Read the salt of a password's slot after a sign-in",
        answer: slotParametersAnswer,
        body: slotParametersRequest,
        marked: true,
      },
      async (call) => slotParameters(ports, endpointOf(call), call.body.grant),
    ),
    route(
      "POST",
      `${self}/bundles`,
      { by: "endpoint" },
      { summary: "Ask for an offline bundle", answer: bundleAnswer, body: bundleRequest, marked: true },
      async (call) => issueBundle(ports, endpointOf(call), call.body),
    ),
    route(
      "POST",
      `${self}/bundles/acknowledgements`,
      { by: "endpoint" },
      {
        summary: "Acknowledge an offline bundle",
        answer: answerMark,
        body: bundleAcknowledgement,
        marked: true,
      },
      async (call) => acknowledgeBundle(ports, endpointOf(call), call.body),
    ),
    route(
      "POST",
      `${self}/account-checks`,
      { by: "endpoint" },
      {
        summary: "Ask whether an account may be used",
        answer: accountAnswer,
        body: accountCheck,
        marked: true,
      },
      async ({ body }) => ok({ status: await accountStatus(ports, body.userName) }),
    ),
  ];
}

function endpointOf({ caller }: Call<unknown, unknown, unknown>): Endpoint {
  if (caller.kind !== "endpoint") throw new Error("an endpoint's request by somebody else");
  return caller.endpoint;
}
