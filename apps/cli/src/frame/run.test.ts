import { readOptions } from "@holdfast/options/read";
import { describe, expect, test } from "vitest";
import { commandTree } from "../commands.ts";
import { globalOptions } from "./global-options.ts";
import type { Ports } from "./ports.ts";
import { runCommandLine } from "./run.ts";

async function run(...words: string[]) {
  let [out, err] = ["", ""];
  const terminal = { isTerminal: false, columns: null };
  const ports: Ports = {
    stdout: { ...terminal, write: (text) => (out += text) },
    stderr: { ...terminal, write: (text) => (err += text) },
    env: {},
    now: () => 0,
    homeDirectory: "/nonexistent",
    readInput: async () => null,
    ask: async () => null,
  };
  const status = await runCommandLine(commandTree, words, ports);
  return { status, out, err };
}

describe("the command line", () => {
  test.each([
    [["statsu"], "Did you mean holdfast status?"],
    [["admin", "usres", "list"], "Did you mean holdfast admin users?"],
    [["admin", "users", "lits"], "Did you mean holdfast admin users list?"],
    [["admin", "users", "list", "--josn"], "did you mean --json?"],
    [["admin", "users", "show"], "USER is missing."],
    [["status", "now"], "holdfast status takes options only."],
    [["admin", "users", "show", "a", "b"], "There is one argument too many."],
    [["enroll"], "--server is required."],
    [["enroll", "--server", "http://x"], "--server must be a URL that starts with https://"],
    [["admin", "audit", "list", "--mode", "both"], "--mode must be one of online, offline"],
  ])("%j is told what is wrong, and ends with 2", async (words, told) => {
    const { status, out, err } = await run(...words);
    expect({ status, out }).toEqual({ status: 2, out: "" });
    expect(err.replace(/\s+/g, " ")).toContain(told);
    expect(err).toMatch(/^Next: holdfast .*--help$/m);
  });

  test("with --json a wrong command line is one JSON document, wherever the flag stands", async () => {
    for (const words of [
      ["--json", "admin", "users", "show"],
      ["admin", "users", "show", "--json"],
      ["nope", "--json"],
    ]) {
      const { status, out, err } = await run(...words);
      expect({ status, err }).toEqual({ status: 2, err: "" });
      expect(JSON.parse(out).error).toMatchObject({ code: "usage", exitStatus: 2 });
    }
  });

  test("a group alone shows its commands, on standard error, and ends with 2", async () => {
    const { status, out, err } = await run("admin", "tokens");
    expect({ status, out }).toEqual({ status: 2, out: "" });
    expect(err).toContain("resync TOKEN FIRST SECOND");
  });

  test("holdfast alone says how this machine stands, and which commands there are", async () => {
    const { status, out } = await run();
    expect(status).toBe(0);
    expect(out).toContain("Commands:\n  status ");
  });

  test("help: by flag, by word, short", async () => {
    const forms = [
      ["admin", "users", "add", "--help"],
      ["help", "admin", "users", "add"],
      ["admin", "users", "-h", "add"],
    ];
    const texts = await Promise.all(forms.map((words) => run(...words)));
    for (const { status, out, err } of texts)
      expect({ status, out, err }).toEqual({ status: 0, out: texts[0]?.out, err: "" });
    expect(texts[0]?.out).toMatch(/^Usage: holdfast admin users add NAME \[OPTIONS\]$/m);
    expect(texts[0]?.out).toMatch(/^ {4}3 {2}The agent or the server cannot be reached/m);
  });

  test("words after -- are never options", async () => {
    const { err } = await run("admin", "users", "show", "--", "--help");
    expect(err).toContain("Nothing was sent to the server.");
  });
});

describe("help texts", () => {
  test.each(commandTree.commands.map(({ words }) => [words.join(" ")]))(
    "holdfast %s --help fits 80 columns",
    async (words) => {
      const { status, out } = await run(...words.split(" "), "--help");
      expect(status).toBe(0);
      // A command line to copy stays in one piece.
      const prose = out
        .split("\n")
        .filter((line) => !line.startsWith("  holdfast ") && !/\| (holdfast|jq) /.test(line));
      expect(prose.filter((line) => line.length > 80)).toEqual([]);
    },
  );

  test("every example is a command line that its command takes", () => {
    for (const { examples, words, options } of commandTree.commands) {
      const name = `holdfast ${words.join(" ")}`;
      for (const example of examples) {
        // What a shell does around it (pipes, redirections, quotes) is no word of this program.
        const own = example.split(/ [|<] /).find((part) => part.startsWith(name)) ?? "";
        const argv = own.slice(name.length).match(/'[^']*'|\S+/g) ?? [];
        const read = readOptions({ ...options, ...globalOptions }, { argv, env: {} });
        expect({ example, own, ...read }).toMatchObject({ own: expect.stringContaining(name), kind: "ok" });
      }
    }
  });

  test("words are unique, and every group that a command stands in is described", () => {
    const all = commandTree.commands.map(({ words }) => words.join(" "));
    expect(new Set(all).size).toBe(all.length);
    const groups = commandTree.groups.map(({ words }) => words.join(" "));
    for (const { words } of commandTree.commands) {
      for (let length = 1; length < words.length; length += 1) {
        const group = words.slice(0, length).join(" ");
        expect(groups.includes(group) || all.includes(group), group).toBe(true);
      }
    }
  });
});
