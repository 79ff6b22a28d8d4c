import { connect } from "node:net";
import { StringDecoder } from "node:string_decoder";
import { type ControlAnswer, type ControlRequest, controlAnswer } from "@holdfast/protocol/control";

export type ControlFailure = {
  readonly kind: "unreachable";
  readonly step: "absent" | "not-running" | "forbidden" | "timeout" | "answer";
  readonly why: string;
};

const mostAnswerBytes = 4 * 1024 * 1024;

/** Asks the agent over its control socket; what it tells on the way goes to `onProgress`. */
export function askAgent(
  socketPath: string,
  request: ControlRequest,
  timeoutMs: number,
  onProgress: (text: string) => void = () => {},
): Promise<Exclude<ControlAnswer, { kind: "progress" }> | ControlFailure> {
  return new Promise((resolve) => {
    const socket = connect(socketPath);
    const decoder = new StringDecoder("utf8");
    let pending = "";
    let received = 0;
    let ended = false;
    const end = (answer: Exclude<ControlAnswer, { kind: "progress" }> | ControlFailure): void => {
      if (ended) return;
      ended = true;
      clearTimeout(timer);
      socket.destroy();
      resolve(answer);
    };
    const malformed = (why: string): void => end({ kind: "unreachable", step: "answer", why });
    const timer = setTimeout(
      () =>
        end({ kind: "unreachable", step: "timeout", why: `it did not answer within ${timeoutMs / 1000} s` }),
      timeoutMs,
    );
    const takeLine = (line: string): void => {
      const parsed = controlAnswer.safeParse(unwrapped(line));
      if (!parsed.success)
        malformed("it answered what this version does not understand; are both of one version?");
      else if (parsed.data.kind === "progress") onProgress(parsed.data.text);
      else end(parsed.data);
    };
    socket.once("connect", () => socket.write(`${JSON.stringify(request)}\n`));
    socket.on("data", (chunk) => {
      received += chunk.length;
      if (received > mostAnswerBytes) return malformed("its answer is too long");
      const lines = (pending + decoder.write(chunk)).split("\n");
      pending = lines.pop() ?? "";
      for (const line of lines) if (!ended && line !== "") takeLine(line);
    });
    socket.once("error", (error: NodeJS.ErrnoException) => end(failure(error)));
    socket.once("close", () => malformed("it closed the connection without an answer"));
  });
}

/** The last line stands in `done`, the ones before it are bare. */
function unwrapped(line: string): unknown {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === "object" && value !== null && "done" in value ? value.done : value;
  } catch {
    return null;
  }
}

function failure(error: NodeJS.ErrnoException): ControlFailure {
  switch (error.code) {
    case "ENOENT":
    case "ENOTDIR":
      return {
        kind: "unreachable",
        step: "absent",
        why: "there is no such socket: the agent is not running here",
      };
    case "ECONNREFUSED":
      return {
        kind: "unreachable",
        step: "not-running",
        why: "nobody listens on the socket: the agent has ended",
      };
    case "EACCES":
    case "EPERM":
      return { kind: "unreachable", step: "forbidden", why: "only root may speak to the agent" };
    default:
      return { kind: "unreachable", step: "answer", why: error.code ?? error.message };
  }
}
