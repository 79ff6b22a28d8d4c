import type { PhoneStreamMessage } from "@holdfast/protocol/phone-api";

/** Messages of a stream of server-sent events (WHATWG HTML §9.2.6), as they come; anything else in it is passed over. */
export async function* messagesOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<PhoneStreamMessage> {
  const reader = stream
    .pipeThrough(new TextDecoderStream() as ReadableWritablePair<string, Uint8Array>)
    .getReader();
  let waiting = "";
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      waiting += value;
      // A server that never ends a message is none of ours.
      if (waiting.length > mostWaiting) return;
      for (let end = waiting.indexOf("\n\n"); end >= 0; end = waiting.indexOf("\n\n")) {
        const message = messageOf(waiting.slice(0, end));
        waiting = waiting.slice(end + 2);
        if (message !== null) yield message;
      }
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

const mostWaiting = 64 * 1024;

function messageOf(block: string): PhoneStreamMessage | null {
  const data = /^data: (.*)$/m.exec(block)?.[1];
  if (data === undefined) return null;
  try {
    const message: unknown = JSON.parse(data);
    return typeof message === "object" && message !== null && "type" in message
      ? (message as PhoneStreamMessage)
      : null;
  } catch {
    return null;
  }
}
