import { type StreamMessage, streamMessage } from "@holdfast/protocol/endpoint-api";

/** No line is longer, and no message longer than two; whoever sends more is no server of ours. */
export const maximumLineLength = 4096;

/**
 * Server-sent events (HTML Living Standard §9.2.6) into messages, as far as they are spoken here: `event` and `data`
 * lines, comments, lines ended by LF or CR LF. The first fault is the last thing that is said.
 */
export class EventParser {
  readonly #take: (message: StreamMessage) => void;
  readonly #broken: (why: string) => void;
  #rest = "";
  #event = "";
  #data = "";
  #failed = false;

  constructor(take: (message: StreamMessage) => void, broken: (why: string) => void) {
    this.#take = take;
    this.#broken = broken;
  }

  push(text: string): void {
    const lines = (this.#rest + text).split("\n");
    this.#rest = lines.pop() ?? "";
    for (const line of lines) this.#line(line.replace(/\r$/, ""));
    if (this.#rest.length > maximumLineLength) this.#fail("a message beyond its limit");
    if (this.#failed) this.#rest = "";
  }

  #line(line: string): void {
    if (this.#failed) return;
    if (line.length > maximumLineLength || this.#data.length + line.length > 2 * maximumLineLength) {
      this.#fail("a message beyond its limit");
    } else if (line === "") this.#dispatch();
    else if (line.startsWith("event:")) this.#event = line.slice(6).trim();
    else if (line.startsWith("data:")) this.#data += line.slice(5).trim();
  }

  #dispatch(): void {
    const [type, data] = [this.#event, this.#data];
    this.#event = "";
    this.#data = "";
    if (data === "" && type === "") return;
    let content: unknown;
    try {
      content = JSON.parse(data);
    } catch {
      this.#fail("a message that is no JSON");
      return;
    }
    const parsed = streamMessage.safeParse(content);
    if (parsed.success && parsed.data.type === type) this.#take(parsed.data);
    else this.#fail("a message that does not fit the protocol");
  }

  #fail(why: string): void {
    if (this.#failed) return;
    this.#failed = true;
    this.#broken(why);
  }
}
