import { existsSync } from "node:fs";
import path from "node:path";
import { citedPlacesExist, roomsAreDescribed } from "./cited-places.ts";
import { requirementsAreProven } from "./proven-requirements.ts";
import { testProjects } from "./test-projects.ts";
import type { TextFile } from "./text-file.ts";

/** A rule over one file's text: what is wrong, or nothing. */
export type RepositoryRule = (file: TextFile) => readonly string[];

/** Past this a file has a second subject; the house limit is about 400, and this is where it stops being taste. */
const mostLines = 450;

/** The one file that may leave out whole suites: it prints what the machine lacks for them. */
const machineNeeds = "e2e/rig/requirements.ts";

/** Rules that every text file of the repository keeps. Patterns are written so that they do not match themselves. */
export const repositoryRules: readonly RepositoryRule[] = [
  filesStayShort,
  testsHaveAProject,
  testsRunOrSayWhyNot,
  readsOfPagesWait,
  nothingIsLeftToDo,
  noMachinePaths,
  noRegistryHosts,
  linksResolve,
  citedPlacesExist,
  roomsAreDescribed,
  requirementsAreProven,
];

function filesStayShort({ name, text }: TextFile): readonly string[] {
  const counts = /\.(?:ts|tsx|mjs|c|h)$/.test(name) && !/generated|vectors|\.d\.ts$|\.test\.ts$/.test(name);
  const lines = text.split("\n").length - 1;
  return counts && lines > mostLines
    ? [`${name} has ${lines} lines; which second subject in it wants a file of its own?`]
    : [];
}

function testsHaveAProject({ name }: TextFile): readonly string[] {
  if (!/\.(?:test|spec)\.[cm]?[jt]sx?$/.test(name)) return [];
  return Object.values(testProjects).some((globs) => globs.some((glob) => path.matchesGlob(name, glob)))
    ? []
    : [`${name} would never run: no project of scripts/test-projects.ts finds it`];
}

function testsRunOrSayWhyNot({ name, text }: TextFile): readonly string[] {
  if (!/\.tsx?$/.test(name) || name === machineNeeds) return [];
  return places(text, /\b(?:it|test|describe|suite)(?:\.\w+)*\.(?:skip|only|todo|fails|skipIf|runIf)\b/g).map(
    (line) =>
      `${name}:${line} leaves tests out silently; call skip("reason") of the test context, in the test or its beforeEach: that prints why`,
  );
}

/** Reads of a page that do not wait, and sleeps: of a page that is on its way, they say what was there before. */
const impatient = [
  /\bawait\s(?:(?!poll\b)[^;])*?\.all(?:InnerTexts|TextContents)\(/g,
  /\bexpect\(\s*await\s[^;]*?\.is(?:Visible|Hidden|Checked|Enabled|Disabled|Editable)\(/g,
  // That something is not there, no wait can tell.
  /\bexpect\(\s*await\s[^;]*?\.count\(\)[^;]*?\)\s*\.(?!toBe\(0\)|poll)to/g,
  /\.waitForTimeout\(/g,
];

function readsOfPagesWait({ name, text }: TextFile): readonly string[] {
  if (!/^e2e\/.*\.ts$/.test(name) || name === "e2e/rig/browser.ts") return [];
  return impatient
    .flatMap((pattern) => places(text, pattern))
    .map(
      (line) =>
        `${name}:${line} reads a page without waiting; ask with expect.poll, locator.waitFor or texts() of e2e/rig/browser.ts`,
    );
}

function nothingIsLeftToDo({ name, text }: TextFile): readonly string[] {
  if (!/\.(?:ts|tsx|mjs|cjs|c|h)$/.test(name)) return [];
  return places(text, /\b(?:TO[D]O|FIX[M]E|XX[X]|not implement[e]d)\b/g).map(
    (line) => `${name}:${line} marks unfinished work; finish it, or write it into the tracker and the docs`,
  );
}

/** A checkout's parent folder and its owner's home mean nothing to anybody else. */
function noMachinePaths({ name, text, root }: TextFile): readonly string[] {
  const parent = path.dirname(root);
  const shared = ["/", "/tmp", "/home", "/root", "/opt", "/srv", "/usr", "/var", "/mnt", "/app"];
  const machinePaths = shared.includes(parent) ? [] : [`${parent}/`];
  const outside = /(?:\.\.\/)+shared\/(?:notes|vend[o]r|[A-Z]+\.md)|\bvend[o]r-texts\b/g;
  const found = [
    ...machinePaths.flatMap((prefix) => places(text, new RegExp(escapeForRegExp(prefix), "g"))),
    ...places(text, outside),
  ];
  return found.map((line) => `${name}:${line} names a place that exists only on one machine`);
}

function noRegistryHosts({ name, text }: TextFile): readonly string[] {
  return places(text, /https?:\/\/(?:registr[y]\.|[\w.-]+\/(?:artifactor[y]|nexu[s]|verdacci[o])\b)/g).map(
    (line) =>
      `${name}:${line} names a package registry; npm's configuration decides where packages come from`,
  );
}

/** Relative links of Markdown pages lead to files of this repository. */
function linksResolve({ name, text, root }: TextFile): readonly string[] {
  if (!name.endsWith(".md")) return [];
  const withoutCode = text
    .replace(/^```[\s\S]*?^```/gm, (block) => block.replace(/[^\n]/g, ""))
    .replace(/`[^`\n]*`/g, "");
  return [...withoutCode.matchAll(/\]\(<?([^)>\s]+)>?(?:\s+"[^"]*")?\)/g)].flatMap((match) => {
    const target = match[1] ?? "";
    if (/^[a-z][a-z0-9+.-]*:|^#/i.test(target)) return [];
    const file = path.join(root, path.dirname(name), decodeURIComponent(target.split("#")[0] ?? ""));
    return existsSync(file) ? [] : [`${name} links to ${target}, which does not exist`];
  });
}

/** Line numbers of every match. */
function places(text: string, pattern: RegExp): number[] {
  return [...text.matchAll(pattern)].map((match) => text.slice(0, match.index).split("\n").length);
}

function escapeForRegExp(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");
}
