/**
 * What a store can fail with. The first four say that the change did not happen for certain only where the fault
 * came before COMMIT; a caller treats each as "not acknowledged".
 */
export type StorageErrorCode =
  /** No space left: nothing acknowledged is lost, and the store works again once there is space. */
  | "storage-full"
  | "storage-read-only"
  /** Too many writers in each other's way, or too long a queue: worth another try later. */
  | "storage-busy"
  /** The database is unreachable, broken or refused the statement; `cause` says which. */
  | "storage-failed"
  /** A value that must be unique is there already. */
  | "storage-duplicate"
  /** A setting of the database would let acknowledged writes be lost. */
  | "storage-unsafe"
  /** The schema was written by a newer release. */
  | "schema-newer"
  /** A page cursor that this store did not make. */
  | "cursor-invalid"
  /** An event of an endpoint's chain does not follow the last one that was taken. */
  | "chain-gap";

export class StorageError extends Error {
  override readonly name = "StorageError";
  readonly code: StorageErrorCode;

  constructor(code: StorageErrorCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
  }
}

/** The fault in the store's own terms; anything that no database raised comes back as it is. */
export function storageFault(error: unknown): unknown {
  if (error instanceof StorageError || !(error instanceof Error)) return error;
  const code = sqliteFault(error) ?? postgresFault(error);
  // PostgreSQL quotes whole rows there, and causes end up in logs.
  if (sqlState(error) !== null)
    Object.assign(error, { detail: undefined, where: undefined, internalQuery: undefined });
  return code === null ? error : new StorageError(code, messages[code], error);
}

/**
 * True where the rows themselves were refused, so that one entry of a batch is to blame and the others can land
 * without it.
 */
export function isDataFault(error: unknown): boolean {
  const result = sqliteResult(error);
  if (result !== null) return sqliteDataFaults.has(result & 0xff);
  const state = sqlState(error);
  return state !== null && (state.startsWith("22") || state.startsWith("23"));
}

/** The five characters by which PostgreSQL names an error (PostgreSQL, Appendix A), or null. */
export function sqlState(error: unknown): string | null {
  const code = error instanceof Error && "code" in error ? error.code : null;
  return typeof code === "string" && /^[0-9A-Z]{5}$/.test(code) && !/^E[A-Z]{4}$/.test(code) ? code : null;
}

/** SQLite's extended result code (https://www.sqlite.org/rescode.html), or null. */
function sqliteResult(error: unknown): number | null {
  return error instanceof Error && "errcode" in error && typeof error.errcode === "number"
    ? error.errcode
    : null;
}

export function isUniqueViolation(error: unknown): boolean {
  const result = sqliteResult(error);
  return (
    result === sqliteConstraintUnique || result === sqliteConstraintPrimaryKey || sqlState(error) === "23505"
  );
}

const sqliteConstraintUnique = 2067;
const sqliteConstraintPrimaryKey = 1555;
/** SQLITE_TOOBIG, SQLITE_CONSTRAINT, SQLITE_MISMATCH, SQLITE_RANGE. */
const sqliteDataFaults = new Set([18, 19, 20, 25]);

function sqliteFault(error: Error): StorageErrorCode | null {
  const result = sqliteResult(error);
  if (result === null) return null;
  if (isUniqueViolation(error)) return "storage-duplicate";
  const codes: Record<number, StorageErrorCode> = {
    5: "storage-busy",
    6: "storage-busy",
    8: "storage-read-only",
    13: "storage-full",
  };
  return codes[result & 0xff] ?? "storage-failed";
}

function postgresFault(error: Error): StorageErrorCode | null {
  const state = sqlState(error);
  if (state !== null) {
    const codes: Record<string, StorageErrorCode> = {
      "23505": "storage-duplicate",
      "25006": "storage-read-only",
      "40001": "storage-busy",
      "40P01": "storage-busy",
      "53100": "storage-full",
      "55P03": "storage-busy",
    };
    return codes[state] ?? "storage-failed";
  }
  const { code } = error as { code?: unknown };
  const ofSystem = "syscall" in error || error instanceof AggregateError;
  if (ofSystem && typeof code === "string" && /^E[A-Z_]+$/.test(code)) return "storage-failed";
  if (error.message === allConnectionsTaken) return "storage-busy";
  return connectionLost.test(error.message) ? "storage-failed" : null;
}

/** What pg-pool says to those who waited too long for another's connection. */
const allConnectionsTaken = "timeout exceeded when trying to connect";

/** pg raises plain errors where the connection itself is gone. */
const connectionLost =
  /^(Connection terminated|Client has encountered a connection error|Client was closed|Cannot use a pool after|Query read timeout|The server does not support SSL)/;

const messages: Record<StorageErrorCode, string> = {
  "storage-full": "the store is full: nothing can be recorded until there is space",
  "storage-read-only": "the store is read-only: nothing can be recorded",
  "storage-busy": "the store is busy: try again",
  "storage-failed": "the store failed",
  "storage-duplicate": "a value that must be unique is in use already",
  "storage-unsafe": "the database is set up so that acknowledged writes can be lost",
  "schema-newer": "the store was written by a newer release",
  "cursor-invalid": "this is no cursor of this list",
  "chain-gap": "the event does not follow the last one taken",
};
