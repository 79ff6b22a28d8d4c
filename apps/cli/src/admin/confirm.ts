import type { Refused } from "../frame/outcome.ts";
import { refused, usage } from "../frame/outcome.ts";
import type { Ports } from "../frame/ports.ts";

/** Asks before what cannot be taken back; null where it was agreed to. */
export async function confirm(
  ports: Ports,
  agreed: boolean,
  question: string,
  repeat: string,
): Promise<Refused | null> {
  if (agreed) return null;
  const answer = await ports.ask(`${question} Type yes to go on: `, "plain");
  if (answer === null) {
    return usage(
      "Nothing was changed.",
      "This cannot be undone, and nobody is at a terminal to agree.",
      repeat,
    );
  }
  if (/^yes$/i.test(answer.trim())) return null;
  return refused("refused", "not-confirmed", "Nothing was changed.", "It was not agreed to.", repeat);
}
