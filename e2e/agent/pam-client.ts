import { connect, type Socket } from "node:net";
import {
  type AgentFrame,
  createFrameReader,
  encodeFrame,
  type PamBegin,
  type PamResultCode,
} from "@holdfast/protocol/pam-frames";

/** What a person met in one conversation, as the PAM module would have shown it. */
export type Told = {
  readonly code: PamResultCode | "closed";
  readonly reason: string;
  readonly prompts: readonly string[];
  readonly infos: readonly string[];
  readonly errors: readonly string[];
  readonly waits: number;
  readonly ms: number;
};

/** A function is told what it is asked. */
export type Answer = string | ((prompt: string) => string | Promise<string>);

/** The module's side of one conversation. Where `answers` run out, the person cancels. */
export async function converse(
  socketPath: string,
  begin: Partial<PamBegin> & Pick<PamBegin, "user">,
  answers: readonly Answer[],
): Promise<Told> {
  const startedMs = performance.now();
  const socket = connect(socketPath);
  const told = { prompts: [] as string[], infos: [] as string[], errors: [] as string[], waits: 0 };
  const left = [...answers];
  send(socket, {
    type: "begin",
    action: "authenticate",
    service: "sshd",
    uid: 1000,
    prompting: "separate",
    ...begin,
  });
  for await (const frame of frames(socket)) {
    switch (frame.type) {
      case "prompt": {
        told.prompts.push(frame.text);
        const answer = left.shift();
        if (answer === undefined) send(socket, { type: "cancel" });
        else {
          const value = typeof answer === "string" ? answer : await answer(frame.text);
          send(socket, { type: "answer", value: Buffer.from(value) });
        }
        break;
      }
      case "info":
        told.infos.push(frame.text);
        break;
      case "error":
        told.errors.push(frame.text);
        break;
      case "wait":
        told.waits += 1;
        break;
      case "result":
        socket.destroy();
        return { ...told, code: frame.code, reason: frame.reason, ms: performance.now() - startedMs };
    }
  }
  return { ...told, code: "closed", reason: "", ms: performance.now() - startedMs };
}

/** PAM's account phase. */
export function account(socketPath: string, user: string, begin: Partial<PamBegin> = {}): Promise<Told> {
  return converse(socketPath, { user, action: "account", ...begin }, []);
}

function send(socket: Socket, frame: Parameters<typeof encodeFrame>[0]): void {
  socket.write(encodeFrame(frame));
}

async function* frames(socket: Socket): AsyncGenerator<AgentFrame> {
  const reader = createFrameReader("agent");
  for await (const chunk of socket) {
    const reading = reader.push(chunk as Uint8Array);
    yield* reading.frames;
    if (reading.kind === "fault") throw new Error(`the agent broke the protocol: ${reading.fault}`);
  }
}
