import { option } from "@holdfast/options/declaration";
import { defineOptions } from "@holdfast/options/define-options";

/** Where the agent of this machine is found; the same places and variables as the agent's own options. */
export const agentOptions = defineOptions({
  runDirectory: option({
    type: "path",
    flag: "--run-dir",
    env: "HOLDFAST_AGENT_RUN_DIR",
    default: "/run/holdfast",
    help: "Where the agent's sockets are.",
  }),
});
