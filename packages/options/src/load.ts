import { readFileSync } from "node:fs";
import type { Declaration, OptionSpec } from "./declaration.ts";
import { checkedDefault } from "./kinds.ts";
import { type OptionInputs, type OptionsRead, readOptions } from "./read.ts";

/**
 * Reads options including the file that the option `fileOption` (a `path`) names. The file at the default place
 * may be absent; one that was named by flag or variable must be there.
 */
export function loadOptions<D extends Declaration>(
  declaration: D,
  inputs: Pick<OptionInputs, "argv" | "env">,
  fileOption: keyof D & string,
): OptionsRead<D> {
  const spec = declaration[fileOption];
  if (spec?.type !== "path") throw new Error(`option ${fileOption} is not a path`);
  const probe = readOptions(withoutDefaults(declaration), inputs);
  if (probe.kind === "refused") return probe;
  const named = probe.values[fileOption];
  const name = typeof named === "string" ? named : checkedDefault(fileOption, spec);
  if (typeof name !== "string") return readOptions(declaration, inputs);
  let text: string;
  try {
    text = readFileSync(name, "utf8");
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === "ENOENT" && named === null) return readOptions(declaration, inputs);
    const why = code === "ENOENT" ? "does not exist" : `cannot be read (${code})`;
    return { kind: "refused", problems: [{ code: "file-unreadable", message: `${name} ${why}` }] };
  }
  return readOptions(declaration, { ...inputs, file: { name, text } });
}

/** Whatever this refuses is wrong on the command line or in the environment, whatever the file may say. */
function withoutDefaults(declaration: Declaration): Declaration {
  return Object.fromEntries(
    Object.entries(declaration).map(([name, spec]) => [name, { ...spec, default: null } as OptionSpec]),
  );
}
