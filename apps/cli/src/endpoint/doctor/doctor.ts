import path from "node:path";
import { span } from "@holdfast/core/messages/lock-time";
import { option } from "@holdfast/options/declaration";
import { defineOptions } from "@holdfast/options/define-options";
import type { AgentStatus } from "@holdfast/protocol/control";
import { z } from "zod";
import { command } from "../../frame/command.ts";
import { done } from "../../frame/outcome.ts";
import type { Ports } from "../../frame/ports.ts";
import { printable } from "../../output/printable.ts";
import { withProgress } from "../../output/progress.ts";
import type { Screen } from "../../output/screen.ts";
import { wrap } from "../../output/table.ts";
import { askAgent } from "../../transport/control-socket.ts";
import { agentOptions } from "../agent-options.ts";
import { agentUnreachable, controlSocket } from "../ask.ts";
import { checkSocket, checkStateDirectory } from "./files.ts";
import type { Finding } from "./finding.ts";
import { bad, finding, good } from "./finding.ts";
import { checkPam } from "./pam.ts";
import { checkServers } from "./servers.ts";

const timeoutMs = 10_000;
/** Further apart than this, certificates and proofs begin to fail (RFC 9449 §11.1 wants seconds to minutes). */
const clockToleranceMs = 60_000;

const options = {
  ...agentOptions,
  ...defineOptions({
    stateDirectory: option({
      type: "path",
      flag: "--state-dir",
      env: "HOLDFAST_AGENT_STATE_DIR",
      default: "/var/lib/holdfast",
      help: "Where the agent keeps its state.",
    }),
    pamDirectory: option({
      type: "path",
      flag: "--pam-dir",
      default: "/etc/pam.d",
      help: "Where PAM's services are.",
    }),
    pamModule: option({
      type: "path",
      flag: "--pam-module",
      default: null,
      help: "Where pam_holdfast.so is; searched in the system's PAM folders where nothing is said.",
    }),
    sshdConfiguration: option({
      type: "path",
      flag: "--sshd-config",
      default: "/etc/ssh/sshd_config",
      help: "sshd's configuration.",
    }),
  }),
};

export const doctorCommand = command({
  words: ["doctor"],
  summary: "Check this endpoint, and say what to do about what is wrong",
  about: [
    "Looks at the agent and its sockets, its files, the clock, the way to every server (name, connection, TLS, the pinned authority), the offline store, the PAM module, its stacks, and sshd. Changes nothing. Needs root to see everything.",
  ],
  arguments: [],
  options,
  examples: ["holdfast doctor", "holdfast doctor --json | jq '.findings[] | select(.status == \"error\")'"],
  json: z.strictObject({
    findings: z.array(finding),
    errors: z.number().int(),
    warnings: z.number().int(),
  }),
  run: async ({ values, ports, screen }) => {
    const places = {
      pamDirectory: values.pamDirectory,
      module: values.pamModule,
      socket: path.join(values.runDirectory, "pam.sock"),
      sshdConfiguration: values.sshdConfiguration,
      groupFile: "/etc/group",
    };
    const looking = Promise.all([
      checkAgent(values.runDirectory, ports),
      checkStateDirectory(values.stateDirectory),
      checkServers(values.stateDirectory, ports.now()),
      checkPam(places),
    ]);
    const findings = (await withProgress(ports, "Checking", looking)).flat();
    const errors = findings.filter(({ status }) => status === "error").length;
    const warnings = findings.filter(({ status }) => status === "warning").length;
    const json = { findings, errors, warnings };
    return {
      ...done(json, doctorText(findings, errors, warnings, screen)),
      ...(errors > 0 ? { exit: "attention" as const } : {}),
    };
  },
});

async function checkAgent(runDirectory: string, ports: Ports): Promise<readonly Finding[]> {
  const answer = await askAgent(controlSocket(runDirectory), { do: "status" }, timeoutMs);
  const title = "Agent";
  if (answer.kind !== "status") {
    const refusal =
      answer.kind === "unreachable" ? agentUnreachable(answer, runDirectory, "say how it stands") : null;
    const detail = refusal?.why ?? (answer.kind === "refused" ? answer.why : "It answered another question.");
    return [bad("error", "agent", title, detail, refusal?.next ?? "journalctl -u holdfast-agent -n 50")];
  }
  const { status } = answer;
  return [
    good("agent", title, `It answers, version ${status.agentVersion}.`),
    await checkSocket(controlSocket(runDirectory), "control-socket", "this command"),
    await checkSocket(path.join(runDirectory, "pam.sock"), "pam-socket", "the PAM module"),
    enrolment(status),
    connection(status),
    clock(status, ports.now()),
    ...health(status),
  ];
}

function enrolment({ enrolled, endpoint }: AgentStatus): Finding {
  if (enrolled && endpoint)
    return good("enrolment", "Enrolment", `Enrolled as ${endpoint.name}, site ${endpoint.site}.`);
  return bad(
    "error",
    "enrolment",
    "Enrolment",
    "This endpoint is not enrolled.",
    "holdfast enroll --server URL",
  );
}

function connection({ connection: { state, server, why } }: AgentStatus): Finding {
  const title = "Agent's connection";
  if (state === "online") return good("connection", title, `Online at ${server ?? "a server"}.`);
  const detail = why ?? (state === "connecting" ? "It is looking for a server." : "It has no server yet.");
  return bad(
    state === "offline" ? "warning" : "info",
    "connection",
    title,
    `${state}: ${detail}`,
    state === "not-enrolled" ? null : "holdfast contact",
  );
}

function clock({ effectiveTimeMs }: AgentStatus, nowMs: number): Finding {
  const offMs = effectiveTimeMs - nowMs;
  if (Math.abs(offMs) < clockToleranceMs) return good("clock", "Clock", "As the agent knows the time to be.");
  const direction = offMs > 0 ? "behind" : "ahead of";
  const detail = `This machine's clock is ${span(Math.abs(offMs))} ${direction} the time the agent goes by. Leases end by the agent's time.`;
  return bad("warning", "clock", "Clock", detail, "timedatectl status");
}

/** What the agent itself reports; the same registry as `holdfast status`. Said once: the checks above cover these. */
function health({ health: items }: AgentStatus): Finding[] {
  const covered = new Set(["not-enrolled", "offline", "clock-behind"]);
  const reported = items.filter(({ code }) => !covered.has(code));
  const worst = reported.some(({ severity }) => severity === "error");
  const findings = reported.map(({ code, severity, title, detail, next }) =>
    bad(severity, code, title, detail, next),
  );
  return worst ? findings : [...findings, good("store", "Offline store", "Sound.")];
}

const marks = { ok: "ok", info: "note", warning: "WARNING", error: "ERROR" } as const;
const styles = { ok: "good", info: "quiet", warning: "caution", error: "bad" } as const;

function doctorText(findings: readonly Finding[], errors: number, warnings: number, screen: Screen): string {
  const indent = " ".repeat(9);
  const lines = findings.flatMap(({ status, title, detail, next }) => {
    const mark = screen.paint(styles[status], marks[status].padEnd(7));
    const head = `${mark}  ${printable(title)}`;
    if (status === "ok") return [head, wrap(printable(detail), screen.width, indent)];
    return [
      head,
      wrap(printable(detail), screen.width, indent),
      ...(next === null ? [] : [`${indent}Next: ${printable(next)}`]),
    ];
  });
  const counted = (count: number, word: string) => `${count} ${word}${count === 1 ? "" : "s"}`;
  const summary =
    errors + warnings === 0
      ? "Nothing is wrong."
      : `${counted(errors, "error")}, ${counted(warnings, "warning")}.`;
  return [...lines, "", summary].join("\n");
}
