import type { Client } from "openapi-fetch";
import createOpenApiClient from "openapi-fetch";
import type { components, paths } from "./generated/schema.ts";
import { unreachable } from "./problems.ts";

/** A schema of the API by its name: `Schema<"UserView">`. */
export type Schema<Name extends keyof components["schemas"]> = components["schemas"][Name];

/** The API, typed by its OpenAPI document: `api.GET("/api/v1/users", { params: { query: { prefix: "an" } } })`. */
export type ApiClient = Client<paths, "application/json">;

export type ApiClientOptions = {
  /** Absent: the page's own origin. */
  readonly baseUrl?: string;
  /** Absent: the platform's. */
  readonly fetch?: (request: Request) => Promise<Response>;
};

/**
 * A client for a page on one of the server's own origins: the session's cookie goes along, to that origin only. A request
 * that got no answer at all is sent once more where that does no harm: reads, and creations, whose key makes the server
 * give the first answer again.
 */
export function createApiClient({
  baseUrl = "",
  fetch: send = platformFetch,
}: ApiClientOptions = {}): ApiClient {
  const client = createOpenApiClient<paths, "application/json">({
    baseUrl,
    credentials: "same-origin",
    fetch: (request) => sendTwiceAtMost(request, send),
  });
  client.use({
    onRequest({ request }) {
      request.headers.set("accept", "application/json");
      if (request.method === "POST" && !request.headers.has(idempotencyKey))
        request.headers.set(idempotencyKey, crypto.randomUUID());
      return request;
    },
  });
  return client;
}

const idempotencyKey = "idempotency-key";
const platformFetch = (request: Request) => fetch(request);

async function sendTwiceAtMost(
  request: Request,
  send: (request: Request) => Promise<Response>,
): Promise<Response> {
  const spare = request.method === "GET" || request.method === "POST" ? request.clone() : null;
  try {
    return await send(request);
  } catch (error) {
    if (request.signal.aborted) throw error;
    if (spare === null) throw unreachable(error);
    return send(spare).catch((again: unknown) => {
      throw request.signal.aborted ? again : unreachable(again);
    });
  }
}
