import { readCsv } from "./csv.ts";
import { readPskc } from "./pskc/read-pskc.ts";
import type { FileKey, TokenFile } from "./token-file.ts";
import { mostCharacters, refusedFile } from "./token-file.ts";

/** Whatever comes in, what comes out is tokens, or why there are none; the caller wipes the secrets. */
export async function readTokenFile(
  format: "csv" | "pskc",
  content: string,
  key: FileKey | null,
): Promise<TokenFile> {
  if (content.length > mostCharacters)
    return refusedFile("too-large", "The file has more than 8 MB. Import it in parts.");
  if (format === "pskc") return readPskc(content, key);
  return key === null
    ? readCsv(content)
    : refusedFile("key-not-needed", "A CSV file is not encrypted: import it without key and passphrase.");
}
