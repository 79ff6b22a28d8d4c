import { existsSync, globSync, readFileSync } from "node:fs";
import path from "node:path";
import type { TextFile } from "./text-file.ts";

/** Pages that say where something is kept and which test proves it. */
const pages: ReadonlySet<string> = new Set(["docs/ARCHITECTURE.md", "docs/security-claims.md"]);

/** What these pages call for short; every other first word is a folder of the root, or a room of apps/ or packages/. */
const shortNames: ReadonlyMap<string, string> = new Map([["store", "packages/offline-store/src"]]);

/** `place` or `place` "test name", "test name"; places have a slash, test names may be cut by …. */
const citation = /`([a-z][\w.-]*(?:\/[\w.{},*-]+)+\/?)`((?:,? "[^"]+")*)/g;

/** Every file and folder that these pages name is there, and every test that they quote is in the file beside it. */
export function citedPlacesExist({ name, text, root }: TextFile): readonly string[] {
  if (!pages.has(name)) return [];
  return [...text.matchAll(citation)].flatMap(([, place = "", quoted = ""]) => {
    const found = placesOf(place, root);
    if (found.length === 0) return [`${name} names ${place}, which does not exist`];
    if (!place.endsWith(".ts")) return [];
    const tests = found.map((file) => folded(readFileSync(file, "utf8"))).join("\n");
    return [...quoted.matchAll(/"([^"]+)"/g)]
      .filter(([, test = ""]) => !test.split("…").every((part) => tests.includes(folded(part))))
      .map(([, test]) => `${name} quotes the test "${test}", which is not in ${place}`);
  });
}

/** Rooms that ARCHITECTURE.md tells about, each by its own name. */
const rooms = ["{apps,packages,native}/*/", "{sim,e2e,bench,deploy}/", "{apps/server,packages/core}/src/*/"];

/** Who looks for where a thing belongs finds every room on one page. */
export function roomsAreDescribed({ name, text, root }: TextFile): readonly string[] {
  if (name !== "docs/ARCHITECTURE.md") return [];
  return globSync(rooms, { cwd: root })
    .map((folder) => folder.replace(/\/$/, ""))
    .filter((folder) => {
      const told = folder.replace(/^(?:apps\/server|packages\/core)\/src\//, "");
      return !text.includes(`\`${told}\``);
    })
    .map((folder) => `${name} does not say what lives in ${folder}`);
}

function placesOf(place: string, root: string): string[] {
  const [first = "", ...rest] = place.split("/");
  const roots = ["", ...[`apps/${first}/src`, `packages/${first}/src`, shortNames.get(first) ?? ""]];
  return roots.flatMap((folder, index) => {
    if (index > 0 && (folder === "" || !existsSync(path.join(root, folder)))) return [];
    return globSync(path.join(folder, index === 0 ? place : rest.join("/")), { cwd: root }).map((file) =>
      path.join(root, file),
    );
  });
}

/** A test's name may be broken over lines, or be put together. */
function folded(text: string): string {
  return text.replace(/\s+/g, " ");
}
