// The authenticator app's service worker: bundled by itself, with the list of the files that it keeps on the phone.
import { createHash } from "node:crypto";
import { globSync, readFileSync } from "node:fs";
import path from "node:path";
import { build } from "esbuild";
import type { Plugin } from "vite";

/** Writes sw.js once everything else is there; a version is the digest of all that it keeps. */
export function serviceWorker(folder: string, outDir: string): Plugin {
  return {
    name: "holdfast-service-worker",
    apply: "build",
    async writeBundle() {
      const files = globSync("**/*.{js,css,svg,png,woff2,webmanifest}", { cwd: outDir })
        // The large icons are for the home screen, which keeps its own copy.
        .filter((name) => name !== "sw.js" && !name.endsWith("-512.png"))
        .sort();
      const digest = createHash("sha256");
      for (const name of ["index.html", ...files]) {
        digest.update(`${name}\0`).update(readFileSync(path.join(outDir, name)));
      }
      await build({
        entryPoints: [path.join(folder, "src/service-worker/main.ts")],
        outfile: path.join(outDir, "sw.js"),
        bundle: true,
        minify: true,
        format: "iife",
        target: "es2023",
        define: {
          HOLDFAST_FILES: JSON.stringify(files.map((name) => `/${name}`)),
          HOLDFAST_VERSION: JSON.stringify(digest.digest("hex").slice(0, 16)),
        },
        logLevel: "warning",
      });
    },
  };
}
