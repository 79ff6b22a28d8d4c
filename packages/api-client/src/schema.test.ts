import { readFileSync, writeFileSync } from "node:fs";
import openapiTS, { astToString } from "openapi-typescript";
import { expect, test } from "vitest";

const document = new URL("../../../docs/reference/openapi.json", import.meta.url);
const kept = new URL("generated/schema.ts", import.meta.url);
const accept = process.env.HOLDFAST_ACCEPT_API === "1";
const header = "// Made from docs/reference/openapi.json by `npm run accept:api`; a test compares.\n\n";

test("the client's types are those of the checked-in document", async () => {
  const tree = await openapiTS(readFileSync(document, "utf8"), {
    alphabetize: true,
    additionalProperties: false,
  });
  const made = header + astToString(tree);
  if (accept) writeFileSync(kept, made);
  expect(
    made === readFileSync(kept, "utf8"),
    "the document changed: make the types again by `npm run accept:api`",
  ).toBe(true);
});
