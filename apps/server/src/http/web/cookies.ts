import type { FastifyReply, FastifyRequest } from "fastify";

/** More than any browser sends with our one cookie; longer headers are not searched. */
const longestCookieHeader = 8192;
const tokenForm = /^[A-Za-z0-9_-]{43}$/;

/**
 * Cookies reach every port of a host, so each app's has a name of its own (SECURITY §6). The prefix, by which browsers
 * refuse a cookie that another host or a plain connection set, needs https (RFC 6265bis §4.1.3).
 */
export function sessionCookieName(app: "console" | "portal", secure: boolean): string {
  return `${secure ? "__Host-" : ""}holdfast-${app}`;
}

/** The session token that this app's cookie carries; null for none, for more than one, and for what is none of ours. */
export function sessionTokenOf(request: FastifyRequest, name: string): string | null {
  const header = request.headers.cookie;
  if (header === undefined || header.length > longestCookieHeader) return null;
  const values = header
    .split(";")
    .map((pair) => pair.trim())
    .filter((pair) => pair.startsWith(`${name}=`))
    .map((pair) => pair.slice(name.length + 1));
  const [value] = values;
  return values.length === 1 && value !== undefined && tokenForm.test(value) ? value : null;
}

export function setSessionCookie(reply: FastifyReply, name: string, secure: boolean, token: string): void {
  void reply.header("set-cookie", cookie(name, token, secure, null));
}

export function clearSessionCookie(reply: FastifyReply, name: string, secure: boolean): void {
  void reply.header("set-cookie", cookie(name, "", secure, 0));
}

function cookie(name: string, value: string, secure: boolean, maxAgeSeconds: number | null): string {
  return [
    `${name}=${value}`,
    "Path=/",
    "HttpOnly",
    "SameSite=Strict",
    ...(secure ? ["Secure"] : []),
    ...(maxAgeSeconds === null ? [] : [`Max-Age=${maxAgeSeconds}`]),
  ].join("; ");
}
