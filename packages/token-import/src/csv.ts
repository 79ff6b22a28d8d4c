import { decodeBase32 } from "@holdfast/core/oath/base32";
import { CsvError, parse } from "csv-parse/sync";
import type { Candidate, Found } from "./candidate.ts";
import { algorithmOf, finish, wholeNumber } from "./candidate.ts";
import type { EntryRefusal, Notice, TokenFile } from "./token-file.ts";
import { mostEntries, refusedFile } from "./token-file.ts";

/** Names that makers' files have for the same thing, in lower case and without blanks, hyphens and underscores. */
const namesOf = {
  serial: ["serial", "serialno", "serialnumber"],
  secret: ["secret", "seed", "key", "secretkey"],
  encoding: ["encoding", "secretencoding"],
  type: ["type", "kind", "tokentype"],
  digits: ["digits", "length", "otplength"],
  algorithm: ["algorithm", "hash"],
  period: ["period", "timeinterval", "timestep", "interval"],
  counter: ["counter"],
  user: ["user", "username", "owner"],
  maker: ["maker", "manufacturer", "vendor"],
} as const;
type Column = keyof typeof namesOf;

const example = "serial,secret,type,digits";

/**
 * A comma-separated file (RFC 4180) with a header line; semicolons and tabulators are taken where the header has them,
 * as spreadsheets write them. `serial` and `secret` have to be there, columns that nothing is known of are passed over.
 */
export function readCsv(content: string): TokenFile {
  const text = content.replace(/^\uFEFF/, "");
  const head =
    text
      .slice(0, 2000)
      .split(/\r?\n/)
      .find((line) => line.trim() !== "") ?? "";
  let rows: { record: string[]; info: { lines: number } }[];
  try {
    rows = parse(text, {
      delimiter: head.includes("\t") ? "\t" : head.includes(";") ? ";" : ",",
      info: true,
      relax_column_count: true,
      skip_empty_lines: true,
      trim: true,
      max_record_size: 10_000,
      to: mostEntries + 2,
    }) as unknown as typeof rows;
  } catch (thrown) {
    if (!(thrown instanceof CsvError)) throw thrown;
    return refusedFile("not-csv", `The file is no CSV: line ${lineOf(thrown)} ${whyOf(thrown)}.`);
  }
  const [header, ...entries] = rows;
  if (!header) return refusedFile("empty", `The file is empty. Its first line names the columns: ${example}`);
  if (entries.length > mostEntries)
    return refusedFile("too-many", `The file has more than ${mostEntries} rows. Import it in parts.`);
  const columns = columnsIn(header.record);
  if (typeof columns === "string") return refusedFile("no-header", columns);
  if (entries.length === 0) return refusedFile("empty", "The file has a header line and nothing else.");
  const field = (record: readonly string[], column: Column) => {
    const index = columns.get(column);
    return index === undefined ? "" : (record[index] ?? "");
  };
  const encoding = encodingOf(entries.map(({ record }) => field(record, "secret")));
  const found = entries.map(({ record, info }): Found => {
    const at = (column: Column) => field(record, column);
    const tooMany = record.length > header.record.length;
    return {
      place: `line ${info.lines}`,
      serial: at("serial") || null,
      found: tooMany
        ? refuse("columns", "It has more fields than the header. Is there a comma that wants quotes?")
        : candidate(at, encoding),
    };
  });
  return { kind: "read", entries: finish(found), warnings: [] };
}

function columnsIn(header: readonly string[]): Map<Column, number> | string {
  const columns = new Map<Column, number>();
  for (const [index, title] of header.entries()) {
    const plain = title.toLowerCase().replace(/[\s_-]/g, "");
    for (const column of Object.keys(namesOf) as Column[]) {
      if (!(namesOf[column] as readonly string[]).includes(plain)) continue;
      if (columns.has(column)) return `The header names the ${column} twice.`;
      columns.set(column, index);
    }
  }
  for (const needed of ["serial", "secret"] as const) {
    if (!columns.has(needed))
      return `The first line does not name a column "${needed}". It names the columns, as in: ${example}`;
  }
  return columns;
}

function candidate(
  at: (column: Column) => string,
  encoding: Encoding | null,
): Candidate | Notice<EntryRefusal> {
  const type = at("type").toLowerCase() || "hotp";
  if (type !== "hotp" && type !== "totp")
    return refuse("unsupported-kind", "Its type is neither hotp nor totp: other tokens cannot be used.");
  const algorithm = algorithmOf(at("algorithm") || "SHA-1");
  if (algorithm === null)
    return refuse("unsupported-algorithm", "Its algorithm is none of SHA-1, SHA-256 and SHA-512.");
  const numbers = { digits: at("digits"), period: at("period"), counter: at("counter") };
  for (const [name, text] of Object.entries(numbers))
    if (text !== "" && wholeNumber(text) === null)
      return refuse("number-malformed", `Its ${name} is no whole number.`);
  const secret = secretOf(at("secret"), at("encoding").toLowerCase(), encoding);
  if (!(secret instanceof Uint8Array)) return secret;
  const number = (text: string) => (text === "" ? null : wholeNumber(text));
  return {
    kind: type,
    secret,
    digits: number(numbers.digits) ?? 6,
    algorithm,
    periodSeconds: number(numbers.period),
    counter: number(numbers.counter) ?? 0,
    maker: at("maker") || null,
    userName: at("user") || null,
    warnings: [],
  };
}

type Encoding = "hex" | "base32";

/**
 * How all secrets of a file are written where it does not say: some texts could be hexadecimal and base32 (RFC 4648 §6)
 * alike, but hardly those of a whole file. Null: they could be both, or are neither alike.
 */
function encodingOf(secrets: readonly string[]): Encoding | null {
  const given = secrets.filter((text) => text !== "");
  const hex = given.every((text) => decode(text, "hex") !== null);
  const base32 = given.every((text) => decode(text, "base32") !== null);
  return hex === base32 ? null : hex ? "hex" : "base32";
}

function secretOf(typed: string, said: string, common: Encoding | null): Uint8Array | Notice<EntryRefusal> {
  if (typed === "") return refuse("no-secret", "It has no secret.");
  if (said !== "" && said !== "hex" && said !== "base32")
    return refuse("secret-malformed", "Its encoding is neither hex nor base32.");
  const encoding = said || common;
  if (encoding)
    return decode(typed, encoding) ?? refuse("secret-malformed", `Its secret is not ${nameOf[encoding]}.`);
  const [hex, base32] = [decode(typed, "hex"), decode(typed, "base32")];
  if (hex !== null && base32 !== null)
    return refuse(
      "secret-malformed",
      'Its secret could be hexadecimal or base32. Add a column "encoding" that says hex or base32.',
    );
  return hex ?? base32 ?? refuse("secret-malformed", "Its secret is neither hexadecimal nor base32.");
}

const nameOf = { hex: "hexadecimal", base32: "base32" } as const;

/** With or without blanks, hyphens and padding. */
function decode(typed: string, encoding: Encoding): Uint8Array | null {
  const text = typed.replace(/[\s-]/g, "");
  if (encoding === "base32") return decodeBase32(text.replace(/=+$/, "").toUpperCase());
  return /^(?:[0-9a-f]{2})+$/i.test(text) ? new Uint8Array(Buffer.from(text, "hex")) : null;
}

function refuse(code: EntryRefusal, message: string): Notice<EntryRefusal> {
  return { code, message };
}

function lineOf(error: CsvError): number | string {
  const { lines } = error as CsvError & { lines?: unknown };
  return typeof lines === "number" ? lines : "?";
}

/** The parser's own messages quote the row, secrets and all. */
function whyOf({ code }: CsvError): string {
  switch (code) {
    case "CSV_QUOTE_NOT_CLOSED":
      return "ends inside of quotes";
    case "CSV_MAX_RECORD_SIZE":
      return "is longer than 10,000 characters";
    default:
      return "has a quotation mark where none may be";
  }
}
