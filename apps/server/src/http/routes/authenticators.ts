import {
  authenticatorChange,
  authenticatorCreation,
  authenticatorEnrolment,
  authenticatorList,
  authenticatorView,
  codeTrial,
  codeTrialAnswer,
} from "@holdfast/protocol/authenticators-api";
import { identifier } from "@holdfast/protocol/primitives";
import { addressProof, addressProofBegin, addressProofEnd } from "@holdfast/protocol/senders-api";
import { z } from "zod";
import {
  changeAuthenticator,
  enrolAuthenticator,
  listAuthenticators,
  removeAuthenticator,
} from "../../app/authenticators/authenticators.ts";
import { tryCode } from "../../app/authenticators/trial.ts";
import type { AppPorts } from "../../app/ports.ts";
import { beginAddressProof, endAddressProof } from "../../app/senders/address-proofs.ts";
import type { Route } from "../route.ts";
import { administrator, freshAdministrator, route } from "../route.ts";
import { byId } from "./people.ts";

const ofUser = "/api/v1/users/:id/authenticators";
const byProof = z.strictObject({ id: identifier, proofId: identifier });
const byBoth = z.strictObject({ id: identifier, authenticatorId: identifier });

/** What a user signs in with besides the password. Passkeys are made at the portal, by their person. */
export function authenticatorRoutes(ports: AppPorts): Route[] {
  return [
    route(
      "GET",
      ofUser,
      administrator("users.read"),
      { summary: "List a user's authenticators", answer: authenticatorList, params: byId },
      ({ actor, params }) => listAuthenticators(ports, actor, params.id),
    ),
    route(
      "POST",
      ofUser,
      freshAdministrator("users.authenticators"),
      {
        summary: "Enrol a token, recovery codes, a PIN or a card for a user",
        answer: authenticatorEnrolment,
        params: byId,
        body: authenticatorCreation,
        status: 201,
      },
      ({ actor, params, body }) => enrolAuthenticator(ports, actor, params.id, body),
    ),
    route(
      "POST",
      `${ofUser}/proofs`,
      freshAdministrator("users.authenticators"),
      {
        summary: "Send a code to a phone number or mail address that is to be a user's",
        answer: addressProof,
        params: byId,
        body: addressProofBegin,
        status: 201,
      },
      ({ actor, params, body }) => beginAddressProof(ports, actor, params.id, body),
    ),
    route(
      "POST",
      `${ofUser}/proofs/:proofId`,
      freshAdministrator("users.authenticators"),
      {
        summary: "Enrol the phone number or mail address at which a code arrived",
        answer: authenticatorView,
        params: byProof,
        body: addressProofEnd,
        status: 201,
      },
      ({ actor, params, body }) => endAddressProof(ports, actor, params.id, params.proofId, body),
    ),
    route(
      "PATCH",
      `${ofUser}/:authenticatorId`,
      freshAdministrator("users.authenticators"),
      {
        summary: "Rename, disable or enable an authenticator",
        answer: authenticatorView,
        params: byBoth,
        body: authenticatorChange,
      },
      ({ actor, params, body }) => changeAuthenticator(ports, actor, params.id, params.authenticatorId, body),
    ),
    route(
      "POST",
      `${ofUser}/:authenticatorId/trial`,
      freshAdministrator("users.authenticators"),
      {
        summary: "Say whether a token's code is right, and use it up",
        answer: codeTrialAnswer,
        params: byBoth,
        body: codeTrial,
      },
      ({ actor, params, body }) => tryCode(ports, actor, params.id, params.authenticatorId, body.code),
    ),
    route(
      "DELETE",
      `${ofUser}/:authenticatorId`,
      freshAdministrator("users.authenticators"),
      { summary: "Remove an authenticator for good", answer: null, params: byBoth },
      ({ actor, params }) => removeAuthenticator(ports, actor, params.id, params.authenticatorId),
    ),
  ];
}
