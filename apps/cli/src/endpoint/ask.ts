import path from "node:path";
import type { ControlAnswer, ControlRequest } from "@holdfast/protocol/control";
import type { Answer, Refused } from "../frame/outcome.ts";
import { ok, refused } from "../frame/outcome.ts";
import type { Ports } from "../frame/ports.ts";
import { commandLine } from "../frame/shell-words.ts";
import { printable } from "../output/printable.ts";
import { withProgress } from "../output/progress.ts";
import type { ControlFailure } from "../transport/control-socket.ts";
import { askAgent } from "../transport/control-socket.ts";

export type AgentAnswer = Exclude<ControlAnswer, { kind: "progress" | "refused" }>;

export const defaultRunDirectory = "/run/holdfast";

/** Asks this machine's agent; its own words on the way go to standard error. */
export async function ask(
  ports: Ports,
  runDirectory: string,
  request: ControlRequest,
  doing: string,
  timeoutMs: number,
): Promise<Answer<AgentAnswer>> {
  const socket = controlSocket(runDirectory);
  const asked = askAgent(socket, request, timeoutMs, (text) => ports.stderr.write(`${printable(text)}\n`));
  const answer = await withProgress(ports, `Waiting for the agent at ${socket}`, asked);
  if (answer.kind === "unreachable") return agentUnreachable(answer, runDirectory, doing);
  if (answer.kind !== "refused") return ok(answer);
  const next = answer.next === null ? null : printable(answer.next);
  return refused("refused", "agent-refused", `The agent did not ${doing}.`, printable(answer.why), next);
}

export function controlSocket(runDirectory: string): string {
  return path.join(runDirectory, "control.sock");
}

/** Says where the agent would have to be, and how to start it. */
export function agentUnreachable(failure: ControlFailure, runDirectory: string, doing: string): Refused {
  const socket = controlSocket(runDirectory);
  const flags = runDirectory === defaultRunDirectory ? [] : ["--run-dir", runDirectory];
  const next: Record<ControlFailure["step"], string> = {
    absent: flags.length === 0 ? "systemctl start holdfast-agent" : commandLine("holdfast-agent", ...flags),
    "not-running":
      flags.length === 0 ? "systemctl start holdfast-agent" : commandLine("holdfast-agent", ...flags),
    forbidden: commandLine("sudo", "holdfast", "doctor", ...flags),
    timeout: "journalctl -u holdfast-agent -n 50",
    answer: "journalctl -u holdfast-agent -n 50",
  };
  const exit = failure.step === "forbidden" ? "unauthorised" : "unreachable";
  return refused(
    exit,
    `agent-${failure.step}`,
    `The agent was not asked to ${doing}.`,
    `At ${socket}: ${failure.why}.`,
    next[failure.step],
  );
}
