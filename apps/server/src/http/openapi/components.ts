import { z } from "zod";
import { schemaNames } from "./schema-names.ts";

export type Json = { [key: string]: unknown };

/** JSON Schemas by name, as zod itself writes them: of requests as they are sent, of answers as they are received. */
export type Components = {
  /** A reference where the schema is a named one, else the schema itself. */
  schemaOf(schema: z.ZodType, direction: Direction): Json;
  /** The fields of an object, which parameters are made of. */
  fieldsOf(schema: z.ZodType): { readonly name: string; readonly required: boolean; readonly schema: Json }[];
  /** Every component that was referred to. */
  used(): Json;
};
export type Direction = "request" | "answer";

const prefix = "#/components/schemas/";
/** Where a request's form differs from the answer's (defaults make fields optional only on the way in). */
const requestSuffix = "Request";

/** `schemas` are all that will be asked for, so that zod writes each but once. */
export function createComponents(schemas: readonly z.ZodType[]): Components {
  const named = schemaNames();
  const anonymous = schemas.filter((one) => !named.has(one));
  const names = new Map([...named, ...anonymous.map((one, index) => [one, `(${index})`] as const)]);
  const written = { request: allWritten(names, "request"), answer: allWritten(names, "answer") };
  const used = new Map<string, Json>();

  const nameFor = (name: string, direction: Direction): string => {
    if (direction === "answer" || name.endsWith(requestSuffix)) return name;
    return sameDeep(name) ? name : `${name}${requestSuffix}`;
  };
  const same = new Map<string, boolean>();
  function sameDeep(name: string): boolean {
    const known = same.get(name);
    if (known !== undefined) return known;
    same.set(name, true);
    const [sent, received] = [written.request[name], written.answer[name]];
    const equal =
      JSON.stringify(sent) === JSON.stringify(received) && referencesIn(sent).every((one) => sameDeep(one));
    same.set(name, equal);
    return equal;
  }

  function rewrite(value: unknown, direction: Direction): unknown {
    if (Array.isArray(value)) return value.map((one) => rewrite(one, direction));
    if (typeof value !== "object" || value === null) return value;
    const entries = Object.entries(value).filter(([key, one]) => !isNoise(key, one));
    return Object.fromEntries(
      entries.map(([key, one]) => {
        if (key === "$ref" && typeof one === "string") return [key, use(one.slice(prefix.length), direction)];
        return [key, rewrite(one, direction)];
      }),
    );
  }

  function use(name: string, direction: Direction): string {
    const own = nameFor(name, direction);
    if (!used.has(own)) {
      used.set(own, {});
      used.set(own, rewrite(written[direction][name], direction) as Json);
    }
    return `${prefix}${own}`;
  }

  const inFull = (schema: z.ZodType, direction: Direction): Json =>
    rewrite(written[direction][names.get(schema) ?? ""], direction) as Json;

  return {
    schemaOf(schema, direction) {
      const name = named.get(schema);
      return name === undefined ? inFull(schema, direction) : { $ref: use(name, direction) };
    },
    fieldsOf(schema) {
      const { properties = {}, required = [] } = inFull(schema, "request") as {
        properties?: Record<string, Json>;
        required?: string[];
      };
      return Object.entries(properties).map(([name, one]) => ({
        name,
        required: required.includes(name),
        schema: one,
      }));
    },
    used: () => Object.fromEntries([...used.entries()].toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))),
  };
}

function allWritten(names: ReadonlyMap<z.ZodType, string>, direction: Direction): Record<string, Json> {
  const registry = z.registry<{ id: string }>();
  for (const [schema, id] of names) registry.add(schema, { id });
  const { schemas } = z.toJSONSchema(registry, {
    io: direction === "request" ? "input" : "output",
    uri: (id) => `${prefix}${id}`,
  });
  return schemas as unknown as Record<string, Json>;
}

/** What says nothing to a reader: dialect and identity of each schema, and the range of JSON's exact integers. */
function isNoise(key: string, value: unknown): boolean {
  return (
    key === "$schema" ||
    key === "$id" ||
    (key === "minimum" && value === Number.MIN_SAFE_INTEGER) ||
    (key === "maximum" && value === Number.MAX_SAFE_INTEGER)
  );
}

function referencesIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(referencesIn);
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, one]) =>
    key === "$ref" && typeof one === "string" ? [one.slice(prefix.length)] : referencesIn(one),
  );
}
