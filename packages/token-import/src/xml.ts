import { setImmediate as breathe } from "node:timers/promises";
import sax from "sax";

/** An element as far as PSKC needs it: no comments, no processing instructions, text in one piece. */
export type XmlElement = {
  readonly namespace: string;
  readonly name: string;
  /** Those without a prefix (PSKC has no others). */
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: readonly XmlElement[];
  /** Its own text, without that of its children, and without blanks around it. */
  readonly text: string;
  readonly line: number;
};

export type Xml =
  | { readonly kind: "read"; readonly root: XmlElement }
  | {
      readonly kind: "refused";
      readonly reason: "not-xml" | "document-type" | "too-deep";
      readonly line: number;
    };

type Open = { -readonly [Key in keyof XmlElement]: XmlElement[Key] } & { children: XmlElement[] };

const mostDepth = 32;
/** Of one tag, where it goes on beyond a piece. */
const mostAttributes = 64;

/**
 * Reads a document with namespaces and nothing that grows: a document type is refused where it begins, before anything
 * could be declared in it, and the only entities are XML's own five (XML 1.0 §4.6). Nothing is ever fetched. Between the
 * pieces of a large document others have their turn.
 */
export async function readXml(content: string): Promise<Xml> {
  const parser = new sax.SAXParser(true, {
    xmlns: true,
    position: true,
    strictEntities: true,
  } as sax.SAXOptions);
  const open: Open[] = [];
  let root: XmlElement | null = null;
  let refused: Extract<Xml, { kind: "refused" }> | null = null;
  // The parser's line counts from 0.
  const refuse = (reason: "not-xml" | "document-type" | "too-deep") => {
    refused ??= { kind: "refused", reason, line: parser.line + 1 };
  };
  const addText = (text: string) => {
    const current = open.at(-1);
    if (current) current.text += text;
  };
  parser.onerror = () => {
    refuse("not-xml");
    // Else it throws the same error at the next piece.
    (parser as { error: Error | null }).error = null;
  };
  parser.ondoctype = () => refuse("document-type");
  // What XML forbids and the parser lets pass: an attribute twice, a second root, control characters.
  const names = new Set<string>();
  parser.onattribute = ({ name }) => {
    if (names.has(name)) refuse("not-xml");
    names.add(name);
  };
  parser.onopentag = (tag) => {
    names.clear();
    if (root !== null) refuse("not-xml");
    const { uri, local, attributes } = tag as sax.QualifiedTag;
    if (open.length >= mostDepth) refuse("too-deep");
    const own = Object.values(attributes).filter(({ prefix }) => prefix === "");
    open.push({
      namespace: uri,
      name: local,
      attributes: new Map(own.map(({ local: name, value }) => [name, value])),
      children: [],
      text: "",
      line: parser.line + 1,
    });
  };
  parser.ontext = addText;
  parser.oncdata = addText;
  parser.onclosetag = () => {
    const closed = open.pop();
    if (!closed) return;
    closed.text = closed.text.trim();
    const parent = open.at(-1);
    if (parent) parent.children.push(closed);
    else root ??= closed;
  };
  const text = content.replace(/^\uFEFF/, "");
  if (!allowed.test(text)) return { kind: "refused", reason: "not-xml", line: 1 };
  // In pieces, so that nothing of what follows a refusal is read.
  for (let at = 0; at < text.length && refused === null; at += pieceLength) {
    if (at > 0) await breathe();
    parser.write(text.slice(at, at + pieceLength));
    // The parser compares each attribute of a tag with all before it, and tells of none before the tag ends.
    const { attribList = [] } = parser as { attribList?: readonly unknown[] };
    if (attribList.length > mostAttributes) refuse("too-deep");
  }
  if (refused === null) parser.close();
  return refused ?? (root ? { kind: "read", root } : { kind: "refused", reason: "not-xml", line: 1 });
}

/** XML 1.0 §2.2. */
const allowed = /^[\t\n\r\x20-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]*$/u;
const pieceLength = 32_768;

export function childrenOf(element: XmlElement, namespace: string, name: string): XmlElement[] {
  return element.children.filter((child) => child.name === name && child.namespace === namespace);
}

export function childOf(element: XmlElement | null, namespace: string, ...path: string[]): XmlElement | null {
  let current = element;
  for (const name of path)
    current = current?.children.find((child) => child.name === name && child.namespace === namespace) ?? null;
  return current;
}
