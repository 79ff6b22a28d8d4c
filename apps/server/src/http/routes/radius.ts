import { userName } from "@holdfast/protocol/primitives";
import {
  type RadiusAccessAnswer,
  type RadiusAccessRequest,
  radiusAccessAnswer,
  radiusAccessRequest,
  radiusClientChange,
  radiusClientCreation,
  radiusClientIssued,
  radiusClientView,
  radiusServerIssued,
  radiusServerRegistration,
  radiusView,
} from "@holdfast/protocol/radius-api";
import type { ApiKeys } from "../../app/api-keys.ts";
import { ok } from "../../app/outcome.ts";
import type { AppPorts } from "../../app/ports.ts";
import type { AccessReply } from "../../app/radius/access-reply.ts";
import type { AccessRequest, AccessRequests } from "../../app/radius/access-requests.ts";
import { changeClient, createClient, removeClient, rotateSecret } from "../../app/radius/clients.ts";
import { readRadius } from "../../app/radius/overview.ts";
import { registerServer, removeServer } from "../../app/radius/servers.ts";
import type { Metrics } from "../../operations/metrics.ts";
import type { Route } from "../route.ts";
import { administrator, freshAdministrator, route } from "../route.ts";
import { byId } from "./people.ts";

/** Remote access by RADIUS: its clients, and what FreeRADIUS asks. */
export function radiusRoutes(
  ports: AppPorts,
  apiKeys: ApiKeys,
  requests: AccessRequests,
  metrics: Metrics,
): Route[] {
  return [
    route(
      "GET",
      "/api/v1/radius",
      administrator("properties.read"),
      { summary: "List RADIUS clients and servers, without secrets", answer: radiusView },
      async () => ok(await readRadius(ports)),
    ),
    route(
      "POST",
      "/api/v1/radius/clients",
      freshAdministrator("properties.radius"),
      {
        summary: "Register a RADIUS client; its shared secret is told once",
        answer: radiusClientIssued,
        body: radiusClientCreation,
        status: 201,
      },
      ({ actor, body }) => createClient(ports, actor, body),
    ),
    route(
      "PATCH",
      "/api/v1/radius/clients/:id",
      freshAdministrator("properties.radius"),
      { summary: "Change a RADIUS client", answer: radiusClientView, params: byId, body: radiusClientChange },
      ({ actor, params, body }) => changeClient(ports, actor, params.id, body),
    ),
    route(
      "POST",
      "/api/v1/radius/clients/:id/secret",
      freshAdministrator("properties.radius"),
      {
        summary: "Give a RADIUS client another shared secret, told once",
        answer: radiusClientIssued,
        params: byId,
      },
      ({ actor, params }) => rotateSecret(ports, actor, params.id),
    ),
    route(
      "DELETE",
      "/api/v1/radius/clients/:id",
      freshAdministrator("properties.radius"),
      { summary: "Remove a RADIUS client", answer: null, params: byId },
      ({ actor, params }) => removeClient(ports, actor, params.id),
    ),
    route(
      "POST",
      "/api/v1/radius/servers",
      freshAdministrator("properties.radius"),
      {
        summary: "Register a FreeRADIUS and get all that its configuration is made of, told once",
        answer: radiusServerIssued,
        body: radiusServerRegistration,
        status: 201,
      },
      ({ actor, body }) => registerServer(ports, apiKeys, actor, body),
    ),
    route(
      "DELETE",
      "/api/v1/radius/servers/:id",
      freshAdministrator("properties.radius"),
      { summary: "Remove a FreeRADIUS; its key is taken no more", answer: null, params: byId },
      ({ actor, params }) => removeServer(ports, actor, params.id),
    ),
    route(
      "POST",
      "/api/v1/radius/access-requests",
      { by: "radius-server" },
      { summary: "Answer an Access-Request", answer: radiusAccessAnswer, body: radiusAccessRequest },
      async ({ body }) => {
        const reply = await requests.answer(requestOf(body));
        metrics.signIn(reply.kind === "refused" ? (reply.reason ?? reply.code) : words[reply.value.kind]);
        return reply.kind === "refused" ? reply : ok(answerOf(reply.value));
      },
    ),
  ];
}

const words = { accept: "succeeded", challenge: "asking", reject: "refused" } as const;

function requestOf(attributes: RadiusAccessRequest): AccessRequest {
  const text = (name: string): string | null => {
    const value = attributes[name]?.value[0];
    return value === undefined || value === "" ? null : String(value);
  };
  const state = text("State");
  const named = userName.safeParse(text("User-Name"));
  const password = text("User-Password");
  return {
    clientId: text("Tmp-String-0") ?? "",
    packet: text("Tmp-String-1") ?? "",
    userName: named.success ? named.data : null,
    password: password === null ? null : password.slice(0, 1024),
    // A State of somebody else's making is one that was never handed out.
    state: state === null ? null : bytesOf(state),
    station: text("Calling-Station-Id"),
    gateway: text("NAS-Identifier") ?? text("NAS-IP-Address") ?? text("NAS-IPv6-Address"),
  };
}

/** As FreeRADIUS writes octets: `0x` and hexadecimal digits. */
function bytesOf(text: string): Uint8Array {
  return /^0x(?:[0-9a-f]{2})+$/i.test(text) ? Buffer.from(text.slice(2), "hex") : new Uint8Array();
}

function answerOf(reply: AccessReply): RadiusAccessAnswer {
  const message =
    reply.message === null ? {} : { "reply:Reply-Message": attribute(shortened(reply.message)) };
  if (reply.kind === "challenge")
    return {
      "reply:State": attribute(`0x${Buffer.from(reply.state).toString("hex")}`),
      "reply:Prompt": attribute(reply.shown ? "Echo" : "No-Echo"),
      ...message,
    };
  return { "control:Auth-Type": attribute(reply.kind === "accept" ? "Accept" : "Reject"), ...message };
}

function attribute(value: string) {
  return { op: ":=" as const, do_xlat: false as const, value: [value] };
}

/** An attribute holds 253 bytes (RFC 2865 §5); our texts are ASCII or nearly so. */
function shortened(text: string): string {
  return Buffer.byteLength(text) <= 253
    ? text
    : `${Buffer.from(text)
        .subarray(0, 247)
        .toString("utf8")
        .replace(/\uFFFD$/, "")}…`;
}
