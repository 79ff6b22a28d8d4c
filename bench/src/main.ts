// `npm run bench`: every measure beside a named peer or limit, as a table or as JSON.
import { parseArgs } from "node:util";
import type { FigureDeclaration, Measure, Outcome } from "./measure.ts";
import { measures } from "./measures.ts";
import { barText, holds, jsonRow, type Row, table } from "./table.ts";

const help = `npm run bench -- [options]

  --only NAME   only this measure or figure (may be repeated)
  --list        names of the figures and what they are held against
  --json        an array of {name, value, unit, bar, holds, measure, notRun, detail}
  --quick       fewer users and rounds: rougher figures, in about a third of the time

Exit status: 0 every bar that was measured holds; 1 one does not, or a measure broke; 2 wrong usage.
`;

const usage = readUsage();
if (usage.kind === "wrong") {
  process.stderr.write(`${usage.problem}\n\n${help}`);
  process.exitCode = 2;
} else if (usage.help) {
  process.stdout.write(help);
} else if (usage.list) {
  for (const { figures } of usage.chosen) {
    for (const { name, measure, bar } of figures) {
      process.stdout.write(`${name}\n    ${measure}  ${barText(bar) ?? "(reported)"}\n`);
    }
  }
} else {
  const rows: Row[] = [];
  for (const measure of usage.chosen) rows.push(...(await rowsOf(measure, usage.quick)));
  process.stdout.write(usage.json ? `${JSON.stringify(rows.map(jsonRow), null, 2)}\n` : `${table(rows)}\n`);
}

async function rowsOf(measure: Measure, quick: boolean): Promise<Row[]> {
  const subject = measure.figures[0]?.name ?? "?";
  const say = (line: string) => void process.stderr.write(`${subject}: ${line}\n`);
  const startedMs = performance.now();
  const outcome = await measure.run({ quick, say }).catch((cause: unknown): Outcome => {
    process.exitCode = 1;
    say(cause instanceof Error ? (cause.stack ?? cause.message) : String(cause));
    return { kind: "not-run", why: "it broke; the error is above" };
  });
  say(`${((performance.now() - startedMs) / 1000).toFixed(1)} s`);
  return measure.figures.map((figure) => rowOf(figure, outcome));
}

function rowOf(figure: FigureDeclaration, outcome: Outcome): Row {
  const { name, measure, unit } = figure;
  const bar = barText(figure.bar);
  const found = outcome.kind === "not-run" ? outcome : outcome.figures[name];
  if (found === undefined) throw new Error(`no figure for ${name}`);
  if ("why" in found) return { name, measure, value: null, unit, bar, holds: null, notRun: found.why };
  const verdict = holds(found.value, figure.bar);
  if (verdict === false) process.exitCode = 1;
  return { name, measure, value: found.value, unit, bar, holds: verdict, detail: found.detail };
}

type Usage =
  | { kind: "wrong"; problem: string }
  | { kind: "right"; chosen: Measure[]; json: boolean; list: boolean; quick: boolean; help: boolean };

function readUsage(): Usage {
  try {
    const { values } = parseArgs({
      options: {
        only: { type: "string", multiple: true, default: [] },
        json: { type: "boolean", default: false },
        list: { type: "boolean", default: false },
        quick: { type: "boolean", default: false },
        help: { type: "boolean", short: "h", default: false },
      },
    });
    const { only, ...flags } = values;
    const unknown = only.filter((name) => !measures.some((measure) => isNamed(measure, name)));
    if (unknown.length > 0) {
      return { kind: "wrong", problem: `No measure is called ${unknown.join(", ")}; see --list.` };
    }
    const chosen = measures.filter(
      (measure) => only.length === 0 || only.some((name) => isNamed(measure, name)),
    );
    return { kind: "right", chosen, ...flags };
  } catch (cause) {
    return { kind: "wrong", problem: cause instanceof Error ? cause.message : String(cause) };
  }
}

function isNamed(measure: Measure, name: string): boolean {
  return measure.figures.some((figure) => figure.name === name);
}
