import type { FastifyReply, FastifyRequest } from "fastify";
import type { LiveSession } from "../../app/sessions/live-session.ts";
import type { Sessions, Whence } from "../../app/sessions/sessions.ts";
import type { Browsers, SessionCaller } from "../browser.ts";
import { clearSessionCookie, sessionCookieName, sessionTokenOf, setSessionCookie } from "./cookies.ts";
import type { Arrival } from "./site.ts";

/** Requests of browsers: by which origin they came, and whose session they carry. */
export type WebBrowsers = Browsers & {
  arrived(request: FastifyRequest, arrival: Arrival): void;
  setSession(request: FastifyRequest, reply: FastifyReply, token: string): void;
  clearSession(request: FastifyRequest, reply: FastifyReply): void;
};

/** A page that asks by itself, from time to time, says so: such requests keep no session alive. */
const backgroundHeader = "holdfast-background";

export function createBrowsers(sessions: Sessions): WebBrowsers {
  const arrivals = new WeakMap<FastifyRequest["raw"], Arrival>();
  const cookieOf = (request: FastifyRequest) => {
    const arrival = arrivals.get(request.raw);
    if (arrival === undefined) return null;
    const { site, secure } = arrival;
    if (site.app === "authenticator") return null;
    return { app: site.app, secure, name: sessionCookieName(site.app, secure) };
  };

  return {
    arrived: (request, arrival) => void arrivals.set(request.raw, arrival),
    originOf: (request) => arrivals.get(request.raw)?.site.app ?? null,
    async findSession(request) {
      const cookie = cookieOf(request);
      const token = cookie && sessionTokenOf(request, cookie.name);
      if (!token) return null;
      const found = await sessions.find(cookie.app, token, request.headers[backgroundHeader] === undefined);
      return found && callerOf(found);
    },
    setSession(request, reply, token) {
      const cookie = cookieOf(request);
      if (cookie === null) throw new Error("a session at no web origin");
      setSessionCookie(reply, cookie.name, cookie.secure, token);
    },
    clearSession(request, reply) {
      const cookie = cookieOf(request);
      if (cookie) clearSessionCookie(reply, cookie.name, cookie.secure);
    },
  };
}

/** Where a request came from, as far as this server can know. */
export function whenceOf(request: FastifyRequest): Whence {
  return { address: request.callerAddress, userAgent: request.headers["user-agent"] ?? "" };
}

function callerOf({ row, user, role }: LiveSession): SessionCaller {
  return {
    kind: "session",
    app: row.app,
    session: {
      id: row.id,
      freshAtMs: row.freshAtMs,
      enrolmentDue: row.enrolmentDue,
      renewalDue: row.renewalDue,
    },
    user: { id: user.id, userName: user.name, displayName: user.displayName },
    role,
  };
}
