import type { TrustedKeys } from "@holdfast/envelope/documents";
import { verifyDocument } from "@holdfast/envelope/documents";
import type { ContactAnswer } from "@holdfast/protocol/endpoint-api";
import type { ChainedEvent } from "@holdfast/protocol/endpoint-events";

/**
 * Up to which event the server holds this endpoint's chain, by the server's signature (SECURITY §7); 0 where it does not
 * say so. Whoever merely stands at the end of the TLS connection cannot have events forgotten, nor this store taken for
 * one that was set back.
 */
export async function signedThrough(
  answer: Pick<ContactAnswer, "eventsThrough" | "headSignature">,
  endpointId: string,
  trusted: TrustedKeys,
  sent: readonly ChainedEvent[],
): Promise<number> {
  const head = await verifyDocument("chain-head", answer.headSignature, trusted);
  if (head.kind === "refused") return 0;
  const { content } = head;
  if (content.endpointId !== endpointId || content.sequence !== answer.eventsThrough) return 0;
  // Signed for another chain than ours: what the server took there is not what was sent from here.
  const ours = sent.find(({ sequence }) => sequence === content.sequence);
  return ours !== undefined && ours.mac !== content.mac ? 0 : content.sequence;
}
