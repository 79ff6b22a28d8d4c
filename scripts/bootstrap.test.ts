import { spawnSync } from "node:child_process";
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, expect, test } from "vitest";
import { repositoryRoot } from "./command.ts";

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

type Checkout = {
  readonly neededNode: string;
  readonly locked: Record<
    string,
    { version: string; integrity?: string; optional?: boolean; os?: string | string[]; cpu?: string[] }
  >;
  readonly installed?: Record<string, { version: string; integrity?: string }>;
};

/** A checkout that holds nothing but bootstrap.mjs and the files it reads. */
function checkout({ neededNode, locked, installed }: Checkout): string {
  const folder = mkdtempSync(path.join(tmpdir(), "holdfast-bootstrap-"));
  folders.push(folder);
  mkdirSync(path.join(folder, "scripts"));
  copyFileSync(
    path.join(repositoryRoot, "scripts/bootstrap.mjs"),
    path.join(folder, "scripts/bootstrap.mjs"),
  );
  const dependencies = Object.fromEntries(
    Object.entries(locked).map(([place, { version }]) => [place.replace("node_modules/", ""), version]),
  );
  const manifest = { name: "x", version: "1.0.0", dependencies, engines: { node: `>=${neededNode}` } };
  writeFileSync(path.join(folder, "package.json"), JSON.stringify(manifest));
  const packages = { "": { name: "x", version: "1.0.0", dependencies }, ...locked };
  writeFileSync(
    path.join(folder, "package-lock.json"),
    JSON.stringify({ name: "x", lockfileVersion: 3, packages }),
  );
  if (installed !== undefined) {
    mkdirSync(path.join(folder, "node_modules"));
    writeFileSync(
      path.join(folder, "node_modules/.package-lock.json"),
      JSON.stringify({ packages: installed }),
    );
  }
  return folder;
}

/** Without npm in PATH, so that any attempt to install shows. */
function bootstrap(folder: string, env: NodeJS.ProcessEnv = { PATH: "/nonexistent" }) {
  const run = spawnSync(process.execPath, [path.join(folder, "scripts/bootstrap.mjs")], {
    encoding: "utf8",
    env,
  });
  return { status: run.status, said: run.stderr };
}

const one = { version: "1.0.0", integrity: "sha512-one" };
/** Of no content that npm could have in a cache. */
const absent = `sha512-${"A".repeat(86)}==`;
const two = { version: "2.0.0", integrity: "sha512-two" };

test("does nothing, and says nothing, where everything is installed", () => {
  const folder = checkout({
    neededNode: "24.0.0",
    locked: { "node_modules/a": one, "node_modules/for-another-system": { ...two, optional: true } },
    installed: { "node_modules/a": one },
  });
  expect(bootstrap(folder)).toEqual({ status: 0, said: "" });
});

test.each([
  ["nothing is installed", { locked: { "node_modules/a": one } }],
  [
    "a package is missing",
    { locked: { "node_modules/a": one, "node_modules/b": two }, installed: { "node_modules/a": one } },
  ],
  ["a version is another", { locked: { "node_modules/a": two }, installed: { "node_modules/a": one } }],
  ["a package is left over", { locked: {}, installed: { "node_modules/a": one } }],
])("installs where %s, and says what to do without npm", (_name, state) => {
  const { status, said } = bootstrap(checkout({ neededNode: "24.0.0", ...state }));
  expect(status).toBe(1);
  expect(said).toMatch(/^Installing \d+ npm packages/);
  expect(said).toContain("npm could not be started");
  expect(said).toContain("Install npm (it comes with Node), then run: npm ci");
});

test("counts only what this system will get", () => {
  const here = { ...one, os: process.platform, cpu: ["!mips", "!sparc"] };
  const elsewhere = { ...one, optional: true, os: ["aix"] };
  const excluded = { ...one, optional: true, cpu: [`!${process.arch}`] };
  const locked = { "node_modules/a": here, "node_modules/b": elsewhere, "node_modules/c": excluded };
  expect(bootstrap(checkout({ neededNode: "24.0.0", locked })).said).toMatch(/^Installing 1 npm packages/);
});

test("an unreachable registry is told as such, with the next step", () => {
  const folder = checkout({
    neededNode: "24.0.0",
    locked: { "node_modules/holdfast-never-published": { version: "1.0.0", integrity: absent } },
  });
  const { status, said } = bootstrap(folder, {
    PATH: process.env.PATH,
    HOME: folder,
    npm_lifecycle_event: "pretest:fast",
    npm_config_cache: path.join(folder, "cache"),
    // Port 1 of this machine: refused at once, wherever the test runs.
    npm_config_registry: "http://127.0.0.1:1/",
    npm_config_fetch_retries: "0",
  });
  expect(status).toBe(1);
  expect(said).toContain("npm could not reach its registry");
  expect(said).toContain("then run: npm run test:fast");
});

test("a platform that npm has no Node for, with an older Node, is told before anything is installed", () => {
  const { status, said } = bootstrap(checkout({ neededNode: "999.0.0", locked: { "node_modules/a": one } }));
  expect(status).toBe(1);
  expect(said).toContain("Holdfast runs on Node 999.0.0 or newer");
  expect(said).toContain(`this machine is ${process.platform}-${process.arch}`);
  expect(said).not.toContain("Installing");
});

test("builds a web app whose sources are newer than its build, and says so; otherwise it is silent", () => {
  const folder = checkout({ neededNode: "20.0.0", locked: {}, installed: {} });
  const write = (name: string, text = "") => {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), text);
  };
  for (const name of ["ui", "web-calls", "api-client"]) write(`packages/${name}/src/file.ts`);
  for (const name of ["index.html", "package.json", "src/main.tsx"]) write(`apps/console/${name}`);
  write(
    "scripts/build-web.ts",
    `import { mkdirSync, writeFileSync } from "node:fs";
     mkdirSync("apps/console/dist", { recursive: true });
     writeFileSync("apps/console/dist/index.html", process.argv[2] ?? "");`,
  );
  expect(bootstrap(folder)).toMatchObject({
    status: 0,
    said: expect.stringContaining("Building the console"),
  });
  expect(readFileSync(path.join(folder, "apps/console/dist/index.html"), "utf8")).toBe("console");
  expect(bootstrap(folder)).toEqual({ status: 0, said: "" });

  const later = new Date(Date.now() + 60_000);
  utimesSync(path.join(folder, "packages/ui/src/file.ts"), later, later);
  expect(bootstrap(folder).said).toContain("Building the console");

  write("scripts/build-web.ts", `process.stderr.write("main.tsx: what a fault\\n"); process.exit(1);`);
  const failed = bootstrap(folder);
  expect(failed.status).toBe(1);
  expect(failed.said).toMatch(/what a fault[\s\S]*The console could not be built/);
});
