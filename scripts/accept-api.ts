import { runCommand } from "./command.ts";

/**
 * Writes anew what is made of the server's routes: docs/reference/openapi.json and api.md, then the client's types. The
 * tests that compare them write them here instead.
 */
const steps = ["apps/server/src/http/openapi/document.test.ts", "packages/api-client/src/schema.test.ts"];

for (const file of steps) {
  const { status } = await runCommand("node_modules/.bin/vitest", ["run", "--project", "fast", file], {
    env: { ...process.env, HOLDFAST_ACCEPT_API: "1" },
    output: "show",
  });
  if (status !== 0) process.exit(status);
}
