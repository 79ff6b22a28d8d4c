import type { Socket } from "node:net";
import {
  type AgentFrame,
  createFrameReader,
  encodeFrame,
  frameText,
  type ModuleFrame,
  type PamBegin,
} from "@holdfast/protocol/pam-frames";
import type { Asked, Conversation, ConversationEnd } from "./conversation.ts";

/** The module sends BEGIN at once, and reads its RESULT at once. */
const promptnessMs = 5000;
/** The module gives up after 90 s; this is for what never closes. */
const conversationMs = 120_000;
/** The module waits 20 s for a reply; WAIT restarts that. */
const waitIntervalMs = 5000;

export type SocketConversationEvents = {
  begun(conversation: SocketConversation): void;
  malformed(why: string): void;
};

/** A conversation as frames on one connection. What breaks the protocol ends it, as unavailable. */
export class SocketConversation implements Conversation {
  readonly #socket: Socket;
  readonly #events: SocketConversationEvents;
  readonly #reader = createFrameReader("module");
  #begin: PamBegin | null = null;
  #asking: ((asked: Asked) => void) | null = null;
  #limit: NodeJS.Timeout;
  #waits: NodeJS.Timeout | undefined;
  /** Nothing more is heard: cancelled, hung up or out of time. A result may still be said. */
  #deaf = false;
  #ended = false;

  constructor(socket: Socket, events: SocketConversationEvents) {
    this.#socket = socket;
    this.#events = events;
    this.#limit = setTimeout(() => this.end({ code: "unavailable", reason: "timed-out" }), promptnessMs);
    socket.on("data", (chunk) => this.#push(chunk));
    socket.on("end", () => this.#closed());
    socket.on("close", () => this.#closed());
    socket.on("error", () => this.#closed());
  }

  get begin(): PamBegin {
    if (this.#begin === null) throw new Error("a conversation was used before it began");
    return this.#begin;
  }

  get isOver(): boolean {
    return this.#deaf || this.#ended;
  }

  ask(text: string, echo: boolean): Promise<Asked> {
    if (this.isOver) return Promise.resolve({ kind: "ended" });
    clearInterval(this.#waits);
    this.#send({ type: "prompt", echo, text: frameText(text) });
    return new Promise((resolve) => {
      this.#asking = resolve;
    });
  }

  tell(kind: "info" | "error", text: string): void {
    this.#send({ type: kind, text: frameText(text) });
  }

  end({ code, reason }: ConversationEnd): void {
    if (this.#ended) return;
    this.#send({ type: "result", code, reason });
    this.#ended = true;
    this.#stopHearing();
    clearTimeout(this.#limit);
    clearInterval(this.#waits);
    this.#socket.end();
    setTimeout(() => this.#socket.destroy(), promptnessMs).unref();
  }

  #push(chunk: Uint8Array): void {
    if (this.#ended || this.#deaf) return;
    const reading = this.#reader.push(chunk);
    // It may hold what a person typed.
    chunk.fill(0);
    for (const frame of reading.frames) this.#take(frame);
    if (reading.kind === "fault") this.#malformed(reading.fault);
  }

  #take(frame: ModuleFrame): void {
    if (frame.type === "cancel") {
      this.#stopHearing();
    } else if (frame.type === "begin") {
      this.#begin = frame;
      clearTimeout(this.#limit);
      this.#limit = setTimeout(() => this.#stopHearing(), conversationMs);
      this.#work();
      this.#events.begun(this);
    } else if (this.#asking === null) {
      this.#malformed("unasked-answer");
    } else {
      const asking = this.#asking;
      this.#asking = null;
      this.#work();
      const value = Buffer.from(frame.value).toString("utf8");
      frame.value.fill(0);
      asking({ kind: "answer", value });
    }
  }

  /** The module waits for us from now on. */
  #work(): void {
    clearInterval(this.#waits);
    this.#waits = setInterval(() => this.#send({ type: "wait" }), waitIntervalMs);
  }

  #malformed(why: string): void {
    if (this.#ended) return;
    this.#events.malformed(why);
    this.end({ code: "unavailable", reason: "malformed-input" });
  }

  #closed(): void {
    if (!this.#ended && !this.#deaf && this.#begin === null && this.#reader.end().kind === "fault")
      this.#events.malformed("truncated");
    clearTimeout(this.#limit);
    this.#stopHearing();
  }

  #stopHearing(): void {
    this.#deaf = true;
    clearInterval(this.#waits);
    const asking = this.#asking;
    this.#asking = null;
    asking?.({ kind: "ended" });
  }

  /** What is said at one moment goes out as one: the module is woken once for a message and its result. */
  #send(frame: AgentFrame): void {
    if (this.#ended || !this.#socket.writable) return;
    this.#socket.cork();
    this.#socket.write(encodeFrame(frame));
    process.nextTick(() => this.#socket.uncork());
  }
}
