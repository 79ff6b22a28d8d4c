import { readFileSync, writeFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Rig } from "../../testing/rig.ts";
import { startRig } from "../../testing/rig.ts";
import { openApiDocument } from "./document.ts";

let rig: Rig;
beforeAll(async () => {
  rig = await startRig();
});
afterAll(() => rig.stop());

const accept = process.env.HOLDFAST_ACCEPT_API === "1";
const kept = new URL("../../../../../docs/reference/openapi.json", import.meta.url);

test("the checked-in document is that of the routes", () => {
  const made = `${JSON.stringify(openApiDocument(rig.server.routes), null, 2)}\n`;
  if (accept) writeFileSync(kept, made);
  expect(made === readFileSync(kept, "utf8"), "the API changed: look at it, then `npm run accept:api`").toBe(
    true,
  );
});
