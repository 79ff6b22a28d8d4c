/**
 * Registration entries (.reg) files of version 5, as `regedit` and `reg import` read them: a first line that names the
 * version, keys in brackets, `"name"=value` lines, comments after `;`, CRLF throughout. They are UTF-16LE with a byte
 * order mark, which is what `regedit` itself writes, so that a site's name may be of any script.
 */
export type RegistryValue = string | number;
export type RegistryKey = { readonly path: string; readonly values: Readonly<Record<string, RegistryValue>> };

/** Strings become REG_SZ, whole numbers of 32 bits REG_DWORD. Throws a RangeError for what the format cannot carry. */
export function registryText(keys: readonly RegistryKey[], comments: readonly string[] = []): string {
  const head = ["Windows Registry Editor Version 5.00", ...comments.map((line) => `; ${oneLine(line)}`)];
  const blocks = keys.map(({ path, values }) => [
    `[${oneLine(path)}]`,
    ...Object.entries(values).map(([name, value]) => `${quoted(name)}=${data(value)}`),
  ]);
  return [head, ...blocks].map((lines) => `${lines.join("\r\n")}\r\n`).join("\r\n");
}

/** The file's bytes. */
export function registryFile(text: string): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(2 + 2 * text.length);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, 0xfeff, true);
  for (let at = 0; at < text.length; at += 1) view.setUint16(2 + 2 * at, text.charCodeAt(at), true);
  return bytes;
}

function data(value: RegistryValue): string {
  if (typeof value === "string") return quoted(value);
  if (!Number.isInteger(value) || value < 0 || value > 0xffff_ffff)
    throw new RangeError("a registry number is whole and of 32 bits");
  return `dword:${value.toString(16).padStart(8, "0")}`;
}

function quoted(text: string): string {
  return `"${oneLine(text).replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`;
}

/** The format has no escape for the end of a line, so that one in a value could begin another value, or a key. */
function oneLine(text: string): string {
  if (/\p{Cc}/u.test(text)) throw new RangeError("a registry text has no control characters");
  return text;
}
