import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterEach, expect, test } from "vitest";
import { importDirections } from "./check-imports.ts";
import { repositoryRoot } from "./command.ts";

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

/** A repository of the given files, whose workspaces find each other as npm links them. */
function repositoryOf(files: Record<string, string>): string {
  mkdirSync(path.join(repositoryRoot, ".cache"), { recursive: true });
  const root = mkdtempSync(path.join(repositoryRoot, ".cache/imports-"));
  folders.push(root);
  mkdirSync(path.join(root, "node_modules/@holdfast"), { recursive: true });
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
    writeFileSync(path.join(root, file), text);
    const workspace = /^(?:(?:apps|packages)\/([^/]+)|(sim|e2e|bench))\//.exec(file);
    const name = workspace?.[1] ?? workspace?.[2];
    if (workspace === null || name === undefined) continue;
    const manifest = { name: `@holdfast/${name}`, exports: { "./*": "./src/*.ts" } };
    writeFileSync(path.join(root, workspace[0], "package.json"), JSON.stringify(manifest));
    const link = path.join(root, "node_modules/@holdfast", name);
    rmSync(link, { force: true });
    symlinkSync(path.join(root, workspace[0]), link);
  }
  return root;
}

async function problemsOf(files: Record<string, string>): Promise<string> {
  const outcome = await importDirections(repositoryOf(files));
  return outcome.kind === "failed" ? outcome.problems.join("\n") : "";
}

const value = "export const a = 1;\n";
const takes = (from: string) => `import { a } from "${from}";\nexport const b = a;\n`;

test("the directions of the house pass", async () => {
  const outcome = await importDirections(
    repositoryOf({
      "packages/protocol/src/a.ts": value,
      "packages/core/src/b.ts": takes("@holdfast/protocol/a"),
      "apps/server/src/store/c.ts": takes("@holdfast/core/b").replace("{ a }", "{ b as a }"),
      "apps/server/src/app/d.ts": takes("../store/c.ts").replace("{ a }", "{ b as a }"),
      "apps/server/src/http/e.ts": takes("../app/d.ts").replace("{ a }", "{ b as a }"),
      "apps/demo/src/f.ts": takes("@holdfast/server/http/e").replace("{ a }", "{ b as a }"),
      "packages/offline-store/src/node/g.ts": 'import fs from "node:fs";\nexport const g = fs;\n',
      "packages/core/src/b.test.ts":
        'import fs from "node:fs";\nimport { b } from "./b.ts";\nfs.existsSync(String(b));\n',
    }),
  );
  expect(outcome).toEqual({ kind: "passed", detail: "8 files, 8 imports" });
});

test.each([
  [
    "protocol-imports",
    { "packages/core/src/a.ts": value, "packages/protocol/src/b.ts": takes("@holdfast/core/a") },
  ],
  ["core-imports", { "packages/core/src/a.ts": 'import fs from "node:fs";\nexport const a = fs;\n' }],
  [
    "core-imports",
    { "packages/core/src/a.ts": 'import type { Stats } from "fs";\nexport type A = Stats;\n' },
  ],
  [
    "envelope-imports",
    { "packages/core/src/a.ts": value, "packages/envelope/src/b.ts": takes("@holdfast/core/a") },
  ],
  [
    "offline-store-imports",
    { "packages/options/src/a.ts": value, "packages/offline-store/src/b.ts": takes("@holdfast/options/a") },
  ],
  [
    "offline-store-node-apart",
    { "packages/offline-store/src/a.ts": 'import fs from "node:fs/promises";\nexport const a = fs;\n' },
  ],
  [
    "offline-store-node-apart",
    {
      "packages/offline-store/src/node/a.ts": value,
      "packages/offline-store/src/b.ts": takes("./node/a.ts"),
    },
  ],
  [
    "packages-do-not-import-apps",
    { "apps/agent/src/a.ts": value, "packages/other/src/b.ts": takes("@holdfast/agent/a") },
  ],
  [
    "apps-do-not-import-each-other",
    { "apps/server/src/a.ts": value, "apps/agent/src/b.ts": takes("@holdfast/server/a") },
  ],
  [
    "apps-do-not-import-each-other",
    { "apps/agent/src/a.ts": value, "apps/cli/src/b.test.ts": takes("@holdfast/agent/a") },
  ],
  [
    "shipped-code-imports-no-proof",
    { "sim/src/a.ts": value, "apps/agent/src/b.ts": takes("@holdfast/sim/a") },
  ],
  [
    "shipped-code-imports-no-proof",
    { "apps/agent/src/a.test.ts": value, "apps/agent/src/b.ts": takes("./a.test.ts") },
  ],
  [
    "http-never-touches-the-store",
    { "apps/server/src/store/a.ts": value, "apps/server/src/http/b.ts": takes("../store/a.ts") },
  ],
  [
    "store-knows-no-use-cases",
    { "apps/server/src/app/a.ts": value, "apps/server/src/store/b.ts": takes("../app/a.ts") },
  ],
  [
    "keys-know-no-use-cases",
    { "apps/server/src/app/a.ts": value, "apps/server/src/keys/b.ts": takes("../app/a.ts") },
  ],
  [
    "use-cases-know-no-http",
    { "apps/server/src/http/a.ts": value, "apps/server/src/app/b.ts": takes("../http/a.ts") },
  ],
  [
    "other-rooms-by-their-door",
    { "packages/protocol/src/a.ts": value, "packages/core/src/b.ts": takes("../../protocol/src/a.ts") },
  ],
  [
    "no-cycles",
    {
      "apps/cli/src/a.ts": `${takes("./b.ts").replace("{ a }", "{ b as a }")}export const a = 1;\n`,
      "apps/cli/src/b.ts": takes("./a.ts"),
    },
  ],
  [
    "no-cycles",
    {
      "apps/cli/src/a.ts":
        'import type { B } from "./b.ts";\nexport type A = { b: B };\nexport const a = 1;\n',
      "apps/cli/src/b.ts": 'import { a } from "./a.ts";\nexport type B = typeof a;\n',
    },
  ],
  ["resolvable", { "apps/cli/src/a.ts": takes("./missing.ts") }],
])("a breach of %s is found and explained", async (rule, files) => {
  const problems = await problemsOf(files as Record<string, string>);
  expect(problems).toMatch(new RegExp(`^  ${rule}: \\w`, "m"));
});

test("a check that examined nothing fails", async () => {
  expect(await problemsOf({})).toContain("examined no source file: it proves nothing");
});
