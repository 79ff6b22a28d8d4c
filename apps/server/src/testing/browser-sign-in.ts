import type { Factor } from "@holdfast/protocol/policy";
import type { Actor } from "../app/actor.ts";
import type { RelyingParty } from "../app/authenticators/passkeys.ts";
import { createDefaultPolicy } from "../app/sign-in/default-policy.ts";
import type { SignInResult, SignIns } from "../app/sign-in/sign-in.ts";
import { createSignIns } from "../app/sign-in/sign-in.ts";
import { newAttemptId, type Rig } from "./rig.ts";

export const portal: RelyingParty = {
  id: "id.ward.example",
  name: "Holdfast",
  origins: ["https://id.ward.example"],
};

/** Sign-ins of browsers at web apps that are reached by names, without their sockets. */
export function webPorts(rig: Rig) {
  const { ports } = rig.server;
  return {
    ...ports,
    relyingParty: (app: "console" | "portal" | "authenticator"): RelyingParty =>
      app === "portal"
        ? portal
        : { ...portal, id: "console.ward.example", origins: ["https://console.ward.example"] },
  };
}

export function browserSignIns(rig: Rig): SignIns {
  const ports = webPorts(rig);
  return createSignIns(ports, createDefaultPolicy(ports));
}

export function himself(userId: string): Actor {
  return { name: `user:${userId}`, principal: { kind: "person", userId } };
}

export type Value = readonly [Factor, string];

/** A whole sign-in at the portal or the console, value by value; `answer` makes one of what is asked. */
export async function signInByBrowser(
  signIns: SignIns,
  userName: string,
  values: readonly (Value | ((asked: Asking) => Value))[],
  app: "console" | "portal" = "portal",
): Promise<SignInResult> {
  const client = { kind: "browser", app, sessionId: null } as const;
  const workflow = app === "portal" ? "self-service" : "administration";
  let result = await signIns.begin(client, {
    ...{ attemptId: newAttemptId(), userName, workflow, given: [], context: {} },
  });
  for (const value of values) {
    if (result.kind === "refused" || result.value.status !== "asking") break;
    const [factor, text] = typeof value === "function" ? value(result.value) : value;
    const { continuation } = result.value;
    result = await signIns.step(client, { continuation, given: { factor, value: text } });
  }
  return result;
}

export type Asking = Extract<Extract<SignInResult, { kind: "ok" }>["value"], { status: "asking" }>;

export function passkeyOptionsOf({ prompts }: Asking): unknown {
  return prompts.find(({ factor }) => factor === "passkey")?.passkeyOptions;
}
