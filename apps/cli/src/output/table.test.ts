import { describe, expect, test } from "vitest";
import type { Screen } from "./screen.ts";
import { facts, table, wrap } from "./table.ts";

const screen = (width: number): Screen => ({
  width,
  nowMs: 0,
  isTerminal: false,
  paint: (_style, text) => text,
});
const columns = [
  { title: "NAME", yields: 1 },
  { title: "LEFT", align: "right" as const },
  { title: "UNTIL", yields: 2 },
];

describe("tables", () => {
  test("columns stand under their titles, numbers to the right, nothing trails", () => {
    expect(
      table(
        columns,
        [
          ["anna", "25", "tomorrow"],
          ["bert", "7", ""],
        ],
        screen(80),
      ),
    ).toBe(["NAME  LEFT  UNTIL", "anna    25  tomorrow", "bert     7"].join("\n"));
  });

  test("where the screen is narrow, the column that yields first is cut, with an ellipsis", () => {
    expect(table(columns, [["a-very-long-name-indeed", "25", "tomorrow"]], screen(30))).toBe(
      ["NAME            LEFT  UNTIL", "a-very-long-n…    25  tomorrow"].join("\n"),
    );
  });

  test("colours count for nothing in the width", () => {
    const painted = table(columns, [["\u001b[32manna\u001b[39m", "25", "x"]], screen(80));
    expect(painted.split("\n")[1]).toBe("\u001b[32manna\u001b[39m    25  x");
  });

  test("a column is never cut below its title", () => {
    const narrow = table([{ title: "A LONG TITLE", yields: 1 }], [["x".repeat(40)]], screen(4));
    expect(narrow).toBe(`A LONG TITLE\n${"x".repeat(11)}…`);
  });
});

test("facts stand under each other, further lines under the first", () => {
  expect(
    facts([
      ["Server", "offline\nno route"],
      ["Id", "ep_1"],
    ]),
  ).toBe("Server  offline\n        no route\nId      ep_1");
});

test("words that are longer than a line stay whole", () => {
  expect(wrap(`see ${"x".repeat(30)} now`, 20, "  ")).toBe(`  see\n  ${"x".repeat(30)}\n  now`);
});
