// `npm run build`: the web apps, from apps/{console,portal,authenticator}/src into their dist folders, each file beside its brotli form.
// `npm run build -- console --watch` builds one of them again whenever a source changes.
import { existsSync, globSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { brotliCompressSync, constants } from "node:zlib";
import react from "@vitejs/plugin-react";
import { build, type InlineConfig, type Plugin } from "vite";
import { repositoryRoot } from "./command.ts";
import { serviceWorker } from "./service-worker.ts";

/** The server puts each page's nonce in this place (SECURITY §6). */
const noncePlaceholder = "__CSP_NONCE__";

const webApps = ["console", "portal", "authenticator"] as const;

const given = process.argv.slice(2);
const watch = given.includes("--watch");
const names = given.filter((argument) => !argument.startsWith("--"));
const unknown = names.filter((name) => !webApps.some((app) => app === name));
if (unknown.length > 0) {
  process.stderr.write(`No web app is called ${unknown.join(", ")}. There are: ${webApps.join(", ")}.\n`);
  process.exit(2);
}
for (const app of webApps) {
  const folder = path.join(repositoryRoot, "apps", app);
  if (!existsSync(path.join(folder, "index.html")) || (names.length > 0 && !names.includes(app))) continue;
  await buildApp(app, folder);
}

async function buildApp(app: string, folder: string): Promise<void> {
  const startedAtMs = performance.now();
  const next = path.join(folder, watch ? "dist" : `dist.${process.pid}`);
  await build(configuration(app, folder, next));
  if (watch) return;
  // What a server is reading meanwhile is whole: the old folder or the new one.
  rmSync(path.join(folder, "dist"), { recursive: true, force: true });
  renameSync(next, path.join(folder, "dist"));
  const seconds = ((performance.now() - startedAtMs) / 1000).toFixed(1);
  process.stderr.write(`Built the ${app} in ${seconds} s.\n`);
}

function configuration(app: string, folder: string, outDir: string): InlineConfig {
  // Its page comes out of its service worker's cache, where a nonce would be the same for ever.
  const isKept = app === "authenticator";
  return {
    root: folder,
    configFile: false,
    logLevel: "warn",
    clearScreen: false,
    cacheDir: path.join(repositoryRoot, ".cache", "vite"),
    plugins: [react(), ...(isKept ? [serviceWorker(folder, outDir)] : []), compressed(outDir)],
    html: isKept ? {} : { cspNonce: noncePlaceholder },
    build: {
      outDir,
      emptyOutDir: true,
      target: "es2023",
      // A font as a data: URL would need an exception in the Content-Security-Policy.
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      reportCompressedSize: false,
      chunkSizeWarningLimit: 1_000,
      watch: watch ? {} : null,
    },
  };
}

/** Writes `<file>.br` beside what browsers load again and again; index.html differs for each request by its nonce. */
function compressed(outDir: string): Plugin {
  return {
    name: "holdfast-brotli",
    apply: "build",
    closeBundle() {
      for (const name of globSync(["assets/**/*.{js,css,svg}", "sw.js"], { cwd: outDir })) {
        const file = path.join(outDir, name);
        const content = readFileSync(file);
        const params = {
          [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
          [constants.BROTLI_PARAM_SIZE_HINT]: content.length,
        };
        writeFileSync(`${file}.br`, brotliCompressSync(content, { params }));
      }
    },
  };
}
