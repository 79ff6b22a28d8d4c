import { createServer, type Server, type Socket } from "node:net";
import { listenPrivately } from "../system/listen.ts";
import type { ConversationHandler } from "./conversation.ts";
import { SocketConversation } from "./socket-conversation.ts";

/** Conversations at a time; who comes beyond is told that too many are under way. */
const maximumConversations = 64;

export type PamSocketEvents = {
  /** Somebody spoke something else than the protocol. */
  malformed(why: string): void;
  /** The handler threw: a fault of the agent. */
  fault(error: unknown): void;
};

/** The PAM module's socket: one connection is one conversation. */
export class PamSocket {
  readonly #handler: ConversationHandler;
  readonly #events: PamSocketEvents;
  readonly #server: Server;
  readonly #open = new Set<SocketConversation>();
  #stopping = false;

  constructor(handler: ConversationHandler, events: PamSocketEvents) {
    this.#handler = handler;
    this.#events = events;
    this.#server = createServer((socket) => this.#accept(socket));
  }

  listen(path: string): Promise<void> {
    return listenPrivately(this.#server, path);
  }

  get conversations(): number {
    return this.#open.size;
  }

  /** Ends every conversation as unavailable. */
  async stop(): Promise<void> {
    this.#stopping = true;
    const closed = new Promise((resolve) => this.#server.close(resolve));
    for (const conversation of this.#open)
      conversation.end({ code: "unavailable", reason: "agent-stopping" });
    await closed;
  }

  #accept(socket: Socket): void {
    const conversation = new SocketConversation(socket, {
      begun: (begun) => void this.#run(begun),
      malformed: (why) => this.#events.malformed(why),
    });
    this.#open.add(conversation);
    socket.once("close", () => this.#open.delete(conversation));
  }

  async #run(conversation: SocketConversation): Promise<void> {
    if (this.#stopping) return conversation.end({ code: "unavailable", reason: "agent-stopping" });
    if (this.#open.size > maximumConversations) {
      conversation.tell("error", "Too many sign-ins are under way. Wait a few seconds and try again.");
      return conversation.end({ code: "auth-error", reason: "busy" });
    }
    try {
      conversation.end(await this.#handler(conversation));
    } catch (error) {
      this.#events.fault(error);
      conversation.tell(
        "error",
        "Sign-in failed because of a fault in the agent on this computer. Tell your administrator.",
      );
      conversation.end({ code: "unavailable", reason: "fault" });
    }
  }
}
