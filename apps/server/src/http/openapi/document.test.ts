import { readFileSync, writeFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Rig } from "../../testing/rig.ts";
import { startRig } from "../../testing/rig.ts";
import { startWebRig } from "../../testing/web-rig.ts";
import type { Json } from "./components.ts";
import { openApiDocument } from "./document.ts";
import { referenceOf } from "./reference.ts";
import { referenceMarkdown } from "./reference-markdown.ts";
import { referencePagePolicy } from "./reference-page.ts";

let rig: Rig;
let document: Json;
beforeAll(async () => {
  rig = await startRig();
  document = openApiDocument(rig.server.routes);
});
afterAll(() => rig.stop());

const accept = process.env.HOLDFAST_ACCEPT_API === "1";
const folder = new URL("../../../../../docs/reference/", import.meta.url);

/** Writes the file where it is to be accepted, and compares. */
function expectKept(name: string, made: string): void {
  const kept = new URL(name, folder);
  if (accept) writeFileSync(kept, made);
  expect(made === readFileSync(kept, "utf8"), "the API changed: look at it, then `npm run accept:api`").toBe(
    true,
  );
}

describe("the checked-in reference is that of the routes", () => {
  test("openapi.json", () => expectKept("openapi.json", `${JSON.stringify(document, null, 2)}\n`));
  test("api.md", () => expectKept("api.md", referenceMarkdown(referenceOf(document))));
});

describe("the document", () => {
  test("has every route, each with a name of its own", () => {
    const operations = Object.entries(document.paths as Record<string, Record<string, Json>>).flatMap(
      ([path, byMethod]) =>
        Object.entries(byMethod).map(([method, one]) => ({ path, method, ...one }) as Json),
    );
    expect(operations).toHaveLength(rig.server.routes.length);
    expect(operations.length).toBeGreaterThan(50);
    expect(new Set(operations.map(({ operationId }) => operationId)).size).toBe(operations.length);
    for (const { path, summary } of operations)
      expect([path, summary]).toEqual([path, expect.stringMatching(/^[A-Z].*[^.]$/)]);
  });

  test("refers to nothing that it does not have, and has nothing that nobody refers to", () => {
    const text = JSON.stringify(document);
    const referred = new Set(
      [...text.matchAll(/"#\/components\/schemas\/([^"]+)"/g)].map(([, name]) => name),
    );
    const { schemas } = document.components as { schemas: Json };
    expect([...referred].toSorted()).toEqual(Object.keys(schemas));
  });

  test("names every body and every answer after a schema of packages/protocol", () => {
    const unnamed = rig.server.routes.flatMap(({ method, url, body, answer }) => {
      const one = (document.paths as Record<string, Record<string, Json>>)[
        url.replaceAll(/:(\w+)/g, "{$1}")
      ]?.[method.toLowerCase()] as { requestBody?: Json; responses: Record<string, Json> };
      const said = JSON.stringify([
        body === null ? [] : Object.values((one.requestBody?.content ?? {}) as Json),
        answer === null ? [] : Object.values(one.responses).filter(({ $ref }) => $ref === undefined),
      ]);
      return /"schema":\{"(?!\$ref|type":"string"\})/.test(said) ? [`${method} ${url}`] : [];
    });
    expect(
      unnamed,
      "export the schema from packages/protocol, and its file from openapi/schema-names.ts",
    ).toEqual([]);
  });
});

test("what creates takes an Idempotency-Key, and nothing else does", () => {
  const taking = Object.entries(document.paths as Record<string, Record<string, Json>>).flatMap(
    ([path, byMethod]) =>
      Object.entries(byMethod)
        .filter(([, { parameters = [] }]) =>
          (parameters as Json[]).some(({ name }) => name === "Idempotency-Key"),
        )
        .map(([method]) => `${method} ${path}`),
  );
  expect(taking).toEqual(
    expect.arrayContaining([
      "post /api/v1/users",
      "post /api/v1/users/{id}/tokens",
      "post /api/v1/policies",
      "post /api/v1/endpoint-enrolments",
      "post /api/v1/api-keys",
    ]),
  );
  expect(taking.filter((one) => !one.startsWith("post "))).toEqual([]);
  expect(taking).not.toContain("post /api/v1/sign-ins");
});

describe("the served reference", () => {
  test("is the same document, for everybody", async () => {
    const served = await rig.call("GET", "/api/v1/openapi.json", undefined, null);
    expect([served.status, served.headers["content-type"]]).toEqual([200, "application/json"]);
    expect(served.body).toEqual(document);
  });

  test("is a page that loads and runs nothing, in which every link leads somewhere", async () => {
    const page = await rig.call("GET", "/api/v1/reference", undefined, null);
    expect(page.headers["content-security-policy"]).toMatch(/^default-src 'none'; style-src 'sha256-[^']+';/);
    expect(page.text).not.toMatch(/<script|<link|\bstyle=|\son\w+=|src=/);
    const ids = new Set([...page.text.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id));
    const links = [...page.text.matchAll(/ href="#([^"]+)"/g)].map(([, id]) => id);
    expect(links.length).toBeGreaterThan(100);
    expect(links.filter((id) => !ids.has(id))).toEqual([]);
    for (const { url } of rig.server.routes) expect(page.text).toContain(url.replaceAll(/:(\w+)/g, "{$1}"));
  });
});

test("at a web app's origin the reference keeps its own, stricter page policy", async () => {
  const web = await startWebRig();
  try {
    const page = await web.raw("console", "GET", "/api/v1/reference");
    expect([page.status, page.headers["content-security-policy"]]).toEqual([200, referencePagePolicy]);
    expect(page.text).toContain("<h1>Holdfast API</h1>");
  } finally {
    await web.stop();
  }
});
