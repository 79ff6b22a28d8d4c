import { setImmediate as breathe } from "node:timers/promises";
import type { Found } from "../candidate.ts";
import { finish } from "../candidate.ts";
import type { FileKey, Notice, TokenFile, Warning } from "../token-file.ts";
import { mostEntries, refusedFile } from "../token-file.ts";
import type { XmlElement } from "../xml.ts";
import { childrenOf, readXml } from "../xml.ts";
import { readPackage } from "./key-package.ts";
import { dsig, pskc } from "./names.ts";
import { protectionOf, wrongKey } from "./protection.ts";

/**
 * A Portable Symmetric Key Container (RFC 6030) with the keys of OATH tokens: plain, or encrypted under a pre-shared AES key
 * (§6.1) or one derived from a passphrase (§6.2), each value's MAC checked before it is opened. Not read: keys encrypted
 * for a certificate (§6.3). A signature of the container (§7) is not checked, and a warning says so.
 */
export async function readPskc(content: string, key: FileKey | null): Promise<TokenFile> {
  const xml = await readXml(content);
  if (xml.kind === "refused") {
    const at = `line ${xml.line}`;
    if (xml.reason === "document-type")
      return refusedFile(
        "document-type",
        `The file has a document type (${at}), which a PSKC container never needs: it is not read. Ask its maker for one without.`,
      );
    return refusedFile("not-xml", `The file is no well-formed XML (${at}). Was it changed on its way?`);
  }
  const { root } = xml;
  if (root.name !== "KeyContainer" || root.namespace !== pskc)
    return refusedFile(
      "not-pskc",
      root.name === "KeyContainer"
        ? "The file is a PSKC container of a draft, before RFC 6030. Ask its maker for one of the standard."
        : "The file is XML, but no PSKC container (RFC 6030).",
    );
  // §4.1: same major version.
  const version = root.attributes.get("Version") ?? "";
  if (!/^1\.\d{1,3}$/.test(version))
    return refusedFile("unsupported-version", "The file's version of PSKC is not 1; only that can be read.");
  const packages = childrenOf(root, pskc, "KeyPackage");
  if (packages.length === 0) return refusedFile("empty", "The file has no key package.");
  if (packages.length > mostEntries)
    return refusedFile("too-many", `The file has more than ${mostEntries} key packages. Import it in parts.`);
  const protection = await protectionOf(root, key);
  if (protection !== null && "message" in protection) return { kind: "refused", why: protection };

  const found: Found[] = [];
  for (const [index, one] of packages.entries()) {
    if (index % 100 === 99) await breathe();
    found.push({ place: `key package ${index + 1} (line ${one.line})`, ...readPackage(one, protection) });
  }
  protection?.key.fill(0);
  protection?.mac?.key.fill(0);
  // One damaged value is that token's; where none fits, it is the key.
  const opened = found.filter(({ found: one }) => "secret" in one).length;
  const unopened = found.filter(
    ({ found: one }) => "code" in one && (one.code === "mac-mismatch" || one.code === "wrong-key"),
  ).length;
  if (opened === 0 && unopened > 0) return { kind: "refused", why: wrongKey };
  const warnings: Notice<Warning>[] = isSigned(root)
    ? [
        {
          code: "signature-not-checked",
          message:
            "The file is signed, and the signature was not checked, nor a certificate in it: it says nothing about who made the file, or whether it was changed on its way.",
        },
      ]
    : [];
  return { kind: "read", entries: finish(found), warnings };
}

/** Wherever it is: the container's schema has it under PSKC's own name (§11), XML Signature and many files under its. */
function isSigned({ children }: XmlElement): boolean {
  return children.some(
    (child) =>
      (child.name === "Signature" && (child.namespace === dsig || child.namespace === pskc)) ||
      isSigned(child),
  );
}
