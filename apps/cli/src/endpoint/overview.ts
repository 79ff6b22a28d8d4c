import type { AnyCommand, Call } from "../frame/command.ts";
import type { globalOptions } from "../frame/global-options.ts";
import { done } from "../frame/outcome.ts";
import { statusCommand } from "./status.ts";

/** `holdfast` alone: the status, which on a machine without an agent is no refusal but a sentence. */
export const overviewCommand: AnyCommand = {
  ...statusCommand,
  run: async (call) => {
    const outcome = await statusCommand.run(call);
    const { json } = (call as unknown as Call<typeof globalOptions>).values;
    if (json || outcome.kind === "done" || outcome.code !== "agent-absent") return outcome;
    return done(null, "No agent runs on this machine, so it is no endpoint (yet).");
  },
};
