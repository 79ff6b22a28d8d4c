import { z } from "zod";

type JsonSchema = {
  readonly type?: string | readonly string[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  readonly items?: JsonSchema;
  readonly prefixItems?: readonly JsonSchema[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: JsonSchema | boolean;
};

/** A schema's shape as people read it, close to TypeScript's notation. For the reference. */
export function jsonShape(schema: z.ZodType): string {
  return shape(z.toJSONSchema(schema, { io: "output", unrepresentable: "any" }) as JsonSchema, "");
}

function shape(schema: JsonSchema, indent: string): string {
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(" | ");
  const alternatives = schema.anyOf ?? schema.oneOf;
  if (alternatives) return alternatives.map((one) => shape(one, indent)).join(" | ");
  if (schema.prefixItems) return `[${schema.prefixItems.map((one) => shape(one, indent)).join(", ")}]`;
  if (schema.type === "array") {
    const item = shape(schema.items ?? {}, indent);
    return /[|]/.test(item) && !item.startsWith("{") ? `(${item})[]` : `${item}[]`;
  }
  if (schema.type === "object") return object(schema, indent);
  return Array.isArray(schema.type) ? schema.type.join(" | ") : String(schema.type ?? "any");
}

function object(schema: JsonSchema, indent: string): string {
  const names = Object.entries(schema.properties ?? {});
  if (names.length === 0) {
    const { additionalProperties } = schema;
    const value = typeof additionalProperties === "object" ? shape(additionalProperties, indent) : "any";
    return `{[name]: ${value}}`;
  }
  const inner = `${indent}  `;
  const lines = names.map(([name, one]) => {
    const mark = schema.required?.includes(name) === false ? "?" : "";
    return `${inner}${name}${mark}: ${shape(one, inner)}`;
  });
  return `{\n${lines.join("\n")}\n${indent}}`;
}
