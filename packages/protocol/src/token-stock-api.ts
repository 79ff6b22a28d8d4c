import { z } from "zod";
import { tokenKind, tokenView, totpPeriod } from "./admin-api.ts";
import { displayText, epochMs, hotpAlgorithm, hotpDigits, identifier, userName } from "./primitives.ts";

/** Hardware tokens: imported from the file that came with them, and given to people. Under /api/v1/token-stock. */

/** Characters of a file that one request takes. */
export const mostFileCharacters = 8 * 1024 * 1024;
/** Rows or key packages that one request takes in. */
export const mostRowsAtOnce = 1000;

/** As it is printed on the token. */
export const serialNumber = z.string().regex(/^[\x21-\x7e]{1,64}$/);

/**
 * POST /api/v1/token-imports: the whole file each time, and of its rows or key packages those from `from` on. What is in the
 * stock already stays as it is, so that a request can be repeated.
 */
export const tokenImport = z.strictObject({
  format: z.enum(["csv", "pskc"]),
  content: z.string().max(mostFileCharacters),
  /** Of a PSKC container that is encrypted under a key: 16, 24 or 32 bytes, hexadecimal. */
  preSharedKey: z
    .string()
    .regex(/^(?:[0-9A-Fa-f]{32}|[0-9A-Fa-f]{48}|[0-9A-Fa-f]{64})$/)
    .optional(),
  /** Of one that is encrypted under a passphrase. */
  passphrase: z.string().min(1).max(1024).optional(),
  /** Says what would be, and changes nothing. */
  dryRun: z.boolean().default(false),
  from: z.number().int().min(0).max(1_000_000).default(0),
  limit: z.number().int().min(1).max(mostRowsAtOnce).default(mostRowsAtOnce),
  /** Of the import that this goes on with. */
  batchId: identifier.optional(),
});
export type TokenImport = z.infer<typeof tokenImport>;

/** Tokens, or authenticators otherwise, of one kind that one user has: lists of them are one page. */
export const mostOfOneKind = 20;

const notice = z.strictObject({ code: z.string(), message: z.string() });

export const importedRow = z.strictObject({
  /** "line 7", "key package 3 (line 42)". */
  place: z.string(),
  serial: z.string().nullable(),
  kind: tokenKind.nullable(),
  /** `new`: taken in, or of a dry run: would be. `known`: in the stock already. */
  result: z.enum(["new", "known", "refused"]),
  /** Null of a new one. */
  why: notice.nullable(),
  warnings: z.array(notice),
});
export type ImportedRow = z.infer<typeof importedRow>;

export const tokenImportAnswer = z.strictObject({
  batchId: identifier,
  /** Of the whole file. */
  total: z.number().int().nonnegative(),
  /** Where to go on; null at the end. */
  next: z.number().int().nullable(),
  rows: z.array(importedRow),
  /** About the file as a whole. */
  warnings: z.array(notice),
});
export type TokenImportAnswer = z.infer<typeof tokenImportAnswer>;

export const stockState = z.enum(["free", "given", "retired"]);

export const stockView = z.strictObject({
  id: identifier,
  serial: z.string(),
  /** `given`: somebody has it. `retired`: somebody had it; nobody can be given it again. */
  state: stockState,
  kind: tokenKind,
  digits: hotpDigits,
  algorithm: hotpAlgorithm,
  /** Of a time-based token; null of others. */
  periodSeconds: totpPeriod.nullable(),
  maker: z.string().nullable(),
  /** Whom its file names. */
  meantFor: z.string().nullable(),
  batchId: identifier,
  importedAtMs: epochMs,
  givenAtMs: epochMs.nullable(),
  /** Who has it; null where nobody does. */
  user: z.strictObject({ id: identifier, userName }).nullable(),
});
export type StockView = z.infer<typeof stockView>;

export const stockPage = z.strictObject({ items: z.array(stockView), next: z.string().nullable() });
export type StockPage = z.infer<typeof stockPage>;

export const stockQuery = z.strictObject({
  /** Beginning of the serial number. */
  prefix: z.string().max(64).optional(),
  state: stockState.optional(),
  batchId: identifier.optional(),
  after: z.string().max(200).optional(),
  limit: z.coerce.number().int().min(1).max(500).default(100),
});
export type StockQuery = z.infer<typeof stockQuery>;

const typedCode = z.string().min(1).max(16);
/**
 * POST /api/v1/users/:id/hardware-tokens. With a code that is right the token counts at once; two in a row find an
 * event-based one that was pressed in the box. Without any it waits for its first right code.
 */
export const hardwareTokenGift = z.strictObject({
  serial: serialNumber,
  first: typedCode.optional(),
  second: typedCode.optional(),
  label: displayText.optional(),
});
export type HardwareTokenGift = z.infer<typeof hardwareTokenGift>;

export const hardwareTokenAnswer = z.strictObject({ token: tokenView, warnings: z.array(notice) });
export type HardwareTokenAnswer = z.infer<typeof hardwareTokenAnswer>;
