// `npm run bundle`: one file per program or thread in dist/, for Node 24, and the web apps beside them. Only @node-rs/argon2 stays outside: it is native.
import { chmodSync, cpSync, existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { build, type PluginBuild } from "esbuild";
import { repositoryRoot } from "./command.ts";

type Program = { readonly from: string; readonly to: string; readonly nodeOptions?: readonly string[] };

const programs: readonly Program[] = [
  {
    from: "apps/server/src/main.ts",
    to: "dist/holdfast-server.mjs",
    // Idle for most of the day at most sites: 8 MB less, for a young generation that is collected more often.
    nodeOptions: ["--max-semi-space-size=4"],
  },
  // The server's thread that writes; apps/server/src/store/sqlite/threaded-writer.ts starts it by this name.
  { from: "apps/server/src/store/sqlite/writer-thread.ts", to: "dist/holdfast-server-writer.mjs" },
  {
    from: "apps/agent/src/main.ts",
    to: "dist/holdfast-agent.mjs",
    // The agent is on every endpoint and idle most of the day: memory counts, throughput does not.
    nodeOptions: ["--max-semi-space-size=1", "--optimize-for-size"],
  },
  { from: "apps/cli/src/main.ts", to: "dist/holdfast.mjs" },
];

const absent = programs.filter(({ from }) => !existsSync(path.join(repositoryRoot, from)));
if (absent.length > 0) {
  process.stderr.write(`Nothing to bundle at ${absent.map(({ from }) => from).join(", ")}.\n`);
  process.exitCode = 1;
}
rmSync(path.join(repositoryRoot, "dist"), { recursive: true, force: true });
mkdirSync(path.join(repositoryRoot, "dist"));
for (const program of programs) {
  if (!absent.includes(program)) await bundle(program);
}
for (const app of ["console", "portal", "authenticator"]) copyWebApp(app);

async function bundle({ from, to, nodeOptions = [] }: Program): Promise<void> {
  const { outputFiles } = await build({
    absWorkingDir: repositoryRoot,
    entryPoints: [from],
    outfile: to,
    bundle: true,
    write: false,
    platform: "node",
    target: "node24",
    format: "esm",
    external: ["@node-rs/argon2"],
    plugins: [{ name: "english-only", setup: englishOnly }],
    // Names stay, so that a stack trace can be read.
    minifyWhitespace: true,
    minifySyntax: true,
    legalComments: "linked",
    logLevel: "warning",
  });
  for (const file of outputFiles) {
    const isProgram = file.path.endsWith(".mjs");
    writeFileSync(
      file.path,
      isProgram ? startLines(nodeOptions) + withoutHashbang(file.text) : file.contents,
    );
    if (!isProgram) continue;
    chmodSync(file.path, 0o755);
    process.stdout.write(`${to}  ${Math.round(file.contents.length / 1000)} kB\n`);
  }
}

/** Where the bundled server looks for a web app; bootstrap.mjs has built it. */
function copyWebApp(app: string): void {
  const built = path.join(repositoryRoot, "apps", app, "dist");
  if (!existsSync(built)) return;
  cpSync(built, path.join(repositoryRoot, "dist", app), { recursive: true });
  process.stdout.write(`dist/${app}/\n`);
}

/** The kernel starts the file by its first line; `env -S` takes options apart. */
function startLines(nodeOptions: readonly string[]): string {
  const node = nodeOptions.length === 0 ? "node" : `-S node ${nodeOptions.join(" ")}`;
  // CommonJS dependencies call require(), which an ES module does not have.
  return `#!/usr/bin/env ${node}
import { createRequire as holdfastCreateRequire } from "node:module";
const require = holdfastCreateRequire(import.meta.url);
`;
}

function withoutHashbang(text: string): string {
  return text.startsWith("#!") ? text.slice(text.indexOf("\n") + 1) : text;
}

/** zod's messages in some fifty languages, which no program here uses, would be a third of the agent. */
function englishOnly({ onResolve, onLoad }: PluginBuild): void {
  onResolve({ filter: /\/locales\/index\.js$/ }, ({ importer }) =>
    /[\\/]node_modules[\\/]zod[\\/]/.test(importer) ? { path: "no-locales", namespace: "empty" } : undefined,
  );
  onLoad({ filter: /.*/, namespace: "empty" }, () => ({ contents: "export {};" }));
}
