import type { Field, Operation, Reference, Type } from "./reference.ts";

/** docs/reference/api.md. */
export function referenceMarkdown({ title, introduction, sections, schemas }: Reference): string {
  return [
    `# ${title}`,
    "",
    "Made from the server's routes by `npm run accept:api`, as is [openapi.json](openapi.json). A server shows the same at `/api/v1/reference`.",
    "",
    introduction,
    "",
    ...sections.flatMap(({ name, operations }) => [`## ${name}`, "", ...operations.flatMap(operationLines)]),
    "## Schemas",
    "",
    ...schemas.flatMap(({ name, type }) => [`### ${name}`, "", ...typeLines(type), ""]),
  ]
    .join("\n")
    .replaceAll(/\n{3,}/g, "\n\n")
    .trimEnd()
    .concat("\n");
}

function operationLines(operation: Operation): string[] {
  return [
    `### ${operation.method} ${operation.path}`,
    "",
    `${operation.summary}. ${operation.forWhom}`,
    "",
    ...operation.parameters.map(({ place, ...field }) => `- ${fieldText(field)}, in the ${place}`),
    ...(operation.body ? [`- Body: ${typeText(operation.body)}`] : []),
    ...operation.answers.map(
      ({ status, contentType, type }) => `- ${status}: ${answerText(contentType, type)}`,
    ),
    "",
  ];
}

function answerText(contentType: string | null, type: Type | null): string {
  if (type) return typeText(type);
  return contentType === null ? "nothing" : `\`${contentType}\``;
}

function typeLines(type: Type): string[] {
  if (type.kind === "object") return type.fields.map((field) => `- ${fieldText(field)}`);
  if (type.kind === "choice" && type.of.some(({ kind }) => kind === "object"))
    return ["One of:", "", ...type.of.map((one) => `- ${typeText(one)}`)];
  return [typeText(type)];
}

function fieldText({ name, required, type }: Field): string {
  return `\`${name}\`${required ? "" : " (optional)"}: ${typeText(type)}`;
}

function typeText(type: Type): string {
  switch (type.kind) {
    case "text":
      return type.text.startsWith('"') ? `\`${type.text}\`` : type.text;
    case "reference":
      return `[${type.name}](#${type.name.toLowerCase()})`;
    case "list":
      return `list of ${inList(type.of)}`;
    case "choice":
      return type.of.map(typeText).join(" or ");
    case "object":
      return `{ ${type.fields.map(fieldText).join("; ")} }`;
  }
}

function inList(type: Type): string {
  return type.kind === "choice" ? `(${typeText(type)})` : typeText(type);
}
