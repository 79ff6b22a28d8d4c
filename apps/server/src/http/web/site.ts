import { randomBytes } from "node:crypto";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { refused } from "../../app/outcome.ts";
import type { WebApp } from "../browser.ts";
import { sendProblem } from "../problems.ts";
import { requestName } from "../proofs.ts";
import { everyAnswer, inertPolicy, noncePlaceholder, pagePolicy, scriptPolicy } from "./page-security.ts";
import { fromElsewhere } from "./same-origin.ts";
import type { StaticFiles } from "./static-files.ts";

/** A web app at its own origin. */
export type Site = {
  readonly app: WebApp;
  /** Under which it may be asked for, the one that is told to people first. */
  readonly origins: () => readonly string[];
  readonly files: StaticFiles;
};

/** The origin by which a request came. */
export type Arrival = { readonly site: Site; readonly origin: string; readonly secure: boolean };

/** The route of what is no API. */
const everyFile = "/*";

/** What every request to a web origin goes through before anything answers it. */
export function guardSite(
  app: FastifyInstance,
  site: Site,
  arrived: (request: FastifyRequest, arrival: Arrival) => void,
): void {
  app.addHook("onRequest", async (request, reply) => {
    for (const [name, value] of Object.entries(everyAnswer[site.app])) void reply.header(name, value);
    void reply.header("content-security-policy", inertPolicy);
    const origin = originAsked(request, site.origins());
    // A name that is not ours: DNS rebinding, or a proxy that does not hand the name on.
    if (origin === null) {
      const why = `This host name is not served here. The ${site.app} is at ${site.origins()[0]}.`;
      return sendProblem(reply, refused("forbidden", why), requestName(request));
    }
    const secure = origin.startsWith("https:");
    if (secure && !/\/\/(?:localhost|127\.|\[::1\])/.test(origin))
      void reply.header("strict-transport-security", "max-age=31536000");
    arrived(request, { site, origin, secure });
    const refusal = refusalOf(site, request, origin);
    return refusal === null ? undefined : sendProblem(reply, refusal, requestName(request));
  });
  app.route({
    method: ["GET", "HEAD"],
    url: everyFile,
    handler: (request, reply) => serveFile(site, request, reply),
  });
}

function refusalOf(site: Site, request: FastifyRequest, origin: string) {
  // By the route that was found: a path can be written in many ways ("/%61pi/…"), and the router knows all of them.
  if (request.routeOptions.url !== everyFile || isApi(request.url)) {
    // A phone signs its requests, from the page of its own app.
    const signed = request.headers.dpop !== undefined && site.app !== "authenticator";
    if (request.headers.authorization !== undefined || signed) {
      return refused(
        "unauthenticated",
        "API keys and device keys are for the API's own address, not for this site.",
      );
    }
    return fromElsewhere(request, origin);
  }
  const { "sec-fetch-site": from, "sec-fetch-mode": mode } = request.headers;
  const embedded = from !== undefined && from !== "same-origin" && from !== "none" && mode !== "navigate";
  return embedded ? refused("forbidden", "Other sites do not embed what is here.") : null;
}

/** The one of our origins that the Host header means; the default port may be written out. */
function originAsked(request: FastifyRequest, origins: readonly string[]): string | null {
  const { host } = request.headers;
  if (host === undefined || !/^[A-Za-z0-9.:[\]-]{1,255}$/.test(host)) return null;
  return (
    origins.find((origin) => {
      const { protocol, host: own } = new URL(origin);
      return URL.canParse(`${protocol}//${host}`) && new URL(`${protocol}//${host}`).host === own;
    }) ?? null
  );
}

async function serveFile(site: Site, request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
  const path = request.url.split("?", 1)[0] ?? "/";
  const { accept = "*/*", "accept-encoding": encodings = "" } = request.headers;
  const found = isApi(path)
    ? ({ kind: "nothing" } as const)
    : await site.files.find(path, {
        page: /text\/html|\*\/\*/.test(accept),
        brotli: /(?:^|[\s,])br(?:$|[\s,;])/.test(String(encodings)),
      });
  switch (found.kind) {
    case "nothing":
      return sendProblem(reply, refused("not-found", "There is nothing at this path."), requestName(request));
    case "not-built":
      return reply.code(503).type("text/html; charset=utf-8").send(notBuilt(site.app));
    case "page": {
      const nonce = randomBytes(16).toString("base64");
      return reply
        .header("content-security-policy", pagePolicy(site.app, nonce))
        .type("text/html; charset=utf-8")
        .send(found.html.replaceAll(noncePlaceholder, nonce));
    }
    case "file":
      if (found.encoding !== null) void reply.header("content-encoding", found.encoding);
      if (site.app === "authenticator" && found.type.startsWith("text/javascript"))
        void reply.header("content-security-policy", scriptPolicy);
      return reply
        .headers({
          "cache-control": found.hashed ? "public, max-age=31536000, immutable" : "no-cache",
          vary: "accept-encoding",
        })
        .type(found.type)
        .send(found.bytes);
  }
}

function isApi(url: string): boolean {
  return /^\/api(?:[/?]|$)/.test(url);
}

function notBuilt(app: WebApp): string {
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>The ${app} is not built yet</title></head>
<body><main><h1>The ${app} is not built yet</h1>
<p>This server runs, but the pages of the ${app} are not there. In Holdfast's folder, run:</p>
<pre>npm run build</pre>
<p>Then load this page again; the server need not be restarted.</p></main></body></html>
`;
}
