import type { Declaration } from "./declaration.ts";
import { checkedDefault } from "./kinds.ts";

/** Checks a whole declaration; what it throws is a fault of the program, found at its first start. */
export function defineOptions<const D extends Declaration>(declaration: D): D {
  const taken = new Map<string, string>();
  for (const [name, spec] of Object.entries(declaration)) {
    const places = [
      [spec.flag, /^--[a-z][a-z0-9]*(-[a-z0-9]+)*$/],
      [spec.env, /^HOLDFAST_[A-Z0-9]+(_[A-Z0-9]+)*$/],
      [spec.file, /^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*$/],
    ] as const;
    for (const [place, form] of places) {
      if (place === undefined) continue;
      if (!form.test(place)) throw new Error(`option ${name}: "${place}" is not of the form ${form.source}`);
      if (spec.flag === place && place.startsWith("--no-")) {
        throw new Error(`option ${name}: "${place}" would be read as a negation`);
      }
      const other = taken.get(place);
      if (other !== undefined) throw new Error(`options ${other} and ${name} both claim ${place}`);
      taken.set(place, name);
    }
    if (spec.secret === true && spec.flag !== undefined) {
      throw new Error(`option ${name} is secret and must not have a flag`);
    }
    if (places.every(([place]) => place === undefined)) {
      throw new Error(`option ${name} can be set nowhere: give it a flag, an env or a file key`);
    }
    checkedDefault(name, spec);
  }
  return declaration;
}
