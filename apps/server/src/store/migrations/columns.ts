/** How the first schema writes its columns on each of the two databases. */
export type Columns = ReturnType<typeof columnsOf>;

export function columnsOf(dialect: "sqlite" | "postgresql") {
  const sqlite = dialect === "sqlite";
  const text = sqlite ? "text" : 'text COLLATE "C"';
  const integer = sqlite ? "integer" : "bigint";
  const strict = sqlite ? "STRICT" : "";
  const clustered = sqlite ? "STRICT, WITHOUT ROWID" : "";
  /** Room on each page for new versions of a row that every sign-in changes (heap-only tuples). */
  const updatedOften = sqlite ? "STRICT" : "WITH (fillfactor = 70)";
  const updatedOftenClustered = sqlite ? "STRICT, WITHOUT ROWID" : "WITH (fillfactor = 70)";
  const json = (column: string) => (sqlite ? `json_valid(${column})` : `${column}::json IS NOT NULL`);
  const serial = sqlite ? "integer PRIMARY KEY" : "bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY";
  const pageKey = sqlite ? "at_ms" : "at_ms, id";
  const id = `${text} NOT NULL PRIMARY KEY CHECK (length(id) BETWEEN 1 AND 64)`;
  const flag = (column: string) => `${column} ${integer} NOT NULL CHECK (${column} IN (0, 1))`;
  const count = (column: string, least = 0) =>
    `${column} ${integer} NOT NULL CHECK (${column} BETWEEN ${least} AND 9007199254740991)`;
  const countOrNull = (column: string, least = 0) =>
    `${column} ${integer} CHECK (${column} BETWEEN ${least} AND 9007199254740991)`;
  const oneOf = (column: string, ...values: string[]) =>
    `${column} ${text} NOT NULL CHECK (${column} IN (${values.map((value) => `'${value}'`).join(", ")}))`;
  const document = (column: string) => `${column} ${text} NOT NULL CHECK (${json(column)})`;
  const documentOrNull = (column: string) => `${column} ${text} CHECK (${json(column)} OR ${column} IS NULL)`;
  return {
    sqlite,
    text,
    integer,
    strict,
    clustered,
    updatedOften,
    updatedOftenClustered,
    serial,
    pageKey,
    id,
    flag,
    count,
    countOrNull,
    oneOf,
    document,
    documentOrNull,
  };
}
