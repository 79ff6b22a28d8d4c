import { type SigningKeySet, signingKeySet } from "@holdfast/protocol/signing-statement";
import type { AnyCommand } from "../frame/command.ts";
import { done } from "../frame/outcome.ts";
import { confirmationOptions } from "./administrator-options.ts";
import { confirm } from "./confirm.ts";
import { adminCommand } from "./with-api.ts";

/** The keys by which statements of signed orders are signed; all of them stay good for verifying. */
export const statementKeyCommands: readonly AnyCommand[] = [
  adminCommand({
    words: ["admin", "keys", "statement"],
    summary: "Print the public keys of signing statements, newest first",
    about: ["A JWK set, as `holdfast verify-signing --keys` takes it. It is public."],
    arguments: [],
    options: {},
    examples: ["holdfast admin keys statement > keys.json"],
    json: signingKeySet,
    run: async (api) => {
      const keys = await api.get(signingKeySet, "/keys/statement", { doing: "tell its statement keys" });
      return keys.kind === "refused" ? keys : done(keys.value, setText(keys.value));
    },
  }),

  adminCommand({
    words: ["admin", "keys", "rotate-statement"],
    summary: "Sign statements of orders by a new key from now on",
    about: [
      "The key before signs nothing any more and its private half is deleted. Who verifies statements needs the new public key: hand it out before orders are signed by it.",
    ],
    arguments: [],
    options: confirmationOptions,
    examples: ["holdfast admin keys rotate-statement"],
    json: signingKeySet,
    run: async (api, { values, ports }) => {
      const repeat = "holdfast admin keys rotate-statement --yes";
      const no = await confirm(ports, values.yes, "Sign statements by a new key from now on?", repeat);
      if (no) return no;
      const doing = "make a new statement key";
      const keys = await api.send(signingKeySet, "POST", "/keys/statement", undefined, { doing });
      if (keys.kind === "refused") return keys;
      const [newest] = keys.value.keys;
      return done(keys.value, `The key ${newest?.kid} signs from now on.\n\n${setText(keys.value)}`);
    },
  }),
];

function setText(keys: SigningKeySet): string {
  return JSON.stringify(keys, null, 2);
}
