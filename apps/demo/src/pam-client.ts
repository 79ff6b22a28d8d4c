import { connect, type Socket } from "node:net";
import {
  type AgentFrame,
  createFrameReader,
  encodeFrame,
  type PamBegin,
  type PamResultCode,
} from "@holdfast/protocol/pam-frames";

export type ConversationLine = { readonly kind: "prompt" | "info" | "error"; readonly text: string };
export type ConversationEnd = {
  readonly code: PamResultCode | "no-answer";
  readonly reason: string;
  readonly lines: readonly ConversationLine[];
  readonly milliseconds: number;
};

/** Longest wait for the agent's next frame; the module in C allows as much. */
const replyLimitMs = 20_000;

/**
 * Speaks the PAM module's side of a conversation with the agent: what `pam_holdfast.so` does inside sshd or login, for
 * a terminal without PAM. `answers` are given to the prompts in order.
 */
export async function converse(
  socketPath: string,
  begin: PamBegin,
  answers: readonly string[],
  onLine: (line: ConversationLine, answer: string | null) => void = () => {},
): Promise<ConversationEnd> {
  const startedMs = performance.now();
  const lines: ConversationLine[] = [];
  const waiting = [...answers];
  const end = (code: ConversationEnd["code"], reason: string): ConversationEnd => ({
    code,
    reason,
    lines,
    milliseconds: performance.now() - startedMs,
  });

  let socket: Socket;
  try {
    socket = await connected(socketPath);
  } catch (cause) {
    return end("no-answer", cause instanceof Error ? cause.message : String(cause));
  }
  socket.write(encodeFrame({ type: "begin", ...begin }));
  try {
    for await (const frame of framesOf(socket)) {
      if (frame.type === "result") return end(frame.code, frame.reason);
      if (frame.type === "wait") continue;
      lines.push({ kind: frame.type, text: frame.text });
      const answer = frame.type === "prompt" ? (waiting.shift() ?? null) : null;
      onLine({ kind: frame.type, text: frame.text }, answer);
      if (frame.type !== "prompt") continue;
      socket.write(
        encodeFrame(
          answer === null ? { type: "cancel" } : { type: "answer", value: new TextEncoder().encode(answer) },
        ),
      );
    }
    return end("no-answer", "the agent closed the conversation without a result");
  } catch (cause) {
    return end("no-answer", cause instanceof Error ? cause.message : String(cause));
  } finally {
    socket.destroy();
  }
}

function connected(socketPath: string): Promise<Socket> {
  const socket = connect(socketPath);
  return new Promise((resolve, reject) => {
    socket.once("connect", () => resolve(socket));
    socket.once("error", reject);
  });
}

async function* framesOf(socket: Socket): AsyncGenerator<AgentFrame> {
  const reader = createFrameReader("agent");
  socket.setTimeout(replyLimitMs, () => socket.destroy(new Error("the agent did not answer in time")));
  for await (const chunk of socket) {
    const reading = reader.push(chunk as Uint8Array);
    yield* reading.frames;
    if (reading.kind === "fault") throw new Error(`the agent sent a bad frame: ${reading.fault}`);
  }
}
