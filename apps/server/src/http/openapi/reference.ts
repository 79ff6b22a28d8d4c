import type { Json } from "./components.ts";

/** What the OpenAPI document says, in the order and the words of a page: for docs/reference/api.md and the served page. */
export type Reference = {
  readonly title: string;
  readonly introduction: string;
  readonly sections: readonly { readonly name: string; readonly operations: readonly Operation[] }[];
  readonly schemas: readonly { readonly name: string; readonly type: Type }[];
};

export type Operation = {
  readonly id: string;
  readonly method: string;
  readonly path: string;
  readonly summary: string;
  readonly forWhom: string;
  readonly parameters: readonly (Field & { readonly place: string })[];
  readonly body: Type | null;
  readonly answers: readonly {
    readonly status: string;
    readonly contentType: string | null;
    readonly type: Type | null;
  }[];
};

/** A type in words, with names that refer to schemas. */
export type Type =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "reference"; readonly name: string }
  | { readonly kind: "list"; readonly of: Type }
  | { readonly kind: "choice"; readonly of: readonly Type[] }
  | { readonly kind: "object"; readonly fields: readonly Field[] };

export type Field = { readonly name: string; readonly required: boolean; readonly type: Type };

export function referenceOf(document: Json): Reference {
  const info = document.info as { title: string; description: string };
  const operations = Object.entries(document.paths as Record<string, Record<string, Json>>).flatMap(
    ([path, byMethod]) =>
      Object.entries(byMethod).map(([method, one]) => ({
        tag: tagOf(one),
        ...operationOf(method, path, one),
      })),
  );
  const { schemas } = document.components as { schemas: Record<string, Json> };
  return {
    title: info.title,
    introduction: info.description,
    sections: (document.tags as { name: string }[]).map(({ name }) => ({
      name,
      operations: operations.filter(({ tag }) => tag === name),
    })),
    schemas: Object.entries(schemas).map(([name, schema]) => ({ name, type: typeOf(schema) })),
  };
}

function tagOf(one: Json): string {
  return (one.tags as string[])[0] ?? "";
}

function operationOf(method: string, path: string, one: Json): Operation {
  const parameters = (one.parameters ?? []) as {
    name: string;
    in: string;
    required: boolean;
    schema: Json;
  }[];
  const body = (one.requestBody as { content: Record<string, { schema: Json }> } | undefined)?.content;
  const responses = one.responses as Record<string, { content?: Record<string, { schema: Json }> }>;
  return {
    id: String(one.operationId),
    method: method.toUpperCase(),
    path,
    summary: String(one.summary),
    forWhom: String(one.description),
    parameters: parameters.map(({ name, in: place, required, schema }) => ({
      name,
      place,
      required,
      type: typeOf(schema),
    })),
    body: body?.["application/json"] ? typeOf(body["application/json"].schema) : null,
    answers: Object.entries(responses)
      .filter(([status]) => status !== "default")
      .flatMap(([status, { content }]): Operation["answers"] =>
        content
          ? Object.entries(content).map(([contentType, { schema }]) => ({
              status,
              contentType,
              type: contentType === "application/json" ? typeOf(schema) : null,
            }))
          : [{ status, contentType: null, type: null }],
      ),
  };
}

function typeOf(schema: Json): Type {
  if (typeof schema.$ref === "string")
    return { kind: "reference", name: schema.$ref.split("/").at(-1) ?? "" };
  const variants = schema.oneOf ?? schema.anyOf;
  if (Array.isArray(variants)) return { kind: "choice", of: variants.map(typeOf) };
  if (schema.const !== undefined) return text(JSON.stringify(schema.const));
  if (Array.isArray(schema.enum))
    return { kind: "choice", of: schema.enum.map((one) => text(JSON.stringify(one))) };
  if (Array.isArray(schema.type))
    return { kind: "choice", of: schema.type.map((one) => typeOf({ ...schema, type: one })) };
  if (schema.type === "array") return { kind: "list", of: typeOf((schema.items ?? {}) as Json) };
  if (schema.type === "object" && schema.properties) {
    const required = (schema.required ?? []) as string[];
    return {
      kind: "object",
      fields: Object.entries(schema.properties as Record<string, Json>).map(([name, one]) => ({
        name,
        required: required.includes(name),
        type: typeOf(one),
      })),
    };
  }
  return text(`${typeof schema.type === "string" ? schema.type : "anything"}${limits(schema)}`);
}

function limits(schema: Json): string {
  const said = [
    schema.minimum === undefined ? null : `from ${schema.minimum}`,
    schema.exclusiveMinimum === undefined ? null : `above ${schema.exclusiveMinimum}`,
    schema.maximum === undefined ? null : `to ${schema.maximum}`,
    schema.minLength === undefined ? null : `at least ${schema.minLength} characters`,
    schema.maxLength === undefined ? null : `at most ${schema.maxLength} characters`,
    typeof schema.format === "string" ? schema.format : null,
    schema.default === undefined ? null : `default ${JSON.stringify(schema.default)}`,
  ].filter((one) => one !== null);
  return said.length === 0 ? "" : ` (${said.join(", ")})`;
}

function text(words: string): Type {
  return { kind: "text", text: words };
}
