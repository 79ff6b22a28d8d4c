import { once } from "node:events";
import { rm } from "node:fs/promises";
import { createServer, type Socket } from "node:net";
import {
  type AgentFrame,
  createFrameReader,
  encodeFrame,
  type ModuleFrame,
} from "@holdfast/protocol/pam-frames";

/** The agent's end of one conversation, as a script sees it. */
export interface AgentTalk {
  /** The module's next frame; null once it has closed. A frame that breaks the protocol fails the test. */
  next(): Promise<ModuleFrame | null>;
  /** Frames, or bytes as they are. */
  send(...parts: readonly (AgentFrame | Uint8Array)[]): void;
  /** Closes the agent's side. */
  end(): void;
  readonly socket: Socket;
}

export interface ScriptedAgent extends AsyncDisposable {
  /** All that modules said, one list per conversation, in order of connecting. */
  readonly heard: readonly (readonly ModuleFrame[])[];
}

/** Listens where an agent would and plays `script` with everybody who connects. */
export async function startScriptedAgent(
  path: string,
  script: (talk: AgentTalk) => Promise<void> | void,
): Promise<ScriptedAgent> {
  await rm(path, { force: true });
  const heard: ModuleFrame[][] = [];
  const sockets = new Set<Socket>();
  const faults: unknown[] = [];
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.add(socket);
    const frames: ModuleFrame[] = [];
    heard.push(frames);
    const talk = conversation(socket, frames, faults);
    Promise.resolve(talk)
      .then(script)
      .catch((fault: unknown) => faults.push(fault));
  });
  server.listen(path);
  await once(server, "listening");
  return {
    heard,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
      await rm(path, { force: true });
      if (faults.length > 0) throw faults[0];
    },
  };
}

/** BEGIN, password, code, and then `last`: what an agent and a person say when all goes well. */
export function passwordAndCode(last: AgentFrame) {
  return async (talk: AgentTalk): Promise<void> => {
    await talk.next();
    talk.send({ type: "prompt", echo: false, text: "Password: " });
    await talk.next();
    talk.send({ type: "wait" }, { type: "prompt", echo: true, text: "Code: " });
    await talk.next();
    talk.send({ type: "info", text: "3 offline sign-ins are left." }, last);
    talk.end();
  };
}

function conversation(socket: Socket, frames: ModuleFrame[], faults: unknown[]): AgentTalk {
  const reader = createFrameReader("module");
  let read = 0;
  let closed = false;
  let wake = (): void => undefined;
  socket.on("data", (chunk) => {
    const reading = reader.push(chunk);
    frames.push(...reading.frames);
    if (reading.kind === "fault") faults.push(new Error(`the module broke the protocol: ${reading.fault}`));
    wake();
  });
  socket.on("end", () => {
    // A module may be cut off by a test's injected failure, never by itself within a frame.
    closed = true;
    wake();
  });
  // The module hangs up on nonsense: then there is nobody left to write to.
  socket.on("error", () => {
    closed = true;
    wake();
  });
  socket.on("close", () => {
    closed = true;
    wake();
  });
  return {
    socket,
    async next() {
      while (frames.length === read && !closed) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      return frames[read++] ?? null;
    },
    send(...parts) {
      for (const part of parts) {
        if (socket.writable) socket.write(part instanceof Uint8Array ? part : encodeFrame(part));
      }
    },
    end() {
      socket.end();
    },
  };
}
