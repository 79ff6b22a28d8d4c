import {
  appPasswordCheck,
  appPasswordCreation,
  appPasswordIssued,
  appPasswordList,
  appPasswordVerdict,
  ownOfflineList,
  ownPasswordChange,
  ownSessionList,
  ownSignInPage,
  ownSignInQuery,
  profileView,
  signInReport,
} from "@holdfast/protocol/me-api";
import {
  checkAppPassword,
  listAppPasswords,
  makeAppPassword,
  removeAppPassword,
} from "../../app/me/app-passwords.ts";
import { ownOffline } from "../../app/me/own-offline.ts";
import { changeOwnPassword } from "../../app/me/own-password.ts";
import { endOtherSessions, endOwnSession, listOwnSessions } from "../../app/me/own-sessions.ts";
import { listOwnSignIns, reportSignIn } from "../../app/me/own-sign-ins.ts";
import { readProfile } from "../../app/me/profile.ts";
import type { Self } from "../../app/me/self.ts";
import { ok } from "../../app/outcome.ts";
import type { AppPorts } from "../../app/ports.ts";
import type { Call, Route } from "../route.ts";
import { freshPerson, person, route } from "../route.ts";
import { byId } from "./people.ts";

const path = "/api/v1/me";

/** What people do for themselves at the portal; nothing here takes the name of a user. */
export function meRoutes(ports: AppPorts): Route[] {
  return [
    route(
      "GET",
      path,
      person,
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
      { summary: "List where you can sign in without the network, and until when", answer: ownOfflineList },
      async (call) => ok(await ownOffline(ports, selfOf(call))),
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

/** The one who is signed in; requests name nobody else. */
export function selfOf({ caller, actor }: Pick<Call<unknown, unknown, unknown>, "caller" | "actor">): Self {
  if (caller.kind !== "session") throw new Error("a person's request without a session");
  return { userId: caller.user.id, sessionId: caller.session.id, actor };
}
