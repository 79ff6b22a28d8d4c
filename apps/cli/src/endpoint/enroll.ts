import { option } from "@holdfast/options/declaration";
import { defineOptions } from "@holdfast/options/define-options";
import { parseEnrolmentCode } from "@holdfast/protocol/enrolment-code";
import { z } from "zod";
import { command } from "../frame/command.ts";
import type { Answer } from "../frame/outcome.ts";
import { done, ok, usage } from "../frame/outcome.ts";
import type { Ports } from "../frame/ports.ts";
import { printable } from "../output/printable.ts";
import { agentOptions } from "./agent-options.ts";
import { ask } from "./ask.ts";
import { unexpected } from "./status.ts";

const timeoutMs = 60_000;
const codeHint = "On an administrator's machine: holdfast admin endpoints enrolment-code NAME";

export const enrollCommand = command({
  words: ["enroll"],
  summary: "Enrol this endpoint with a one-time code",
  about: [
    "The agent connects to the server, checks that the server's certificates lead to the authority that the code names, and only then sends the code. Nobody has to compare fingerprints. Needs root, and a running agent.",
    "Without --code the code is asked for, or read from standard input.",
  ],
  arguments: [],
  options: {
    ...defineOptions({
      server: option({ type: "url", protocols: ["https:"], flag: "--server", help: "The server's URL." }),
      code: option({
        type: "string",
        flag: "--code",
        default: null,
        help: "The code, as HF1.…; it is good once, so it may be seen on the command line.",
      }),
    }),
    ...agentOptions,
  },
  examples: [
    "holdfast enroll --server https://holdfast.example:8443",
    "holdfast enroll --server https://holdfast.example:8443 --code HF1.…",
  ],
  json: z.strictObject({ endpointId: z.string(), name: z.string(), site: z.string() }),
  run: async ({ values, ports, screen }) => {
    const code = await codeFrom(ports, values.code);
    if (code.kind === "refused") return code;
    const request = { do: "enroll", server: new URL(values.server).origin, code: code.value } as const;
    const answer = await ask(ports, values.runDirectory, request, "enrol this endpoint", timeoutMs);
    if (answer.kind === "refused") return answer;
    if (answer.value.kind !== "enrolled") return unexpected();
    const { endpointId, name, site } = answer.value;
    return done(
      { endpointId, name, site },
      [
        `${screen.paint("good", "Enrolled")} as ${printable(name)}, site ${printable(site)} (${endpointId}).`,
        "Next: holdfast doctor   (checks the PAM stack too), then sign in once online.",
      ].join("\n"),
    );
  },
});

async function codeFrom(ports: Ports, typed: string | null): Promise<Answer<string>> {
  const text =
    typed ?? (await ports.ask("Enrolment code (HF1.…): ", "plain")) ?? (await ports.readInput()) ?? "";
  const code = text.trim();
  if (parseEnrolmentCode(code)) return ok(code);
  const why = code === "" ? "None was given." : "A code looks like HF1.enr_….….…, in one piece.";
  return usage("This is no enrolment code.", why, codeHint);
}
