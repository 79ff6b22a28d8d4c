import type { Duplex } from "node:stream";
import type { Random } from "../kernel/random.ts";

/** What a middle box with a certificate that is believed says in the server's place (OTP-30). */
export type Rubbish =
  | "unauthorized"
  | "forbidden"
  | "not-found"
  | "login-page"
  | "bad-gateway"
  | "unavailable"
  | "empty"
  | "json-of-somebody-else"
  | "problem-of-somebody-else"
  | "cut-short";

export const everyRubbish: readonly Rubbish[] = [
  "unauthorized",
  "forbidden",
  "not-found",
  "login-page",
  "bad-gateway",
  "unavailable",
  "empty",
  "json-of-somebody-else",
  "problem-of-somebody-else",
  "cut-short",
];

/** Answers every request on this socket with the same rubbish. */
export function answerWithRubbish(rubbish: Rubbish, socket: Duplex, random: Random): void {
  socket.on("error", () => undefined);
  socket.on("data", () => {
    if (socket.destroyed || socket.writableEnded) return;
    if (rubbish === "empty") socket.end();
    else socket.write(text(rubbish, random));
    if (rubbish === "cut-short") socket.end();
  });
}

function text(rubbish: Exclude<Rubbish, "empty">, random: Random): string {
  switch (rubbish) {
    case "unauthorized":
      return http(
        "401 Unauthorized",
        "text/html",
        "<h1>Log in to continue</h1>",
        'WWW-Authenticate: Basic realm="proxy"\r\n',
      );
    case "forbidden":
      return http("403 Forbidden", "application/json", '{"error":"blocked by policy"}');
    case "not-found":
      return http("404 Not Found", "text/html", "<h1>Not Found</h1>");
    case "login-page":
      return http("200 OK", "text/html; charset=utf-8", "<html><form action=/login></form></html>");
    case "bad-gateway":
      return http("502 Bad Gateway", "text/html", "<h1>Bad Gateway</h1>");
    case "unavailable":
      return http("503 Service Unavailable", "text/plain", "maintenance", "Retry-After: 3600\r\n");
    case "json-of-somebody-else":
      return http(
        "200 OK",
        "application/json",
        '{"holdfast":1,"inReplyTo":"somebody-else","status":"succeeded"}',
      );
    case "problem-of-somebody-else":
      return http(
        "403 Forbidden",
        "application/problem+json",
        JSON.stringify({
          type: "urn:holdfast:problem:sign-in-refused",
          code: random.pick(["sign-in-refused", "endpoint-revoked", "unauthenticated"]),
          title: "Refused",
          status: 403,
          detail: "An answer to another request, out of a cache.",
          inReplyTo: "somebody-else",
        }),
      );
    case "cut-short":
      return 'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 400\r\n\r\n{"holdfast":1,';
  }
}

function http(status: string, contentType: string, body: string, headers = ""): string {
  return `HTTP/1.1 ${status}\r\nContent-Type: ${contentType}\r\nContent-Length: ${body.length}\r\n${headers}\r\n${body}`;
}
