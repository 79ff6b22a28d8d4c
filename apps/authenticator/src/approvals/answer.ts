import type { PushAnswered } from "@holdfast/protocol/push-api";
import { callServer, signerOf } from "../server-link/call.ts";
import { vault } from "../vault/vault.ts";
import { notWhatItSays } from "./order.ts";
import { composeStatement, type Decision, signStatement } from "./statement.ts";
import type { WaitingRequest } from "./waiting.ts";

export type Result =
  | { readonly kind: "answered"; readonly outcome: PushAnswered["outcome"]; readonly text: string }
  /** The server took it for nothing, in a sentence. */
  | { readonly kind: "refused"; readonly text: string }
  /** The person was asked for fingerprint or PIN and did not give it: everything is as before. */
  | { readonly kind: "not-verified" }
  | { readonly kind: "unreachable" };

/** Saying no needs no fingerprint: it is signed by the key that signs the phone's requests, and works at once. */
export async function answerRequest(
  { profileId, request, isGenuine }: WaitingRequest,
  decided: Decision,
): Promise<Result> {
  const profile = vault.profiles().find(({ id }) => id === profileId);
  const signer = profile && signerOf(profile);
  if (!profile?.server || !signer)
    return { kind: "refused", text: "This profile is no longer on this phone." };
  if (decided.decision === "approve" && !isGenuine) return { kind: "refused", text: `${notWhatItSays}.` };
  const unsigned = await composeStatement(request, profile.server.phoneId, decided);
  let signed: { readonly statement: string; readonly assertion: unknown };
  if (decided.decision === "approve") {
    const reason = request.order === null ? "Approve this sign-in" : "Sign this order";
    const verified = await vault.verified(profileId, { reason, challenge: unsigned.challenge });
    if (verified === null) return { kind: "not-verified" };
    const statement = await signStatement(unsigned, await verified.key("approval"));
    signed = { statement, assertion: verified.assertion };
  } else {
    signed = {
      statement: await signStatement(unsigned, await vault.requestKey(profileId)),
      assertion: null,
    };
  }
  const path = `/api/v1/phone/push-requests/${request.id}/answers`;
  const answer = await callServer<PushAnswered>(signer, "POST", path, signed);
  if (answer.kind === "unreachable") return { kind: "unreachable" };
  return answer.kind === "refused"
    ? { kind: "refused", text: answer.detail }
    : { kind: "answered", ...answer.value };
}
