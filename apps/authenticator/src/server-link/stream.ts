import type { PhoneStreamMessage } from "@holdfast/protocol/phone-api";
import { phoneStreamProtocol, proofProtocolPrefix } from "@holdfast/protocol/phone-stream";
import { proofFor, type Signer } from "./call.ts";

/** The messages of the server's stream as they come, until either side ends it; none at all where it cannot be opened. */
export async function* streamMessages(
  signer: Signer,
  ended: AbortSignal,
): AsyncGenerator<PhoneStreamMessage, void> {
  const { url, proof } = await proofFor(signer, "GET", "/api/v1/phone/stream");
  if (ended.aborted) return;
  const socket = new WebSocket(url, [phoneStreamProtocol, `${proofProtocolPrefix}${proof}`]);
  const close = () => socket.close();
  ended.addEventListener("abort", close);
  const messages = new ReadableStream<PhoneStreamMessage>({
    start(into) {
      socket.addEventListener("message", ({ data }) => {
        const message = messageOf(data);
        if (message !== null) into.enqueue(message);
      });
      socket.addEventListener("close", () => into.close(), { once: true });
    },
  });
  const reader = messages.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } finally {
    ended.removeEventListener("abort", close);
    close();
  }
}

/** Of a later version, or not of ours: passed over. */
function messageOf(data: unknown): PhoneStreamMessage | null {
  if (typeof data !== "string") return null;
  try {
    const message: unknown = JSON.parse(data);
    return typeof message === "object" && message !== null && "type" in message
      ? (message as PhoneStreamMessage)
      : null;
  } catch {
    return null;
  }
}
