import { proofingConfirmation, proofingRecord, proofingView } from "@holdfast/protocol/proofing-api";
import {
  ownSigningList,
  ownSigningView,
  signingAnswer,
  signingBegin,
  signingCreated,
  signingCreation,
  signingStep,
  signingView,
} from "@holdfast/protocol/signing-api";
import { signingKeySet } from "@holdfast/protocol/signing-statement";
import { ok } from "../../app/outcome.ts";
import type { AppPorts } from "../../app/ports.ts";
import type { OwnSignings } from "../../app/signing/own-signings.ts";
import {
  confirmProofing,
  readProofing,
  recordProofing,
  withdrawProofing,
} from "../../app/signing/proofing.ts";
import type { Application, PortalUrl } from "../../app/signing/requests.ts";
import { cancelSigning, readSigning, requestSigning } from "../../app/signing/requests.ts";
import type { StatementSigner } from "../../keys/statement-keys.ts";
import type { Metrics } from "../../operations/metrics.ts";
import type { Access, Call, Route } from "../route.ts";
import { administrator, freshAdministrator, person, route } from "../route.ts";
import { whenceOf } from "../web/browsers.ts";
import { selfOf } from "./me.ts";
import { byId } from "./people.ts";

const application: Access = { by: "application", scope: "sign" };

/** Orders: applications ask for a signature, people give it at the portal, anybody verifies it. */
export function signingRoutes(
  ports: AppPorts,
  own: OwnSignings,
  statements: StatementSigner,
  portalUrl: PortalUrl,
  metrics: Metrics,
): Route[] {
  const keySet = async () => ({
    keys: (await statements.publicKeys()).map(({ kid, key }) => ({ ...key, kid, alg: "EdDSA", use: "sig" })),
  });
  return [
    route(
      "POST",
      "/api/v1/signings",
      application,
      {
        summary: "Ask a person to sign a document by its digest",
        answer: signingCreated,
        body: signingCreation,
        status: 201,
      },
      (call) => requestSigning(ports, portalUrl, applicationOf(call), call.body),
    ),
    route(
      "GET",
      "/api/v1/signings/:id",
      application,
      {
        summary: "Read how a signing stands, with the statement once signed",
        answer: signingView,
        params: byId,
      },
      (call) => readSigning(ports, portalUrl, applicationOf(call), call.params.id),
    ),
    route(
      "DELETE",
      "/api/v1/signings/:id",
      application,
      { summary: "Take back what nobody has signed yet", answer: signingView, params: byId },
      (call) => cancelSigning(ports, portalUrl, applicationOf(call), call.params.id),
    ),
    route(
      "GET",
      "/.well-known/holdfast-signing-keys",
      { by: "anybody" },
      { summary: "The public keys of signing statements, as a JWK set", answer: signingKeySet },
      async () => ok(await keySet()),
    ),
    route(
      "GET",
      "/api/v1/keys/statement",
      administrator("properties.read"),
      { summary: "Read the public keys of signing statements, as a JWK set", answer: signingKeySet },
      async () => ok(await keySet()),
    ),
    route(
      "POST",
      "/api/v1/keys/statement",
      freshAdministrator("properties.keys"),
      { summary: "Sign statements by a new key from now on", answer: signingKeySet, status: 201 },
      async ({ actor }) => {
        await statements.rotate(actor);
        return ok(await keySet());
      },
    ),
    ...ownRoutes(own, metrics),
    ...proofingRoutes(ports),
  ];
}

function ownRoutes(own: OwnSignings, metrics: Metrics): Route[] {
  const path = "/api/v1/me/signings";
  const counted = <T extends Awaited<ReturnType<OwnSignings["begin"]>>>(result: T): T => {
    metrics.signIn(
      result.kind === "refused"
        ? (result.reason ?? result.code)
        : result.value.status === "signed"
          ? "succeeded"
          : "asking",
    );
    return result;
  };
  return [
    route(
      "GET",
      path,
      person,
      { summary: "List the orders that wait for your signature", answer: ownSigningList },
      async (call) => ok(await own.list(selfOf(call))),
    ),
    route(
      "GET",
      `${path}/:id`,
      person,
      { summary: "Read an order that you are asked to sign", answer: ownSigningView, params: byId },
      (call) => own.read(selfOf(call), call.params.id),
    ),
    route(
      "POST",
      `${path}/:id/sign`,
      person,
      {
        summary: "Begin to sign an order: prove anew who you are",
        answer: signingAnswer,
        params: byId,
        body: signingBegin,
      },
      async (call) =>
        counted(
          await own.begin(selfOf(call), call.params.id, call.body.given, whenceOf(call.request).address),
        ),
    ),
    route(
      "POST",
      `${path}/:id/sign/steps`,
      person,
      {
        summary: "Give what signing an order asked for",
        answer: signingAnswer,
        params: byId,
        body: signingStep,
      },
      async (call) => counted(await own.step(selfOf(call), call.params.id, call.body)),
    ),
    route(
      "POST",
      `${path}/:id/decline`,
      person,
      { summary: "Decline to sign an order", answer: ownSigningView, params: byId },
      (call) => own.decline(selfOf(call), call.params.id),
    ),
  ];
}

function proofingRoutes(ports: AppPorts): Route[] {
  const path = "/api/v1/users/:id/proofing";
  return [
    route(
      "GET",
      path,
      administrator("users.read"),
      {
        summary: "Read whether a user's identity is proofed, and by whom",
        answer: proofingView,
        params: byId,
      },
      ({ actor, params }) => readProofing(ports, actor, params.id),
    ),
    route(
      "POST",
      path,
      freshAdministrator("users.proofing"),
      {
        summary: "Record that you proofed a user's identity",
        answer: proofingView,
        params: byId,
        body: proofingRecord,
        status: 201,
      },
      ({ actor, params, body }) => recordProofing(ports, actor, params.id, body),
    ),
    route(
      "POST",
      `${path}/confirmation`,
      freshAdministrator("users.proofing"),
      {
        summary: "Confirm another administrator's proofing of a user's identity",
        answer: proofingView,
        params: byId,
        body: proofingConfirmation,
      },
      ({ actor, params, body }) => confirmProofing(ports, actor, params.id, body),
    ),
    route(
      "DELETE",
      path,
      freshAdministrator("users.proofing"),
      { summary: "Withdraw a user's identity proofing", answer: proofingView, params: byId },
      ({ actor, params }) => withdrawProofing(ports, actor, params.id),
    ),
  ];
}

function applicationOf({
  caller,
  actor,
}: Pick<Call<unknown, unknown, unknown>, "caller" | "actor">): Application {
  if (caller.kind !== "api-key") throw new Error("an application's request without its key");
  return { id: caller.key.id, name: caller.key.name, actor };
}
