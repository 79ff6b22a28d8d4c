import type { SignInWorkflow } from "@holdfast/protocol/policy";
import type { FreshBegin, SessionAnswer, SessionBegin, SessionStep } from "@holdfast/protocol/session-api";
import type { WebApp } from "../../store/web-store.ts";
import type { Outcome } from "../outcome.ts";
import { invalid, ok } from "../outcome.ts";
import type { AppPorts } from "../ports.ts";
import { newId } from "../ports.ts";
import { browserName } from "../push/browser-name.ts";
import type { SignInResult, SignIns } from "../sign-in/sign-in.ts";
import { viewSession } from "./live-session.ts";
import {
  askForAnyPasskey,
  nobody,
  openTicket,
  ownerOf,
  type Ticket,
  unknownPasskey,
} from "./passkey-first.ts";
import type { Opened, Proven, Sessions, Whence } from "./sessions.ts";

/** Sign-in by steps for browsers, over the same machine as everybody's; a success opens a session. */
export type BrowserSignIns = {
  /** Without a name any passkey is asked for, and says whose it is. */
  begin(app: WebApp, request: SessionBegin, whence: Whence): Promise<BrowserResult>;
  step(app: WebApp, request: SessionStep, whence: Whence): Promise<BrowserResult>;
  /** Somebody signed in proves himself anew. */
  beginFresh(who: SignedIn, request: FreshBegin, whence: Whence): Promise<BrowserResult>;
  stepFresh(who: SignedIn, request: SessionStep): Promise<BrowserResult>;
};

/** `token`: the cookie's new value, with a success. */
export type BrowserResult = Outcome<{ readonly answer: SessionAnswer; readonly token: string | null }>;
type Named = SessionBegin & { readonly userName: string };
export type SignedIn = { readonly app: WebApp; readonly sessionId: string; readonly userName: string };

const workflows: Readonly<Record<WebApp, SignInWorkflow>> = {
  console: "administration",
  portal: "self-service",
};

export function createBrowserSignIns(ports: AppPorts, signIns: SignIns, sessions: Sessions): BrowserSignIns {
  const begin = (
    app: WebApp,
    sessionId: string | null,
    { userName, given }: Named,
    { address, userAgent }: Whence,
    ticket: Ticket | null = null,
  ): Promise<SignInResult> =>
    signIns.begin(
      { kind: "browser", app, sessionId, browserName: browserName(userAgent) },
      {
        attemptId: ticket?.attemptId ?? newId(ports, "att"),
        userName,
        workflow: workflows[app],
        given,
        context: { service: app, remoteHost: address },
        ...(ticket === null ? {} : { challenge: ticket.challenge }),
      },
    );

  /** The owner's sign-in, begun with the passkey that named him. */
  const withPasskey = async (
    app: WebApp,
    ticket: Ticket,
    { given }: SessionStep,
    whence: Whence,
  ): Promise<SignInResult> => {
    const owner = given.factor === "passkey" ? await ownerOf(ports, given.value) : null;
    const named = { userName: owner ?? nobody, given: [given] };
    const result = await begin(app, null, named, whence, ticket);
    // Where a passkey is no first step, its owner is asked for that step; nobody is asked for nothing.
    return owner === null && result.kind === "ok" ? unknownPasskey : result;
  };

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
    begin: async (app, { userName, given }, whence) => {
      if (userName === undefined)
        return given.length === 0
          ? askForAnyPasskey(ports, app)
          : invalid("userName", "Say who you are with what you give.");
      const begunAtMs = ports.clock.now();
      return answered(await begin(app, null, { userName, given }, whence), (proven) =>
        sessions.start(app, proven, whence, begunAtMs),
      );
    },
    step: async (app, request, whence) => {
      const begunAtMs = ports.clock.now();
      const client = {
        ...{ kind: "browser" as const, app, sessionId: null },
        browserName: browserName(whence.userAgent),
      };
      const ticket = openTicket(ports, app, request.continuation);
      const result = await (ticket === null
        ? signIns.step(client, request)
        : withPasskey(app, ticket, request, whence));
      return answered(result, (proven) => sessions.start(app, proven, whence, begunAtMs));
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
