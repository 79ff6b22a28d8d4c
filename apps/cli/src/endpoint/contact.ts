import { z } from "zod";
import { command } from "../frame/command.ts";
import { done, refused } from "../frame/outcome.ts";
import { printable } from "../output/printable.ts";
import { agentOptions } from "./agent-options.ts";
import { ask } from "./ask.ts";
import { unexpected } from "./status.ts";

const timeoutMs = 30_000;

export const contactCommand = command({
  words: ["contact"],
  summary: "Have the agent make contact with a server now",
  about: [
    "Sends the events that wait, and fetches what changed. The agent does this by itself; this is for who does not want to wait.",
  ],
  arguments: [],
  options: agentOptions,
  examples: ["holdfast contact"],
  json: z.strictObject({ online: z.literal(true), detail: z.string() }),
  run: async ({ values, ports, screen }) => {
    const answer = await ask(ports, values.runDirectory, { do: "contact" }, "make contact", timeoutMs);
    if (answer.kind === "refused") return answer;
    if (answer.value.kind !== "contacted") return unexpected();
    const { online, detail } = answer.value;
    if (online)
      return done({ online, detail }, `${screen.paint("good", "In contact.")} ${printable(detail)}`);
    return refused(
      "unreachable",
      "no-server",
      "No server could be reached.",
      printable(detail),
      "holdfast doctor",
    );
  },
});
