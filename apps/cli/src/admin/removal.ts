import { z } from "zod";
import type { AnyCommand } from "../frame/command.ts";
import { done } from "../frame/outcome.ts";
import { commandLine } from "../frame/shell-words.ts";
import { printable } from "../output/printable.ts";
import { segment } from "../transport/api.ts";
import { confirmationOptions } from "./administrator-options.ts";
import { confirm } from "./confirm.ts";
import { findUser } from "./lookups.ts";
import { adminCommand } from "./with-api.ts";

/** Of what a user has several of, and removes one for good: `holdfast admin phones remove USER PHONE`. */
export function removalCommand(of: {
  /** The group of commands, which is also the list's name in the API. */
  readonly group: "phones" | "authenticators";
  readonly thing: string;
  readonly summary: string;
  readonly argument: { readonly name: string; readonly help: string; readonly required: true };
  readonly example: string;
}): AnyCommand {
  const { group, thing, summary, argument, example } = of;
  const words = ["admin", group, "remove"] as const;
  return adminCommand({
    words: [...words],
    summary,
    arguments: [{ name: "USER", help: "The user's name or id.", required: true }, argument],
    options: confirmationOptions,
    examples: [`holdfast admin ${group} remove ${example}`],
    json: z.strictObject({ removed: z.string() }),
    run: async (api, { values, arguments: [typed = "", id = ""], ports }) => {
      const user = await findUser(api, typed);
      if (user.kind === "refused") return user;
      const repeat = commandLine("holdfast", ...words, typed, id, "--yes");
      const question = `Remove the ${thing} ${printable(id)} of ${printable(typed)} for good?`;
      const no = await confirm(ports, values.yes, question, repeat);
      if (no) return no;
      const path = `/users/${segment(user.value.id)}/${group}/${segment(id)}`;
      const removed = await api.send(z.null(), "DELETE", path, undefined, {
        doing: `remove the ${thing} ${id} of ${typed}`,
        next: { "not-found": commandLine("holdfast", "admin", group, "list", typed) },
      });
      return removed.kind === "refused"
        ? removed
        : done({ removed: id }, `Removed ${printable(id)} of ${printable(typed)}.`);
    },
  });
}
