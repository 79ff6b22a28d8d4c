// `npm run bundle`: one file per program in dist/, for Node 24. Only @node-rs/argon2 stays outside: it is native.
import { existsSync, rmSync, statSync } from "node:fs";
import path from "node:path";
import { build } from "esbuild";
import { repositoryRoot } from "./command.ts";

const programs = [
  { from: "apps/server/src/main.ts", to: "dist/holdfast-server.mjs" },
  { from: "apps/agent/src/main.ts", to: "dist/holdfast-agent.mjs" },
  { from: "apps/cli/src/main.ts", to: "dist/holdfast.mjs" },
];

const absent = programs.filter(({ from }) => !existsSync(path.join(repositoryRoot, from)));
if (absent.length > 0) {
  process.stderr.write(`Nothing to bundle at ${absent.map(({ from }) => from).join(", ")}.\n`);
  process.exitCode = 1;
}
rmSync(path.join(repositoryRoot, "dist"), { recursive: true, force: true });
for (const { from, to } of programs) {
  if (absent.some((missing) => missing.from === from)) continue;
  await build({
    absWorkingDir: repositoryRoot,
    entryPoints: [from],
    outfile: to,
    bundle: true,
    platform: "node",
    target: "node24",
    format: "esm",
    external: ["@node-rs/argon2"],
    // CommonJS dependencies call require(), which an ES module does not have.
    banner: {
      js: '#!/usr/bin/env node\nimport { createRequire as holdfastCreateRequire } from "node:module";\nconst require = holdfastCreateRequire(import.meta.url);',
    },
    legalComments: "linked",
    logLevel: "warning",
  });
  const kilobytes = Math.round(statSync(path.join(repositoryRoot, to)).size / 1000);
  process.stdout.write(`${to}  ${kilobytes} kB\n`);
}
