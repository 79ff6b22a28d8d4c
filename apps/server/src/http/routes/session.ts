import {
  authenticatorView,
  passkeyCreation,
  passkeyCreationOptions,
} from "@holdfast/protocol/authenticators-api";
import {
  freshBegin,
  sessionAnswer,
  sessionBegin,
  sessionStep,
  sessionView,
} from "@holdfast/protocol/session-api";
import { passkeyOptions } from "../../app/authenticators/passkey-enrolment.ts";
import { enrolOwnPasskey } from "../../app/me/own-authenticators.ts";
import type { Self } from "../../app/me/self.ts";
import type { Outcome } from "../../app/outcome.ts";
import { ok } from "../../app/outcome.ts";
import type { AppPorts } from "../../app/ports.ts";
import type { BrowserResult, BrowserSignIns, SignedIn } from "../../app/sessions/browser-sign-in.ts";
import type { Sessions } from "../../app/sessions/sessions.ts";
import { readSession } from "../../app/sessions/sessions.ts";
import type { Metrics } from "../../operations/metrics.ts";
import type { SessionApp } from "../browser.ts";
import type { Call, Caller, Route } from "../route.ts";
import { route } from "../route.ts";
import type { WebBrowsers } from "../web/browsers.ts";
import { whenceOf } from "../web/browsers.ts";

type AnyCall = Call<unknown, unknown, unknown>;
const path = "/api/v1/session";

/** Signing in and out at the console and the portal; only their own origins have these. */
export function sessionRoutes(
  ports: AppPorts,
  signIns: BrowserSignIns,
  sessions: Sessions,
  browsers: WebBrowsers,
  metrics: Metrics,
): Route[] {
  const opened = ({ request, reply }: AnyCall, result: BrowserResult): Outcome<unknown> => {
    if (result.kind === "refused") {
      metrics.signIn(result.reason ?? result.code, reply.elapsedTime / 1000);
      return result;
    }
    metrics.signIn(result.value.answer.status, reply.elapsedTime / 1000);
    if (result.value.token !== null) browsers.setSession(request, reply, result.value.token);
    return ok(result.value.answer);
  };

  return [
    route(
      "POST",
      `${path}/sign-in`,
      { by: "browser" },
      { summary: "Begin to sign in with a browser", answer: sessionAnswer, body: sessionBegin },
      async (call) =>
        opened(call, await signIns.begin(appOf(call.caller), call.body, whenceOf(call.request))),
    ),
    route(
      "POST",
      `${path}/sign-in/steps`,
      { by: "browser" },
      { summary: "Give what a browser's sign-in asked for", answer: sessionAnswer, body: sessionStep },
      async (call) => opened(call, await signIns.step(appOf(call.caller), call.body, whenceOf(call.request))),
    ),
    route(
      "GET",
      path,
      { by: "session" },
      { summary: "Read who is signed in here and what he may do", answer: sessionView },
      ({ caller }) => readSession(ports, signedIn(caller).sessionId),
    ),
    route(
      "POST",
      `${path}/fresh`,
      { by: "session" },
      { summary: "Prove anew who you are", answer: sessionAnswer, body: freshBegin },
      async (call) =>
        opened(call, await signIns.beginFresh(signedIn(call.caller), call.body, whenceOf(call.request))),
    ),
    route(
      "POST",
      `${path}/fresh/steps`,
      { by: "session" },
      { summary: "Give what proving anew asked for", answer: sessionAnswer, body: sessionStep },
      async (call) => opened(call, await signIns.stepFresh(signedIn(call.caller), call.body)),
    ),
    route(
      "POST",
      `${path}/passkey-options`,
      { by: "session", fresh: true },
      { summary: "Begin to make a passkey for this very origin", answer: passkeyCreationOptions },
      ({ caller }) => {
        const { userId, app, actor } = themselves(caller);
        return passkeyOptions(ports, actor, userId, app);
      },
    ),
    route(
      "POST",
      `${path}/passkeys`,
      { by: "session", fresh: true },
      {
        summary: "Enrol the passkey that this browser made for this origin",
        answer: authenticatorView,
        body: passkeyCreation,
        status: 201,
      },
      ({ caller, body }) => {
        const { app, ...self } = themselves(caller);
        return enrolOwnPasskey(ports, self, app, body);
      },
    ),
    route(
      "DELETE",
      path,
      { by: "session" },
      { summary: "Sign out", answer: null },
      async ({ caller, actor, request, reply }) => {
        await sessions.end(actor, signedIn(caller).sessionId, "signed-out");
        browsers.clearSession(request, reply);
        return ok(null);
      },
    ),
  ];
}

function appOf(caller: Caller): SessionApp {
  if (caller.kind !== "browser") throw new Error("a browser's request by somebody else");
  return caller.app;
}

/** Somebody about himself, whatever his role: as far as his policy's enrolment rights go, at the console too. */
function themselves(caller: Caller): Self & { readonly app: SessionApp } {
  if (caller.kind !== "session") throw new Error("a session's request without one");
  const userId = caller.user.id;
  const actor = { name: `user:${userId}`, principal: { kind: "person", userId } } as const;
  return { userId, sessionId: caller.session.id, app: caller.app, actor };
}

function signedIn(caller: Caller): SignedIn {
  if (caller.kind !== "session") throw new Error("a session's request without one");
  return { app: caller.app, sessionId: caller.session.id, userName: caller.user.userName };
}
