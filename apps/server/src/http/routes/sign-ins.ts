import type { GivenInput } from "@holdfast/protocol/sign-in-api";
import { signInAnswer, signInBegin, signInStep } from "@holdfast/protocol/sign-in-api";
import type { SignInClient } from "../../app/sign-in/client.ts";
import type { SignInResult, SignIns } from "../../app/sign-in/sign-in.ts";
import type { Metrics } from "../../operations/metrics.ts";
import type { Call, Route } from "../route.ts";
import { route } from "../route.ts";

export function signInRoutes(signIns: SignIns, metrics: Metrics): Route[] {
  const counted = ({ reply }: Pick<Call<unknown, unknown, unknown>, "reply">, result: SignInResult) => {
    const outcome = result.kind === "refused" ? (result.reason ?? result.code) : result.value.status;
    metrics.signIn(outcome, reply.elapsedTime / 1000);
    return result;
  };
  return [
    route(
      "POST",
      "/api/v1/sign-ins",
      { by: "sign-in-client" },
      { summary: "Begin a sign-in", answer: signInAnswer, body: signInBegin, marked: true },
      async (call) => {
        announce(call, call.body.given);
        return counted(call, await signIns.begin(clientOf(call), call.body));
      },
    ),
    route(
      "POST",
      "/api/v1/sign-ins/steps",
      { by: "sign-in-client" },
      { summary: "Give the next value of a sign-in", answer: signInAnswer, body: signInStep, marked: true },
      async (call) => {
        announce(call, [call.body.given]);
        return counted(call, await signIns.step(clientOf(call), call.body));
      },
    ),
  ];
}

/**
 * HTTP 102 at once: an agent that waits for its password's Argon2id in a queue knows that the server is there, and does
 * not go offline for the wait (RFC 2518 §10.1).
 */
function announce(
  { caller, reply, request }: Call<unknown, unknown, unknown>,
  given: readonly GivenInput[],
): void {
  if (caller.kind !== "endpoint" || given.length === 0 || request.raw.httpVersionMinor < 1) return;
  reply.raw.writeProcessing?.();
}

function clientOf({ caller }: Call<unknown, unknown, unknown>): SignInClient {
  if (caller.kind === "endpoint") return { kind: "endpoint", endpoint: caller.endpoint };
  if (caller.kind === "api-key") return { kind: "api-key", id: caller.key.id };
  throw new Error("a sign-in by nobody");
}
