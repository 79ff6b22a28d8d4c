import { problem } from "@holdfast/protocol/problem";
import { takesIdempotencyKey } from "../idempotency.ts";
import type { Route } from "../route.ts";
import { callerOf, securitySchemes } from "./callers.ts";
import type { Components, Json } from "./components.ts";
import { createComponents } from "./components.ts";
import { sectionOf } from "./sections.ts";

/** The API in OpenAPI 3.1, made of the route table and the schemas that check requests and (in tests) answers. */
export function openApiDocument(routes: readonly Route[]): Json {
  const schemas = routes.flatMap(({ body, query, params, answer }) => [body, query, params, answer]);
  const components = createComponents([problem, ...schemas.filter((one) => one !== null)]);
  const paths: Record<string, Json> = {};
  const ordered = routes.toSorted((a, b) => compare(`${a.url} ${order(a)}`, `${b.url} ${order(b)}`));
  for (const route of ordered) {
    const path = route.url.replaceAll(/:(\w+)/g, "{$1}");
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operation(route, components) };
  }
  const problemSchema = components.schemaOf(problem, "answer");
  return {
    openapi: "3.1.0",
    info: {
      title: "Holdfast API",
      version: "1",
      license: { name: "Apache-2.0", identifier: "Apache-2.0" },
      description:
        "Every list is `{items, next}`: pass `next` as `after` for the next page; null is the end. What is refused is " +
        "a problem document (RFC 9457) with a stable `code`. Unknown fields and query keys are refused. Instants are " +
        "milliseconds since 1970 UTC, durations ISO 8601. A `Holdfast-Request` header comes back as `inReplyTo`. Too many requests are answered 429 with `Retry-After`.",
    },
    servers: [{ url: "/" }],
    tags: [...new Set(ordered.map(({ url }) => sectionOf(url)))].map((name) => ({ name })),
    paths,
    components: {
      schemas: components.used(),
      securitySchemes,
      responses: {
        Problem: {
          description: "Refused, or failed; `code` says which, `detail` why.",
          headers: {
            "Retry-After": {
              description: "Seconds; where waiting helps (429, 503).",
              schema: { type: "integer" },
            },
          },
          content: { "application/problem+json": { schema: problemSchema } },
        },
      },
    },
  };
}

function operation(route: Route, components: Components): Json {
  const { security, text } = callerOf(route.access);
  return {
    tags: [sectionOf(route.url)],
    operationId: operationId(route),
    summary: route.summary,
    description: `For ${text}.`,
    security: security.length === 0 ? [] : security,
    ...parameters(route, components),
    ...(route.body === null
      ? {}
      : {
          requestBody: {
            required: true,
            content: { "application/json": { schema: components.schemaOf(route.body, "request") } },
          },
        }),
    responses: {
      ...success(route, components),
      default: { $ref: "#/components/responses/Problem" },
    },
  };
}

function success(route: Route, components: Components): Json {
  const content = {
    ...(route.answer === null
      ? {}
      : { "application/json": { schema: components.schemaOf(route.answer, "answer") } }),
    ...(route.contentType === null ? {} : { [route.contentType]: { schema: { type: "string" } } }),
  };
  return Object.keys(content).length === 0
    ? { "204": { description: "Done." } }
    : {
        [String(route.status)]: {
          description: route.status === 101 ? "Goes on as a WebSocket of such messages." : "Done.",
          content,
        },
      };
}

function parameters(route: Route, components: Components): Json {
  const from = (schema: Route["query"], place: "query" | "path") =>
    schema === null
      ? []
      : components.fieldsOf(schema).map(({ name, required, schema: one }) => ({
          name,
          in: place,
          required: place === "path" || required,
          schema: one,
        }));
  const all = [
    ...from(route.params, "path"),
    ...from(route.query, "query"),
    ...(takesIdempotencyKey(route) ? [idempotencyParameter] : []),
  ];
  return all.length === 0 ? {} : { parameters: all };
}

const idempotencyParameter: Json = {
  name: "Idempotency-Key",
  in: "header",
  required: false,
  description:
    "Of the caller's own making. For a day, the same request with the same key gets the first one's answer again instead of creating something twice.",
  schema: { type: "string", minLength: 1, maxLength: 200 },
};

/** `GET /api/v1/users/:id/tokens` → `getUsersByIdTokens`. */
function operationId({ method, url }: Route): string {
  const parts = url
    .replace(/^\/api\/v1/, "")
    .split(/[/-]/)
    .filter((part) => part !== "")
    .map((part) => (part.startsWith(":") ? `by-${part.slice(1)}` : part).replaceAll(/\W+/g, "-"));
  return [method.toLowerCase(), ...parts.flatMap((part) => part.split("-"))]
    .map((part, index) => (index === 0 ? part : part.slice(0, 1).toUpperCase() + part.slice(1)))
    .join("");
}

const methods: readonly string[] = ["GET", "POST", "PUT", "PATCH", "DELETE"];
const order = ({ method }: Route) => methods.indexOf(method);
const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
