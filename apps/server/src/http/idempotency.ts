import type { FastifyRequest } from "fastify";
import { once } from "../app/idempotency.ts";
import type { Outcome } from "../app/outcome.ts";
import { refused } from "../app/outcome.ts";
import type { AppPorts } from "../app/ports.ts";
import type { Route } from "./route.ts";
import { alreadySent } from "./route.ts";

type Handled = Outcome<unknown> | typeof alreadySent;

export const idempotencyHeader = "idempotency-key";

/** What makes something and is not told who asks by the request itself: programs, and people with a session. */
export function takesIdempotencyKey({ method, status, access, answer }: Route): boolean {
  const callers: readonly string[] = ["administrator", "person"];
  return method === "POST" && status === 201 && answer !== null && callers.includes(access.by);
}

/** The work, at most once for each key of this caller. */
export function atMostOnce(
  ports: AppPorts,
  route: Route,
  request: FastifyRequest,
  given: { readonly caller: string; readonly body: unknown },
  work: () => Promise<Handled>,
): Promise<Handled> {
  const key = request.headers[idempotencyHeader];
  if (key === undefined || !takesIdempotencyKey(route)) return work();
  if (typeof key !== "string" || !keyForm.test(key))
    return Promise.resolve(
      refused("invalid-request", "An Idempotency-Key is 1 to 200 printable ASCII characters without spaces."),
    );
  const path = request.url.split("?", 1)[0];
  return once(ports, { ...given, key, route: `${route.method} ${path}` }, async () => {
    const outcome = await work();
    if (outcome === alreadySent)
      throw new Error(`${route.method} ${route.url} answers in a form that cannot be kept`);
    return outcome;
  });
}

const keyForm = /^[\x21-\x7e]{1,200}$/;
