import { globSync, readFileSync } from "node:fs";
import path from "node:path";
import type { TextFile } from "./text-file.ts";

/** Tests, and what several of them share. */
const proofs = [
  "{apps,packages}/*/src/**/*.test.{ts,tsx}",
  "apps/*/src/**/testing/*.ts",
  "{e2e,sim}/**/*.ts",
];

/** Every id of docs/requirements.md is named by a test, alone or within a range (`REG-18 to REG-22`). */
export function requirementsAreProven({ name, text, root }: TextFile): readonly string[] {
  if (name !== "docs/requirements.md") return [];
  const files = globSync(proofs, { cwd: root, exclude: ["**/node_modules/**", "**/dist/**"] });
  const named = new Set(files.flatMap((file) => idsIn(readFileSync(path.join(root, file), "utf8"))));
  const rows = [...text.matchAll(/^\| ([^|]+)\|/gm)].flatMap(([, cell = ""]) => idsIn(cell));
  return rows.filter((id) => !named.has(id)).map((id) => `${name} has ${id}, which no test names`);
}

function idsIn(text: string): string[] {
  return [...text.matchAll(/\b([A-Z]{2,4})-(\d+)(?: to \1-(\d+))?\b/g)].flatMap(
    ([, kind, from = "", through]) => {
      const first = Number(from);
      const count = Math.max(1, Number(through ?? from) - first + 1);
      return Array.from({ length: Math.min(count, 100) }, (_, index) => `${kind}-${first + index}`);
    },
  );
}
