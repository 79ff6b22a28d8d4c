import type { Stats } from "node:fs";
import { existsSync } from "node:fs";
import { readdir, readFile, stat } from "node:fs/promises";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { WebApp } from "../browser.ts";

/** What a path of a web app stands for. */
export type Found =
  | { readonly kind: "page"; readonly html: string }
  | {
      readonly kind: "file";
      readonly bytes: Buffer;
      readonly type: string;
      readonly encoding: "br" | null;
      /** Its name changes with its content. */
      readonly hashed: boolean;
    }
  | { readonly kind: "nothing" }
  | { readonly kind: "not-built" };

export type StaticFiles = {
  /** `path` as the URL has it, without the query. */
  find(path: string, takes: { readonly page: boolean; readonly brotli: boolean }): Promise<Found>;
};

const types: Readonly<Record<string, string>> = {
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".ico": "image/vnd.microsoft.icon",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json",
  ".png": "image/png",
  ".svg": "image/svg+xml",
  ".txt": "text/plain; charset=utf-8",
  ".webmanifest": "application/manifest+json",
  ".woff2": "font/woff2",
};

/**
 * A built web app. What is served is looked up in the list of what was built, so that no path leads out of it; a new
 * build is noticed by its index.html. Paths of the app's own pages, which name no file, are its index.html.
 */
export function staticFiles(folder: string): StaticFiles {
  let built: { readonly mark: string; readonly html: string; readonly files: ReadonlySet<string> } | null =
    null;

  const refresh = async () => {
    const index = join(folder, "index.html");
    const stats = await statOf(index);
    if (stats === null) return null;
    const mark = `${stats.mtimeMs} ${stats.size} ${stats.ino}`;
    if (built?.mark !== mark) {
      built = { mark, html: await readFile(index, "utf8"), files: new Set(await filesIn(folder)) };
    }
    return built;
  };

  return {
    async find(path, takes) {
      const app = await refresh();
      if (app === null) return { kind: "not-built" };
      const name = path.slice(1);
      const type = types[extname(name)];
      if (type !== undefined && name !== "index.html" && app.files.has(name)) {
        const brotli = takes.brotli && app.files.has(`${name}.br`);
        const bytes = await readIfThere(join(folder, brotli ? `${name}.br` : name));
        if (bytes === null) return { kind: "nothing" };
        return {
          kind: "file",
          bytes,
          type,
          encoding: brotli ? "br" : null,
          hashed: name.startsWith("assets/"),
        };
      }
      return takes.page && isPage(path) ? { kind: "page", html: app.html } : { kind: "nothing" };
    },
  };
}

/** Where a web app lies if nobody says: in its workspace, or beside the bundled program. */
export function builtApp(app: WebApp): string {
  const places = [`../../../../${app}/dist`, `./${app}`].map((place) =>
    fileURLToPath(new URL(place, import.meta.url)),
  );
  return places.find((place) => existsSync(join(place, "index.html"))) ?? (places[0] as string);
}

/** A path of the app's own router: no file name at its end, nothing that the API or the build has. */
function isPage(path: string): boolean {
  return !/^\/(?:api|assets)(?:\/|$)/.test(path) && !/\.[A-Za-z0-9]{1,12}$/.test(path);
}

async function filesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .filter((name) => !name.split("/").some((part) => part.startsWith(".")));
}

async function statOf(path: string): Promise<Stats | null> {
  return stat(path).catch(nullIfAbsent);
}

async function readIfThere(path: string): Promise<Buffer | null> {
  return readFile(path).catch(nullIfAbsent);
}

function nullIfAbsent(error: unknown): null {
  if (error instanceof Error && "code" in error && error.code === "ENOENT") return null;
  throw error;
}
