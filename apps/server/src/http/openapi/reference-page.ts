import { createHash } from "node:crypto";
import type { Field, Operation, Reference, Type } from "./reference.ts";

/** The reference as one page without scripts, that asks for nothing else. */
export function referencePage({ title, introduction, sections, schemas }: Reference): string {
  const contents = sections
    .map(({ name }) => `<li><a href="#${anchor(name)}">${escaped(name)}</a></li>`)
    .join("");
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(title)}</title>
<style>${style}</style>
</head>
<body>
<a class="skip" href="#operations">Skip to the operations</a>
<nav aria-label="Sections"><ul>${contents}<li><a href="#schemas">Schemas</a></li></ul></nav>
<main id="operations">
<h1>${escaped(title)}</h1>
<p>${inline(introduction)}</p>
<p>For programs: <a href="openapi.json">openapi.json</a></p>
${sections.map(sectionHtml).join("\n")}
<section aria-labelledby="schemas">
<h2 id="schemas">Schemas</h2>
${schemas.map(({ name, type }) => `<article><h3 id="schema-${name}">${name}</h3>${typeBlock(type)}</article>`).join("\n")}
</section>
</main>
</body>
</html>
`;
}

function sectionHtml({ name, operations }: Reference["sections"][number]): string {
  return `<section aria-labelledby="${anchor(name)}">
<h2 id="${anchor(name)}">${escaped(name)}</h2>
${operations.map(operationHtml).join("\n")}
</section>`;
}

function operationHtml(operation: Operation): string {
  const { id, method, path, summary, forWhom, parameters, body, answers } = operation;
  return `<article><h3 id="${id}"><code><b>${method}</b> ${escaped(path)}</code> ${escaped(summary)}</h3>
<p>${inline(forWhom)}</p>
<dl>${parameters
    .map(
      (one) =>
        `<dt><code>${escaped(one.name)}</code> in the ${one.place}${one.required ? "" : ", optional"}</dt><dd>${typeInline(one.type)}</dd>`,
    )
    .join("")}${body ? `<dt>Body</dt><dd>${typeInline(body)}</dd>` : ""}${answers
    .map(({ status, contentType, type }) => `<dt>${status}</dt><dd>${answerHtml(contentType, type)}</dd>`)
    .join("")}</dl></article>`;
}

function answerHtml(contentType: string | null, type: Type | null): string {
  if (type) return typeInline(type);
  return contentType === null ? "nothing" : `<code>${escaped(contentType)}</code>`;
}

function typeBlock(type: Type): string {
  if (type.kind === "object") return fieldsHtml(type.fields);
  if (type.kind === "choice" && type.of.some(({ kind }) => kind === "object"))
    return `<p>One of:</p>${type.of.map(typeBlock).join("")}`;
  return `<p>${typeInline(type)}</p>`;
}

function fieldsHtml(fields: readonly Field[]): string {
  return `<dl>${fields
    .map(
      ({ name, required, type }) =>
        `<dt><code>${escaped(name)}</code>${required ? "" : ", optional"}</dt><dd>${typeInline(type)}</dd>`,
    )
    .join("")}</dl>`;
}

function typeInline(type: Type): string {
  switch (type.kind) {
    case "text":
      return type.text.startsWith('"') ? `<code>${escaped(type.text)}</code>` : escaped(type.text);
    case "reference":
      return `<a href="#schema-${type.name}">${type.name}</a>`;
    case "list":
      return `list of ${typeInline(type.of)}`;
    case "choice":
      return type.of.map(typeInline).join(" or ");
    case "object":
      return fieldsHtml(type.fields);
  }
}

function anchor(name: string): string {
  return `section-${name.toLowerCase().replaceAll(/\W+/g, "-")}`;
}

/** `code` in backquotes, everything else as it is. */
function inline(words: string): string {
  return escaped(words).replaceAll(/`([^`]+)`/g, "<code>$1</code>");
}

function escaped(words: string): string {
  return words.replaceAll(/[&<>"']/g, (one) => `&#${one.codePointAt(0)};`);
}

const style = `
:root{color-scheme:light dark;--line:color-mix(in srgb,CanvasText 20%,Canvas)}
html{background:Canvas;color:CanvasText}
a{color:light-dark(#0b4fb3,#9cc1ff)}
body{margin:0;font:16px/1.5 system-ui,sans-serif;display:grid;grid-template-columns:15rem minmax(0,1fr)}
nav{position:sticky;top:0;height:100vh;overflow:auto;border-right:1px solid var(--line)}
nav ul{list-style:none;margin:0;padding:1.5rem}
nav a{display:block;padding:.25rem 0}
main{padding:1.5rem;max-width:60rem}
h2{border-bottom:1px solid var(--line);margin-top:3rem}
h3{font-size:1rem;margin-bottom:0}
article{margin:1.5rem 0}
article p{margin:.25rem 0}
dl{display:grid;grid-template-columns:minmax(8rem,max-content) minmax(0,1fr);gap:.1rem 1rem;margin:.25rem 0}
dt{font-weight:600}
dt code{font-weight:400}
dd{margin:0;overflow-wrap:anywhere}
dd dl{border-left:2px solid var(--line);padding-left:.75rem}
code{font:.9em ui-monospace,monospace;overflow-wrap:anywhere}
.skip{position:absolute;left:-100vw}
.skip:focus{left:1rem;top:1rem;background:Canvas;padding:.5rem}
:target{outline:2px solid Highlight;outline-offset:.25rem}
@media(max-width:45rem){body{display:block}nav{position:static;height:auto;border:0}dl{display:block}dd{margin-left:1rem}}
`;

/** Nothing but the style above. */
export const referencePagePolicy = `default-src 'none'; style-src 'sha256-${createHash("sha256").update(style).digest("base64")}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;
