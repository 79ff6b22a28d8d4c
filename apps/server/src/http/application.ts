import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import fastify from "fastify";
import type { z } from "zod";
import type { Refused } from "../app/outcome.ts";
import { refused } from "../app/outcome.ts";
import type { AppPorts } from "../app/ports.ts";
import { storageRefusal } from "../app/storage-fault.ts";
import type { Metrics } from "../operations/metrics.ts";
import type { Gate } from "./access.ts";
import { actorOf } from "./access.ts";
import { tellCallerAddress } from "./caller-address.ts";
import { atMostOnce } from "./idempotency.ts";
import type { MalformedRequests } from "./malformed-requests.ts";
import { sendProblem } from "./problems.ts";
import { requestName } from "./proofs.ts";
import type { RateLimits } from "./rate-limit.ts";
import type { Route } from "./route.ts";
import { alreadySent, defaultBodyLimit } from "./route.ts";
import type { Arrival, Site } from "./web/site.ts";
import { guardSite } from "./web/site.ts";

export type ApplicationOptions = {
  readonly ports: AppPorts;
  readonly routes: readonly Route[];
  readonly gate: Gate;
  readonly limits: RateLimits | null;
  readonly malformed: MalformedRequests;
  readonly metrics: Metrics;
  /** Host names that may be asked for; null: any. The demo names them, against DNS rebinding. */
  readonly allowedHosts: readonly string[] | null;
  readonly overTls: boolean;
  /** Addresses and networks of proxies that say for whom they ask. */
  readonly trustedProxies: readonly string[];
  /** A web app's own origin, with its pages beside its part of the API; null: the API's. */
  readonly web: { readonly site: Site; arrived(request: FastifyRequest, arrival: Arrival): void } | null;
};

/** Fastify with every route; one way in for all of them: who calls, what was sent, what comes back. */
export function createApplication({
  ports,
  routes,
  gate,
  limits,
  malformed,
  metrics,
  allowedHosts,
  overTls,
  trustedProxies,
  web,
}: ApplicationOptions): FastifyInstance {
  const app = fastify({
    logger: false,
    bodyLimit: defaultBodyLimit,
    exposeHeadRoutes: false,
    return503OnClosing: false,
    routerOptions: { maxParamLength: 200 },
  });
  app.removeContentTypeParser("text/plain");
  tellCallerAddress(app, trustedProxies);

  if (allowedHosts !== null) {
    app.addHook("onRequest", async (request, reply) => {
      if (allowedHosts.includes(request.hostname)) return undefined;
      return sendProblem(
        reply,
        refused("forbidden", "This host name is not served here."),
        requestName(request),
      );
    });
  }
  // A web origin says so itself where its name is one to be remembered.
  const transport = overTls && web === null ? { "strict-transport-security": "max-age=31536000" } : {};
  const everywhere = Object.entries({
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    ...transport,
  });
  app.addHook("onRequest", (_request, reply, done) => {
    for (const [name, value] of everywhere) void reply.header(name, value);
    done();
  });
  app.addHook("onResponse", (request, reply, done) => {
    metrics.answered(request, reply);
    // One line a request where somebody asks for it: never an address as it was sent, which may hold what nobody should see.
    if (ports.log.isLevelEnabled("debug"))
      ports.log.debug(
        {
          request: requestName(request),
          method: request.method,
          route: request.routeOptions.url ?? null,
          status: reply.statusCode,
          ms: Math.round(reply.elapsedTime * 10) / 10,
        },
        "answered",
      );
    done();
  });

  app.setNotFoundHandler((request, reply) =>
    sendProblem(reply, refused("not-found", "There is nothing at this path."), requestName(request)),
  );
  app.setErrorHandler((error: FastifyError, request, reply) => {
    const refusal = refusalOfFault(error);
    if (refusal.code === "internal" || refusal.code === "storage-unavailable") {
      ports.log.error(
        {
          err: error,
          method: request.method,
          route: request.routeOptions.url,
          request: requestName(request),
        },
        "a request failed",
      );
    }
    if (refusal.code === "invalid-request" || refusal.code === "too-large")
      malformed.seen(null, request, refusal.code);
    return sendProblem(reply, refusal, requestName(request));
  });

  if (web !== null) guardSite(app, web.site, web.arrived);
  for (const one of routes) {
    if (web !== null && !isServedAt(web.site.app, one)) continue;
    app.route({
      method: one.method,
      url: one.url,
      bodyLimit: one.bodyLimit,
      ...beforeLargeBody(gate, one),
      handler: (request, reply) => answer({ ports, gate, limits, malformed }, one, request, reply),
    });
  }
  return app;
}

/** Each web origin has the API of its own app alone, and nothing that a program or an endpoint calls. */
function isServedAt(app: Site["app"], { access, url }: Route): boolean {
  switch (access.by) {
    case "anybody":
      return url.startsWith("/api/");
    case "browser":
    case "session":
      return app !== "authenticator";
    case "administrator":
      return app === "console" && url.startsWith("/api/");
    case "person":
      return app === "portal";
    case "phone":
    case "new-phone":
      return app === "authenticator";
    default:
      return false;
  }
}

/** A large body is read only from who may send it; what else is asked of him is asked when it is there. */
function beforeLargeBody(gate: Gate, { access, bodyLimit }: Route) {
  if (access.by !== "administrator" || bodyLimit <= defaultBodyLimit) return {};
  return {
    onRequest: async (request: FastifyRequest, reply: FastifyReply) => {
      const caller = await gate(request, access);
      return caller.kind === "refused" ? sendProblem(reply, caller, requestName(request)) : undefined;
    },
  };
}

async function answer(
  { ports, gate, limits, malformed }: Pick<ApplicationOptions, "ports" | "gate" | "limits" | "malformed">,
  one: Route,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<unknown> {
  const caller = await gate(request, one.access);
  if (caller.kind === "refused") return sendProblem(reply, caller, requestName(request));
  const tooMany = limits?.ofCaller(one, caller.value, request);
  if (tooMany) return sendProblem(reply, tooMany, requestName(request));
  const isNone = (why: Refused) => {
    malformed.seen(caller.value, request, why.code);
    return sendProblem(reply, why, requestName(request));
  };
  const body = parse(one.body, request.body, "body");
  if (body.kind === "refused") return isNone(body);
  const query = parse(one.query, request.query, "query");
  if (query.kind === "refused") return isNone(query);
  const params = parse(one.params, request.params, "path");
  if (params.kind === "refused") return isNone(params);

  const tooManyForName = limits?.ofName(one, caller.value, body.value);
  if (tooManyForName) return sendProblem(reply, tooManyForName, requestName(request));

  const actor = actorOf(caller.value);
  const call = {
    body: body.value,
    query: query.value,
    params: params.value,
    caller: caller.value,
    actor,
    request,
    reply,
  };
  const result = await atMostOnce(ports, one, request, { caller: actor.name, body: body.value }, () =>
    one.handle(call),
  );
  if (result === alreadySent) return reply;
  if (result.kind === "refused") return sendProblem(reply, result, requestName(request));
  limits?.answered(one, caller.value, request, body.value, result.value);
  if (result.value === null && !one.marked) return reply.code(204).send();
  const content = one.marked
    ? { holdfast: 1, inReplyTo: requestName(request), ...(result.value as object) }
    : result.value;
  return reply.code(one.status).header("content-type", "application/json").send(JSON.stringify(content));
}

function parse(
  schema: z.ZodType | null,
  value: unknown,
  where: string,
): { kind: "ok"; value: unknown } | Refused {
  if (schema === null) {
    const given =
      where !== "path" && typeof value === "object" && value !== null && Object.keys(value).length > 0;
    return given
      ? refused("invalid-request", `This request takes no ${where}.`)
      : { kind: "ok", value: undefined };
  }
  const parsed = schema.safeParse(value ?? {});
  if (parsed.success) return { kind: "ok", value: parsed.data };
  const problems = parsed.error.issues
    .slice(0, 20)
    .map(({ path, message }) => ({ path: path.join(".").slice(0, 200), message: message.slice(0, 300) }));
  return refused("invalid-request", `The request's ${where} is not as it should be.`, { problems });
}

/** Faults become one public text; what really happened is in the log. */
function refusalOfFault(error: FastifyError): Refused {
  const ofTheStore = storageRefusal(error);
  if (ofTheStore) return ofTheStore;
  const status = error.statusCode ?? 500;
  if (status === 413) return refused("too-large", "The request's body is too large.");
  if (status === 415) return refused("invalid-request", "The request's body must be application/json.");
  if (status >= 400 && status < 500) return refused("invalid-request", "The request is malformed.");
  return refused("internal", "Something went wrong at the server; its log says what.");
}
