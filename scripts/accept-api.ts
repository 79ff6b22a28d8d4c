import { runCommand } from "./command.ts";

/**
 * Writes anew what is made of the server's routes: docs/reference/openapi.json, api.md and access.md, then the client's
 * types. The tests that otherwise compare them write them here.
 */
const steps = [
  ["apps/server/src/http/openapi/document.test.ts", "apps/server/src/http/access.test.ts"],
  ["packages/api-client/src/schema.test.ts"],
];

for (const files of steps) {
  const vitest = ["run", "--project", "fast", ...files, "--update"];
  const { status } = await runCommand("node_modules/.bin/vitest", vitest, {
    env: { ...process.env, HOLDFAST_ACCEPT_API: "1" },
    output: "show",
  });
  // The rest is written all the same: what another test found wrong is no reason for stale types.
  if (status !== 0) process.exitCode = status;
}
