import { createHash } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import { z } from "zod";
import { familyVersions } from "./versions.ts";

type Table = Record<string, { version: number; schemas: Record<string, string> }>;

const folder = new URL(".", import.meta.url);
const tableFile = new URL("schema-hashes.json", folder);
const accept = process.env.HOLDFAST_ACCEPT_SCHEMAS === "1";
const howTo =
  "raise the family's version in packages/protocol/src/versions.ts with a line of history, then accept it: HOLDFAST_ACCEPT_SCHEMAS=1 npx vitest run packages/protocol/src/versions.test.ts. While the family is not released the last step alone does.";

/** SHA-256 of each exported schema's JSON Schema, by family. */
async function currentTable(): Promise<Table> {
  const table: Table = {};
  const files = readdirSync(folder).filter((name) => name.endsWith(".ts") && !name.endsWith(".test.ts"));
  for (const file of files.toSorted()) {
    const family = file.slice(0, -3);
    const exported: Record<string, unknown> = await import(new URL(file, folder).href);
    const schemas = Object.entries(exported)
      .filter((entry): entry is [string, z.ZodType] => entry[1] instanceof z.ZodType)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, schema]) => [name, hashOf(schema)]);
    if (schemas.length === 0) continue;
    table[family] = {
      version: familyVersions[family]?.history.length ?? 0,
      schemas: Object.fromEntries(schemas),
    };
  }
  return table;
}

function hashOf(schema: z.ZodType): string {
  const json = z.toJSONSchema(schema, { unrepresentable: "any", io: "input" });
  return createHash("sha256")
    .update(JSON.stringify(sorted(json)))
    .digest("base64url");
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, sorted(inner)]),
  );
}

/** Families whose format is another one under the same version. */
function unversioned(known: Table, current: Table): string[] {
  return Object.entries(current)
    .filter(([family, { version, schemas }]) => {
      const before = known[family];
      return before?.version === version && JSON.stringify(before.schemas) !== JSON.stringify(schemas);
    })
    .map(([family]) => family);
}

test("no message and no stored file changes its format without a new version", async () => {
  const current = await currentTable();
  const known: Table = JSON.parse(readFileSync(tableFile, "utf8"));
  const changed = unversioned(known, current);
  if (accept) {
    const released = changed.filter((family) => familyVersions[family]?.released);
    expect(released, "released formats need a new version before they can be accepted").toEqual([]);
    writeFileSync(tableFile, `${JSON.stringify(current, null, 2)}\n`);
    return;
  }
  expect(changed, howTo).toEqual([]);
  expect(current, howTo).toEqual(known);
});

test("every family of schemas has a version, and enough of them were looked at", async () => {
  const current = await currentTable();
  const families = Object.keys(current);
  expect(families.filter((family) => !familyVersions[family])).toEqual([]);
  expect(families.flatMap((family) => Object.keys(current[family]?.schemas ?? {})).length).toBeGreaterThan(
    40,
  );
  for (const [family, { history, floor }] of Object.entries(familyVersions)) {
    expect(floor, family).toBeGreaterThanOrEqual(1);
    expect(floor, family).toBeLessThanOrEqual(history.length);
  }
});

test("a changed field is seen", () => {
  const one = z.strictObject({ a: z.string().max(3) });
  expect(hashOf(z.strictObject({ a: z.string().max(4) }))).not.toBe(hashOf(one));
  expect(hashOf(z.strictObject({ a: z.string().max(3).optional() }))).not.toBe(hashOf(one));
  expect(hashOf(z.strictObject({ a: z.string().max(3) }))).toBe(hashOf(one));
  const known: Table = { x: { version: 1, schemas: { a: "1" } } };
  expect(unversioned(known, { x: { version: 1, schemas: { a: "2" } } })).toEqual(["x"]);
  expect(unversioned(known, { x: { version: 2, schemas: { a: "2" } } })).toEqual([]);
});
