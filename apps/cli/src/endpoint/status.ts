import { agentStatus } from "@holdfast/protocol/control";
import { command } from "../frame/command.ts";
import { done, refused } from "../frame/outcome.ts";
import { agentOptions } from "./agent-options.ts";
import { ask } from "./ask.ts";
import { statusText } from "./status-text.ts";

const timeoutMs = 10_000;

export const statusCommand = command({
  words: ["status"],
  summary: "Show how this endpoint stands: server, users, what ails it",
  about: [
    "Who may sign in offline here, how often and until when; whether a server is there, and since when not; what needs somebody. Needs root.",
  ],
  arguments: [],
  options: agentOptions,
  examples: ["holdfast status", "holdfast status --json | jq '.users[] | {userName, remaining}'"],
  json: agentStatus,
  run: async ({ values, ports, screen }) => {
    const answer = await ask(ports, values.runDirectory, { do: "status" }, "say how it stands", timeoutMs);
    if (answer.kind === "refused") return answer;
    if (answer.value.kind !== "status") return unexpected();
    const { status } = answer.value;
    const next = status.enrolled
      ? ""
      : "\n\nNext: holdfast enroll --server URL   (with a code from holdfast admin endpoints enrolment-code)";
    return done(status, statusText(status, screen) + next);
  },
});

export function unexpected() {
  return refused(
    "unreachable",
    "agent-answer",
    "The agent gave no usable answer.",
    "It answered another question; are this command and the agent of one version?",
    "holdfast status --json",
  );
}
