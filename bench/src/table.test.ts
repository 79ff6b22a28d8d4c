import { expect, test } from "vitest";
import { barText, holds, jsonRow, type Row, table } from "./table.ts";

const row: Row = {
  name: "agent-start",
  measure: "from start to ready",
  value: 0.2064,
  unit: "s",
  bar: "≤ 0.5",
  holds: true,
  detail: { rounds: 9 },
};

test("a bar holds at its edge and is passed beyond it", () => {
  expect([holds(0.5, { atMost: 0.5 }), holds(0.501, { atMost: 0.5 })]).toEqual([true, false]);
  expect([holds(0.5, { atLeast: 0.5 }), holds(0.499, { atLeast: 0.5 })]).toEqual([true, false]);
  expect(holds(7, null)).toBeNull();
  expect([barText({ atMost: 1500 }), barText({ atLeast: 0.3 }), barText(null)]).toEqual([
    "≤ 1,500",
    "≥ 0.3",
    null,
  ]);
});

test("JSON begins with name, value, unit, bar, holds", () => {
  expect(Object.keys(jsonRow(row)).slice(0, 5)).toEqual(["name", "value", "unit", "bar", "holds"]);
});

test("the table says which bars do not hold and why a measure did not run", () => {
  const missed: Row = { ...row, value: 0.7, holds: false };
  const { detail: _, ...rest } = row;
  const absent: Row = { ...rest, value: null, holds: null, notRun: "needs root" };
  const lines = table([row, missed, absent]).split("\n").slice(2);
  expect(lines.map((line) => line.split(/ {2,}/).slice(1))).toEqual([
    ["0.206 s", "≤ 0.5", "holds"],
    ["0.7 s", "≤ 0.5", "DOES NOT HOLD"],
    ["not run", "≤ 0.5", "needs root"],
  ]);
});
