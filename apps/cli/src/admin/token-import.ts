import { readFileSync } from "node:fs";
import { option } from "@holdfast/options/declaration";
import { defineOptions } from "@holdfast/options/define-options";
import type { ImportedRow, TokenImport, TokenImportAnswer } from "@holdfast/protocol/token-stock-api";
import { importedRow, mostFileCharacters, tokenImportAnswer } from "@holdfast/protocol/token-stock-api";
import { z } from "zod";
import type { Answer, Done } from "../frame/outcome.ts";
import { ok, refused, usage } from "../frame/outcome.ts";
import type { Ports } from "../frame/ports.ts";
import { commandLine } from "../frame/shell-words.ts";
import { printable } from "../output/printable.ts";
import type { Screen } from "../output/screen.ts";
import { table } from "../output/table.ts";
import type { Api } from "../transport/api.ts";
import { secretFromInput } from "./secrets.ts";
import { adminCommand } from "./with-api.ts";

const options = defineOptions({
  format: option({
    type: "enum",
    values: ["csv", "pskc"],
    flag: "--format",
    default: null,
    help: "What the file is; told by its first character where nothing is said.",
  }),
  keyFile: option({
    type: "path",
    flag: "--key-file",
    default: null,
    help: "The pre-shared key of an encrypted PSKC file: 16, 24 or 32 bytes as they are, hexadecimal or base64.",
  }),
  passphrase: option({
    type: "boolean",
    flag: "--passphrase",
    default: false,
    help: "Ask at the terminal for the passphrase of an encrypted PSKC file.",
  }),
  passphraseStdin: option({
    type: "boolean",
    flag: "--passphrase-stdin",
    default: false,
    help: "Read that passphrase from standard input.",
  }),
  dryRun: option({
    type: "boolean",
    flag: "--dry-run",
    default: false,
    help: "Say of every token what would become of it, and change nothing.",
  }),
});

const importReport = z.strictObject({
  dryRun: z.boolean(),
  batchId: z.string(),
  new: z.number().int(),
  known: z.number().int(),
  refused: z.number().int(),
  rows: z.array(importedRow),
  warnings: z.array(z.strictObject({ code: z.string(), message: z.string() })),
});
type ImportReport = z.infer<typeof importReport>;

export const tokenImportCommand = adminCommand({
  words: ["admin", "tokens", "import"],
  summary: "Import hardware tokens from the file that came with them",
  about: [
    "The file is a CSV with the columns serial and secret, or a PSKC container (RFC 6030). Its tokens go into the stock, from where `holdfast admin tokens assign` gives them to people. Serial numbers that are there already are left alone, so that an import can be repeated.",
    "Exits with 1 where any token of the file was refused; the others are imported all the same. The file holds secrets: remove it from this computer when the import is done.",
  ],
  arguments: [{ name: "FILE", help: "The file.", required: true }],
  options,
  examples: [
    "holdfast admin tokens import tokens.csv --dry-run",
    "holdfast admin tokens import tokens.pskcxml --key-file transport.key",
    "holdfast admin tokens import tokens.pskcxml --passphrase",
  ],
  json: importReport,
  run: async (api, { values, arguments: [file = ""], ports, screen }) => {
    const content = fileText(file);
    if (content.kind === "refused") return content;
    const secret = await secretOf(values, ports);
    if (secret.kind === "refused") return secret;
    const format = values.format ?? (/^\s*</.test(content.value) ? "pskc" : "csv");
    const request = { format, content: content.value, dryRun: values.dryRun, ...secret.value };
    const all = await inParts(api, request, ports, file);
    return all.kind === "refused" ? all : outcome(all.value, file, screen);
  },
});

/** So many at once that the file is not sent too often, and so few that one sees it go on. */
async function inParts(
  api: Api,
  request: Omit<TokenImport, "from" | "limit">,
  ports: Ports,
  file: string,
): Promise<Answer<ImportReport>> {
  const again = ["holdfast", "admin", "tokens", "import", file];
  const purpose = {
    doing: `import the tokens of ${file}`,
    next: { "invalid-request": `${commandLine(...again)} --help` },
  };
  const report: ImportReport = {
    dryRun: request.dryRun,
    batchId: "",
    new: 0,
    known: 0,
    refused: 0,
    rows: [],
    warnings: [],
  };
  for (let from: number | null = 0; from !== null; ) {
    const more: object = from === 0 ? {} : { batchId: report.batchId };
    const part: Answer<TokenImportAnswer> = await api.send(
      tokenImportAnswer,
      "POST",
      "/token-imports",
      { ...request, ...more, from },
      purpose,
    );
    if (part.kind === "refused") {
      if (from > 0)
        ports.stderr.write(
          `\n${report.new} tokens were imported before; the same command goes on from there.\n`,
        );
      return part;
    }
    const { batchId, rows, total, warnings }: TokenImportAnswer = part.value;
    const next: number | null = part.value.next;
    for (const { result } of rows) report[result] += 1;
    report.rows.push(...rows);
    Object.assign(report, { batchId, warnings });
    if (next !== null || from > 0) tell(ports, `${report.rows.length} of ${total} tokens`, next === null);
    from = next;
  }
  return ok(report);
}

function tell({ stderr }: Ports, text: string, last: boolean): void {
  if (!stderr.isTerminal) stderr.write(`${text}\n`);
  else stderr.write(last ? "\r\u001b[K" : `\r${text} …`);
}

function outcome(report: ImportReport, file: string, screen: Screen): Done {
  const { dryRun, rows, warnings } = report;
  const heads = dryRun
    ? `Nothing was changed. ${file} would bring: ${report.new} new, ${report.known} there already, ${report.refused} refused.`
    : `Imported ${file}: ${report.new} new, ${report.known} there already, ${report.refused} refused.`;
  const refusals = rows.filter(({ result }) => result === "refused");
  const shown = refusals.slice(0, mostShown);
  const more = refusals.length > shown.length ? [`… and ${refusals.length - shown.length} more: --json`] : [];
  const told = [...warnings.map(({ message }) => message), ...summaries(rows)];
  const next = dryRun
    ? []
    : report.new > 0
      ? [
          "Give them to people: holdfast admin tokens assign USER SERIAL CODE",
          `Then remove ${file}: it holds secrets.`,
        ]
      : [];
  const text = [
    printable(heads),
    ...(shown.length === 0 ? [] : [refusalTable(shown, screen)]),
    ...more,
    ...told.map((message) => screen.paint("caution", `Warning: ${printable(message)}`)),
    ...next.map(printable),
  ].join("\n");
  return { kind: "done", json: report, text, ...(refusals.length > 0 ? { exit: "refused" } : {}) };
}

const mostShown = 40;

/** The same warning of hundreds of tokens is one line. */
function summaries(rows: readonly ImportedRow[]): string[] {
  const count = new Map<string, number>();
  for (const { warnings } of rows)
    for (const { message } of warnings) count.set(message, (count.get(message) ?? 0) + 1);
  return [...count].map(
    ([message, tokens]) => `${tokens === 1 ? "1 token" : `${tokens} tokens`}: ${message}`,
  );
}

function refusalTable(rows: readonly ImportedRow[], screen: Screen): string {
  return table(
    [{ title: "WHERE" }, { title: "SERIAL", yields: 2 }, { title: "WHY", yields: 1 }],
    rows.map(({ place, serial, why }) => [place, printable(serial ?? "—"), why?.message ?? ""]),
    screen,
  );
}

function fileText(file: string): Answer<string> {
  try {
    const text = readFileSync(file, "utf8");
    if (text.length <= mostFileCharacters) return ok(text);
    return unusable(file, "It has more than 8 MB.", "Import it in parts.");
  } catch (error) {
    return unusable(file, reasonOf(error), null);
  }
}

async function secretOf(
  values: { keyFile: string | null; passphrase: boolean; passphraseStdin: boolean },
  ports: Ports,
): Promise<Answer<Pick<TokenImport, "preSharedKey" | "passphrase">>> {
  const ways = [values.keyFile !== null, values.passphrase, values.passphraseStdin].filter(Boolean).length;
  if (ways > 1)
    return usage(
      "Nothing was sent.",
      "A file is encrypted under a key or under a passphrase: give one of --key-file, --passphrase and --passphrase-stdin.",
    );
  if (values.keyFile !== null) return keyIn(values.keyFile);
  if (values.passphraseStdin) {
    const typed = await secretFromInput(ports, "passphrase");
    return typed.kind === "refused" ? typed : ok({ passphrase: typed.value });
  }
  if (!values.passphrase) return ok({});
  const typed = await ports.ask("Passphrase of the file: ", "secret");
  return typed
    ? ok({ passphrase: typed })
    : usage(
        "Nothing was sent.",
        "No passphrase was typed.",
        "… --passphrase-stdin   (where there is no terminal)",
      );
}

function keyIn(file: string): Answer<{ preSharedKey: string }> {
  let bytes: Buffer;
  try {
    bytes = readFileSync(file);
  } catch (error) {
    return unusable(file, reasonOf(error), null);
  }
  const text = bytes.toString("latin1").trim();
  const decoded = /^[0-9A-Fa-f]+$/.test(text) ? Buffer.from(text, "hex") : Buffer.from(text, "base64");
  const key = [bytes, decoded].find(({ length }) => length === 16 || length === 24 || length === 32);
  if (!key) return unusable(file, "A key has 16, 24 or 32 bytes, as they are, hexadecimal or base64.", null);
  return ok({ preSharedKey: key.toString("hex") });
}

function unusable(file: string, why: string, next: string | null) {
  return refused("refused", "file-unusable", `${printable(file)} cannot be used.`, why, next);
}

function reasonOf(error: unknown): string {
  switch ((error as NodeJS.ErrnoException).code) {
    case "ENOENT":
      return "There is no such file.";
    case "EACCES":
      return "It may not be read by this account.";
    case "EISDIR":
      return "It is a directory.";
    default:
      return "It cannot be read.";
  }
}
