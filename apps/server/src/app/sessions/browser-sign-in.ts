import type { SignInWorkflow } from "@holdfast/protocol/policy";
import type { FreshBegin, SessionAnswer, SessionBegin, SessionStep } from "@holdfast/protocol/session-api";
import type { WebApp } from "../../store/web-store.ts";
import type { Outcome } from "../outcome.ts";
import { ok } from "../outcome.ts";
import type { AppPorts } from "../ports.ts";
import { newId } from "../ports.ts";
import { browserName } from "../push/browser-name.ts";
import type { SignInResult, SignIns } from "../sign-in/sign-in.ts";
import { viewSession } from "./live-session.ts";
import type { Opened, Proven, Sessions, Whence } from "./sessions.ts";

/** Sign-in by steps for browsers, over the same machine as everybody's; a success opens a session. */
export type BrowserSignIns = {
  begin(app: WebApp, request: SessionBegin, whence: Whence): Promise<BrowserResult>;
  step(app: WebApp, request: SessionStep, whence: Whence): Promise<BrowserResult>;
  /** Somebody signed in proves himself anew. */
  beginFresh(who: SignedIn, request: FreshBegin, whence: Whence): Promise<BrowserResult>;
  stepFresh(who: SignedIn, request: SessionStep): Promise<BrowserResult>;
};

/** `token`: the cookie's new value, with a success. */
export type BrowserResult = Outcome<{ readonly answer: SessionAnswer; readonly token: string | null }>;
export type SignedIn = { readonly app: WebApp; readonly sessionId: string; readonly userName: string };

const workflows: Readonly<Record<WebApp, SignInWorkflow>> = {
  console: "administration",
  portal: "self-service",
};

export function createBrowserSignIns(ports: AppPorts, signIns: SignIns, sessions: Sessions): BrowserSignIns {
  const begin = (
    app: WebApp,
    sessionId: string | null,
    { userName, given }: SessionBegin,
    { address, userAgent }: Whence,
  ): Promise<SignInResult> =>
    signIns.begin(
      { kind: "browser", app, sessionId, browserName: browserName(userAgent) },
      {
        attemptId: newId(ports, "att"),
        userName,
        workflow: workflows[app],
        given,
        context: { service: app, remoteHost: address },
      },
    );

  const answered = async (
    result: SignInResult,
    open: (proven: Proven) => Promise<Outcome<Opened>>,
  ): Promise<BrowserResult> => {
    if (result.kind === "refused") return result;
    const { value } = result;
    if (value.status === "asking") {
      const { continuation, expiresAtMs, prompts } = value;
      return ok({ answer: { status: "asking", continuation, expiresAtMs, prompts }, token: null });
    }
    const opened = await open(value);
    if (opened.kind === "refused") return opened;
    const { token, session } = opened.value;
    const { enrolmentDue, renewalDue, messages } = value;
    return ok({
      token,
      answer: {
        status: "succeeded",
        session: viewSession(session),
        ...(enrolmentDue === undefined ? {} : { enrolmentDue }),
        ...(renewalDue === undefined ? {} : { renewalDue }),
        messages,
      },
    });
  };

  return {
    begin: async (app, request, whence) => {
      const begunAtMs = ports.clock.now();
      return answered(await begin(app, null, request, whence), (proven) =>
        sessions.start(app, proven, whence, begunAtMs),
      );
    },
    step: async (app, request, whence) => {
      const begunAtMs = ports.clock.now();
      const client = {
        ...{ kind: "browser" as const, app, sessionId: null },
        browserName: browserName(whence.userAgent),
      };
      return answered(await signIns.step(client, request), (proven) =>
        sessions.start(app, proven, whence, begunAtMs),
      );
    },
    beginFresh: async ({ app, sessionId, userName }, { given }, whence) =>
      answered(await begin(app, sessionId, { userName, given }, whence), (proven) =>
        sessions.prove(sessionId, proven),
      ),
    stepFresh: async ({ app, sessionId }, request) =>
      answered(await signIns.step({ kind: "browser", app, sessionId }, request), (proven) =>
        sessions.prove(sessionId, proven),
      ),
  };
}
