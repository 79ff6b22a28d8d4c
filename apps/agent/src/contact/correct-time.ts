import { randomBytes } from "node:crypto";
import { verifyDocument } from "@holdfast/envelope/documents";
import type { OfflineStore } from "@holdfast/offline-store/types";
import type { Enterprise } from "../identity/enterprise.ts";
import type { Identity } from "../identity/identity.ts";
import { createNameLookup } from "../transport/name-lookup.ts";
import { PinnedAgent, type Validity } from "../transport/pinned-agent.ts";
import { serverApi } from "../transport/server-api.ts";
import { ServerClient } from "../transport/server-client.ts";
import { agentVersion } from "../version.ts";
import { signedHead } from "./signed-head.ts";

export type TimeCorrection =
  | { readonly kind: "corrected"; readonly byMs: number }
  | { readonly kind: "refused"; readonly why: string };

/**
 * Asks for the signed time across a connection whose certificate is right in everything but the time (UNI-6: one bad
 * hardware clock must not expire everything for good). Nothing of this endpoint's users is said on it, and its answer is
 * believed only where the signed time, which answers our own fresh nonce, makes the certificate valid after all.
 */
export async function correctTime(
  endpoint: { readonly identity: Identity; readonly enterprise: Enterprise; readonly store: OfflineStore },
  server: string,
): Promise<TimeCorrection> {
  const { identity, enterprise, store } = endpoint;
  const chains: Validity[] = [];
  const anyTime = (authorities: readonly string[]) =>
    new PinnedAgent(
      { authorities, validNow: (validity) => chains.push(validity) > 0 },
      { lookup: createNameLookup(), keepAlive: false },
    );
  const nowMs = () => store.effectiveTime().nowMs;
  const client = new ServerClient(identity.deviceKey, enterprise.record.authorities, nowMs, anyTime);
  try {
    const timeNonce = randomBytes(16).toString("base64url");
    const begun = await enterprise.beginContact();
    const request = {
      timeNonce,
      contactNumber: begun.number,
      agentVersion,
      events: [],
      more: true,
      holdings: [],
      manifestNumber: enterprise.manifest.number,
    };
    const answer = await client.call(server, serverApi.contact(request, begun.nonce));
    if (answer.kind === "not-reachable") return { kind: "refused", why: answer.why };
    if (answer.kind === "problem") return { kind: "refused", why: answer.problem.code };
    const time = await verifyDocument("time", answer.value.time, enterprise.trustedAtAnyTime());
    if (time.kind === "refused") return time;
    const { endpointId, nonce, serverTimeMs } = time.content;
    if (endpointId !== identity.endpointId || nonce !== timeNonce)
      return { kind: "refused", why: "the time answers another question" };
    if (!chains.every(({ fromMs, toMs }) => fromMs <= serverTimeMs && serverTimeMs < toMs))
      return { kind: "refused", why: "the certificate is not valid at the server's own time" };
    const beforeMs = nowMs();
    const trusted = enterprise.trustedAtAnyTime();
    const { through } = await signedHead(answer.value, identity.endpointId, trusted, []);
    await store.applyContact({ ...answer.value, eventsThrough: through }, serverTimeMs);
    await enterprise.contactAnswered(begun, answer.value.nonce);
    return { kind: "corrected", byMs: serverTimeMs - beforeMs };
  } finally {
    client.close();
  }
}
