import type { Answer } from "../frame/outcome.ts";
import { ok, refused, usage } from "../frame/outcome.ts";
import type { Ports } from "../frame/ports.ts";

/** A secret from standard input; its line ending is no part of it. */
export async function secretFromInput(ports: Ports, what: string): Promise<Answer<string>> {
  const text = await ports.readInput();
  const secret = text?.replace(/\r?\n$/, "") ?? "";
  if (secret === "") {
    return usage(
      `No ${what} was given.`,
      "Standard input is a terminal or empty.",
      `printf %s "$SECRET" | holdfast …`,
    );
  }
  return ok(secret);
}

/** A new password, typed twice without echo. `skipped` where an empty line was given first. */
export async function newPasswordFromTerminal(
  ports: Ports,
  question: string,
): Promise<
  Answer<{ readonly kind: "typed"; readonly password: string } | { readonly kind: "skipped" | "no-terminal" }>
> {
  const first = await ports.ask(question, "secret");
  if (first === null) return ok({ kind: "no-terminal" });
  if (first === "") return ok({ kind: "skipped" });
  const second = await ports.ask("The same again: ", "secret");
  if (first !== second) {
    return refused(
      "refused",
      "passwords-differ",
      "No password was set.",
      "The two were not the same.",
      "Try again.",
    );
  }
  return ok({ kind: "typed", password: first });
}
