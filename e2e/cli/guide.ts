import { readFileSync } from "node:fs";
import path from "node:path";

export const repositoryRoot = path.resolve(import.meta.dirname, "../..");

export type Section = { readonly title: string; readonly commands: readonly string[] };

/** The shell commands of a page, section by section; one command may have several lines. */
export function guideSections(page: string): readonly Section[] {
  const text = readFileSync(path.join(repositoryRoot, page), "utf8");
  return text.split(/^## /m).map((section) => {
    const [title = ""] = section.split("\n", 1);
    // Within a list a block is indented.
    const blocks = [...section.matchAll(/^( *)```sh\n([\s\S]*?)^\1```$/gm)].map(
      ([, indent = "", block = ""]) => block.replaceAll(new RegExp(`^${indent}`, "gm"), ""),
    );
    return { title, commands: blocks.flatMap(commandsOf) };
  });
}

/** Splits at line ends, but not within a here-document, a loop or a continued line. */
function commandsOf(block: string): string[] {
  const commands: string[] = [];
  let open: string[] = [];
  let until: RegExp | null = null;
  for (const line of block.split("\n")) {
    if (open.length === 0 && line.trim() === "") continue;
    open.push(line);
    if (open.length === 1 && /<<'END'$/.test(line)) until = /^END$/;
    if (open.length === 1 && /^for .*; do$/.test(line)) until = /^done$/;
    if (until ? until.test(line) : !line.endsWith("\\")) {
      commands.push(open.join("\n"));
      open = [];
      until = null;
    }
  }
  return commands;
}
