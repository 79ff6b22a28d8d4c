import type { TrustedKeys } from "@holdfast/envelope/documents";
import { verifyDocument } from "@holdfast/envelope/documents";
import type { ContactAnswer } from "@holdfast/protocol/endpoint-api";
import type { ChainedEvent } from "@holdfast/protocol/endpoint-events";

export type SignedHead = {
  /** Up to which event the server holds this endpoint's chain; 0 where it does not say so. */
  readonly through: number;
  /** It holds other events than ours: this store was set back, or is a copy, and has gone on from an older link. */
  readonly anotherChain: boolean;
};

/**
 * What the server holds, by its signature (SECURITY §7). Whoever merely stands at the end of the TLS connection cannot
 * have events forgotten, nor this store taken for one that was set back.
 */
export async function signedHead(
  answer: Pick<ContactAnswer, "eventsThrough" | "headSignature">,
  endpointId: string,
  trusted: TrustedKeys,
  sent: readonly ChainedEvent[],
): Promise<SignedHead> {
  const head = await verifyDocument("chain-head", answer.headSignature, trusted);
  if (head.kind === "refused") return unsigned;
  const { content } = head;
  if (content.endpointId !== endpointId || content.sequence !== answer.eventsThrough) return unsigned;
  const ours = sent.find(({ sequence }) => sequence === content.sequence);
  return { through: content.sequence, anotherChain: ours !== undefined && ours.mac !== content.mac };
}

const unsigned: SignedHead = { through: 0, anotherChain: false };
