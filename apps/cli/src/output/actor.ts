import { printable } from "./printable.ts";

/** Who did something, by name where there is one; of a key its maker and its id too, which an auditor searches for. */
export function actorText(actor: string, name: string | null, person: string | null): string {
  if (name === null) return printable(actor);
  const [kind = "", id = ""] = actor.split(/:(.*)/s);
  if (kind === "user" || kind === "endpoint") return printable(name);
  const whose = person === null ? "" : kind === "phone" ? ` of ${person}` : ` made by ${person}`;
  return printable(`${kind} ${name}${whose} (${id})`);
}
