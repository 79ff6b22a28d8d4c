import { hash, randomBytes } from "node:crypto";
import type { FastifyRequest } from "fastify";
import { z } from "zod";
import type { Refused } from "../app/outcome.ts";
import { refused } from "../app/outcome.ts";
import { subscriberNetwork } from "../app/subscriber-network.ts";
import type { RateLimitConfig } from "../config.ts";
import type { Caller, Route } from "./route.ts";
import { createTokenBuckets } from "./token-bucket.ts";

/**
 * How often one caller may ask, in this process. It keeps one caller from taking the server from the others; against
 * guessing there is the lockout, which counts for all servers.
 */
export type RateLimits = {
  /** Null: go on. Before the body is looked at. */
  ofCaller(route: Route, caller: Caller, request: FastifyRequest): Refused | null;
  /** Null: go on. Of a sign-in, for the name that it is about. */
  ofName(route: Route, caller: Caller, body: unknown): Refused | null;
  /**
   * What was answered. A sign-in that still waits for its person's phone asks each second and checks nothing: it counts
   * among all of its caller's requests, not among the few sign-ins, else some that wait would keep out everybody behind
   * the same address.
   */
  answered(route: Route, caller: Caller, request: FastifyRequest, body: unknown, answer: unknown): void;
  /** Buckets in memory. */
  readonly size: () => number;
};

/** What anybody can ask who has no key or session yet, or what checks a secret that somebody typed. */
export const guessing: ReadonlySet<string> = new Set([
  "POST /api/v1/sign-ins",
  "POST /api/v1/sign-ins/steps",
  "POST /api/v1/session/sign-in",
  "POST /api/v1/session/sign-in/steps",
  "POST /api/v1/session/fresh",
  "POST /api/v1/session/fresh/steps",
  "POST /api/v1/setup",
  "POST /api/v1/setup/administrator",
  "POST /api/v1/setup/administrator/steps",
  "POST /api/v1/app-password-checks",
  "POST /api/v1/me/authenticators/:id/trial",
  "POST /api/v1/me/signings/:id/sign",
  "POST /api/v1/me/signings/:id/sign/steps",
  "POST /api/v1/endpoints",
]);

const mostKept = 50_000;

export function createRateLimits(config: RateLimitConfig, now: () => number): RateLimits {
  const { signInsPerSource, signInsPerName, requestsPerCaller } = config;
  const everyMinute = (perMinute: number) => createTokenBuckets({ burst: perMinute, perMinute }, mostKept);
  const sources = everyMinute(signInsPerSource);
  const names = everyMinute(signInsPerName);
  const callers = everyMinute(requestsPerCaller);
  // Typed names are not kept, and nobody can choose ones that fall together.
  const secret = randomBytes(32).toString("base64");
  // Nobody sees a hash, so that a secret before the text does what a MAC would, at a fifth of its time.
  const hashed = (text: string) => hash("sha256", secret + text, "base64");

  return {
    ofCaller(route, caller, request) {
      if (!route.url.startsWith("/api/")) return null;
      const who = nameOf(caller, request);
      if (guessing.has(`${route.method} ${route.url}`)) {
        // A program that signs people in is many people's; its key has the limit of all its requests.
        return caller.kind === "api-key"
          ? refusal(route, callers.take(who, now()))
          : refusal(route, sources.take(who, now()));
      }
      // It speaks for many people; who of them guesses is limited by app/radius/source-limits.ts.
      if (route.access.by === "radius-server") return null;
      // Endpoints are told when to come back by what they are answered.
      return caller.kind === "endpoint" ? null : refusal(route, callers.take(who, now()));
    },
    ofName(route, caller, body) {
      if (!guessing.has(`${route.method} ${route.url}`)) return null;
      const name =
        typeof body === "object" && body !== null && "userName" in body ? body.userName : undefined;
      if (typeof name !== "string") return null;
      // By kind of caller, so that strangers at the portal cannot keep somebody from his workstation (SECURITY §3).
      const where = caller.kind === "endpoint" ? caller.endpoint.id : caller.kind;
      return refusal(route, names.take(hashed(`${where}\0${name}`), now()));
    },
    answered(route, caller, request, body, answer) {
      if (caller.kind === "api-key" || !guessing.has(`${route.method} ${route.url}`)) return;
      if (!stillWaits(body, answer)) return;
      const who = nameOf(caller, request);
      if (callers.take(who, now()) === null) sources.giveBack(who);
    },
    size: () => sources.size() + names.size() + callers.size(),
  };
}

const waitingAnswered = z.object({
  status: z.literal("asking"),
  prompts: z.array(z.object({ waiting: z.boolean().optional() })),
});

function stillWaits(body: unknown, answer: unknown): boolean {
  // Every sign-in comes by here: what asks nothing of a phone is let go by a look at it.
  const given = (body as { given?: { factor?: unknown; value?: unknown } | null } | null | undefined)?.given;
  if (given?.factor !== "push" || given.value !== "wait") return false;
  const { data } = waitingAnswered.safeParse(answer);
  return data?.prompts.some(({ waiting }) => waiting) ?? false;
}

function nameOf(caller: Caller, request: FastifyRequest): string {
  switch (caller.kind) {
    case "endpoint":
      return `endpoint ${caller.endpoint.id}`;
    case "phone":
      return `phone ${caller.phone.id}`;
    case "api-key":
      return `key ${caller.key.id}`;
    case "session":
      return `session ${caller.session.id}`;
    default:
      return `address ${subscriberNetwork(request.callerAddress)}`;
  }
}

function refusal(route: Route, waitSeconds: number | null): Refused | null {
  if (waitSeconds === null) return null;
  const signsIn = route.url.includes("/sign-in");
  return refused("too-many-requests", "Too many requests in a short time.", {
    retryAfterSeconds: waitSeconds,
    ...(signsIn ? { reason: "busy" } : {}),
  });
}
