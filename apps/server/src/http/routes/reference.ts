import { openApiDocument } from "../openapi/document.ts";
import { referenceOf } from "../openapi/reference.ts";
import { referencePage, referencePagePolicy } from "../openapi/reference-page.ts";
import type { Route } from "../route.ts";
import { alreadySent, route } from "../route.ts";

const html = "text/html; charset=utf-8";

/** The API about itself. `routes` is asked for with the first request, when all of them are there. */
export function referenceRoutes(routes: () => readonly Route[]): Route[] {
  let made: { json: string; page: string } | null = null;
  const reference = () => {
    if (made === null) {
      const document = openApiDocument(routes());
      made = { json: JSON.stringify(document), page: referencePage(referenceOf(document)) };
    }
    return made;
  };
  return [
    route(
      "GET",
      "/api/v1/openapi.json",
      { by: "anybody" },
      { summary: "The API in OpenAPI 3.1", answer: null, contentType: "application/json" },
      async ({ reply }) => {
        await reply.header("content-type", "application/json").send(Buffer.from(reference().json));
        return alreadySent;
      },
    ),
    route(
      "GET",
      "/api/v1/reference",
      { by: "anybody" },
      { summary: "The API as a page to read", answer: null, contentType: html },
      async ({ reply }) => {
        await reply
          .headers({ "content-type": html, "content-security-policy": referencePagePolicy })
          .send(reference().page);
        return alreadySent;
      },
    ),
  ];
}
