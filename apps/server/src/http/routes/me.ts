import {
  authenticatorChange,
  authenticatorCreation,
  authenticatorEnrolment,
  authenticatorList,
  authenticatorView,
  codeTrial,
  codeTrialAnswer,
  passkeyCreation,
  passkeyCreationOptions,
} from "@holdfast/protocol/authenticators-api";
import {
  appPasswordCheck,
  appPasswordCreation,
  appPasswordIssued,
  appPasswordList,
  appPasswordVerdict,
  ownOfflineList,
  ownOfflineQuery,
  ownPasswordChange,
  ownSessionList,
  ownSignInPage,
  ownSignInQuery,
  profileView,
  signInReport,
} from "@holdfast/protocol/me-api";
import { addressProof, addressProofBegin, addressProofEnd } from "@holdfast/protocol/senders-api";
import {
  changeAuthenticator,
  listAuthenticators,
  removeAuthenticator,
} from "../../app/authenticators/authenticators.ts";
import { passkeyOptions } from "../../app/authenticators/passkey-enrolment.ts";
import {
  checkAppPassword,
  listAppPasswords,
  makeAppPassword,
  removeAppPassword,
} from "../../app/me/app-passwords.ts";
import { enrolOwn, enrolOwnAddress, enrolOwnPasskey, tryOwnCode } from "../../app/me/own-authenticators.ts";
import { ownOffline } from "../../app/me/own-offline.ts";
import { changeOwnPassword } from "../../app/me/own-password.ts";
import { endOtherSessions, endOwnSession, listOwnSessions } from "../../app/me/own-sessions.ts";
import { listOwnSignIns, reportSignIn } from "../../app/me/own-sign-ins.ts";
import { readProfile } from "../../app/me/profile.ts";
import type { Self } from "../../app/me/self.ts";
import { ok } from "../../app/outcome.ts";
import type { AppPorts } from "../../app/ports.ts";
import { beginAddressProof } from "../../app/senders/address-proofs.ts";
import type { Call, Route } from "../route.ts";
import {
  enrollingPerson,
  freshEnrollingPerson,
  freshPerson,
  freshRenewingPerson,
  person,
  renewingPerson,
  route,
} from "../route.ts";
import { byId } from "./people.ts";

const path = "/api/v1/me";

/** What people do for themselves at the portal; nothing here takes the name of a user. */
export function meRoutes(ports: AppPorts): Route[] {
  return [
    route(
      "GET",
      path,
      renewingPerson,
      { summary: "Read who you are, and whether you can sign in without the network", answer: profileView },
      (call) => readProfile(ports, selfOf(call).userId),
    ),
    route(
      "PUT",
      `${path}/password`,
      freshPerson,
      { summary: "Change your own password", answer: null, body: ownPasswordChange },
      (call) => changeOwnPassword(ports, selfOf(call), call.body.password),
    ),
    ...authenticatorRoutes(ports),
    route(
      "GET",
      `${path}/sessions`,
      person,
      { summary: "List your own sessions", answer: ownSessionList },
      async (call) => ok(await listOwnSessions(ports, selfOf(call))),
    ),
    route(
      "DELETE",
      `${path}/sessions/:id`,
      person,
      { summary: "End one of your own sessions", answer: null, params: byId },
      (call) => endOwnSession(ports, selfOf(call), call.params.id),
    ),
    route(
      "POST",
      `${path}/sessions/end-others`,
      person,
      { summary: "End all of your sessions but this one", answer: null },
      (call) => endOtherSessions(ports, selfOf(call)),
    ),
    route(
      "GET",
      `${path}/sign-ins`,
      person,
      { summary: "List your own recent sign-ins", answer: ownSignInPage, query: ownSignInQuery },
      async (call) => ok(await listOwnSignIns(ports, selfOf(call), call.query)),
    ),
    route(
      "POST",
      `${path}/sign-ins/:id/report`,
      person,
      {
        summary: "Report a sign-in that was not yours: ends your sessions and alerts administrators",
        answer: signInReport,
        params: byId,
      },
      (call) => reportSignIn(ports, selfOf(call), call.params.id),
    ),
    route(
      "GET",
      `${path}/offline`,
      person,
      {
        summary: "List where you can sign in without the network, and until when",
        answer: ownOfflineList,
        query: ownOfflineQuery,
      },
      async (call) => ok(await ownOffline(ports, selfOf(call), call.query)),
    ),
    route(
      "GET",
      `${path}/app-passwords`,
      person,
      { summary: "List your passwords of single applications", answer: appPasswordList },
      async (call) => ok(await listAppPasswords(ports, selfOf(call))),
    ),
    route(
      "POST",
      `${path}/app-passwords`,
      freshPerson,
      {
        summary: "Make a password for one application; it is shown once",
        answer: appPasswordIssued,
        body: appPasswordCreation,
        status: 201,
      },
      (call) => makeAppPassword(ports, selfOf(call), call.body.name),
    ),
    route(
      "DELETE",
      `${path}/app-passwords/:id`,
      person,
      { summary: "Remove a password of one application", answer: null, params: byId },
      (call) => removeAppPassword(ports, selfOf(call), call.params.id),
    ),
    route(
      "POST",
      "/api/v1/app-password-checks",
      { by: "sign-in-client" },
      {
        summary: "Check a person's password for one application",
        answer: appPasswordVerdict,
        body: appPasswordCheck,
      },
      ({ actor, body }) => checkAppPassword(ports, actor, body),
    ),
  ];
}

/** What one signs in with besides the password, as far as one's policy leaves it to oneself (TC-46). */
function authenticatorRoutes(ports: AppPorts): Route[] {
  const own = `${path}/authenticators`;
  return [
    route(
      "GET",
      own,
      enrollingPerson,
      { summary: "List your own authenticators", answer: authenticatorList },
      (call) => listAuthenticators(ports, call.actor, selfOf(call).userId),
    ),
    route(
      "POST",
      own,
      freshRenewingPerson,
      {
        summary: "Enrol a token, recovery codes, a PIN or a card for yourself",
        answer: authenticatorEnrolment,
        body: authenticatorCreation,
        status: 201,
      },
      (call) => enrolOwn(ports, selfOf(call), call.body),
    ),
    route(
      "POST",
      `${own}/passkey-options`,
      freshEnrollingPerson,
      { summary: "Begin to make a passkey in this browser", answer: passkeyCreationOptions },
      (call) => passkeyOptions(ports, call.actor, selfOf(call).userId, "portal"),
    ),
    route(
      "POST",
      `${own}/passkeys`,
      freshEnrollingPerson,
      {
        summary: "Enrol the passkey that this browser made",
        answer: authenticatorView,
        body: passkeyCreation,
        status: 201,
      },
      (call) => enrolOwnPasskey(ports, selfOf(call), "portal", call.body),
    ),
    route(
      "POST",
      `${own}/proofs`,
      freshEnrollingPerson,
      {
        summary: "Send a code to a phone number or mail address that is to be yours",
        answer: addressProof,
        body: addressProofBegin,
        status: 201,
      },
      (call) => beginAddressProof(ports, call.actor, selfOf(call).userId, call.body),
    ),
    route(
      "POST",
      `${own}/proofs/:id`,
      freshEnrollingPerson,
      {
        summary: "Enrol the phone number or mail address at which a code arrived",
        answer: authenticatorView,
        params: byId,
        body: addressProofEnd,
        status: 201,
      },
      (call) => enrolOwnAddress(ports, selfOf(call), call.params.id, call.body),
    ),
    route(
      "POST",
      `${own}/:id/trial`,
      freshEnrollingPerson,
      {
        summary: "Say whether a code of your own token is right, and use it up",
        answer: codeTrialAnswer,
        params: byId,
        body: codeTrial,
      },
      (call) => tryOwnCode(ports, selfOf(call), call.params.id, call.body.code),
    ),
    route(
      "PATCH",
      `${own}/:id`,
      freshPerson,
      {
        summary: "Rename, disable or enable one of your own authenticators",
        answer: authenticatorView,
        params: byId,
        body: authenticatorChange,
      },
      (call) => changeAuthenticator(ports, call.actor, selfOf(call).userId, call.params.id, call.body),
    ),
    route(
      "DELETE",
      `${own}/:id`,
      freshPerson,
      { summary: "Remove one of your own authenticators for good", answer: null, params: byId },
      (call) => removeAuthenticator(ports, call.actor, selfOf(call).userId, call.params.id),
    ),
  ];
}

/** The one who is signed in; requests name nobody else. */
export function selfOf({ caller, actor }: Pick<Call<unknown, unknown, unknown>, "caller" | "actor">): Self {
  if (caller.kind !== "session") throw new Error("a person's request without a session");
  return { userId: caller.user.id, sessionId: caller.session.id, actor };
}
