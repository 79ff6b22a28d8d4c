import { asksEarly } from "@holdfast/core/policy/workflows";
import type { Factor } from "@holdfast/protocol/policy";
import type { Prompt } from "@holdfast/protocol/sign-in-api";
import { auditDraft } from "../../store/audit-draft.ts";
import type { Outcome } from "../outcome.ts";
import { ok } from "../outcome.ts";
import type { AppPorts } from "../ports.ts";
import type { SignInClient } from "../sign-in/client.ts";
import type { SignInResult, SignIns } from "../sign-in/sign-in.ts";
import type { AccessReply } from "./access-reply.ts";
import type { Challenge } from "./challenges.ts";
import { findChallenge, keepChallenge } from "./challenges.ts";
import { createRemoteEnrolment } from "./remote-enrolment.ts";
import type { Source, SourceLimits } from "./source-limits.ts";
import { createSourceLimits } from "./source-limits.ts";

/** What matters of an Access-Request (RFC 2865 §4.1). */
export type AccessRequest = {
  readonly clientId: string;
  /** Tells this packet from every other; a retransmission has the same (RFC 5080 §2.2.2). */
  readonly packet: string;
  /** Null where the name is none. */
  readonly userName: string | null;
  /** Null where it was empty: the person wants to be asked. */
  readonly password: string | null;
  readonly state: Uint8Array | null;
  /** Calling-Station-Id: where the person's own machine is. */
  readonly station: string | null;
  /** NAS-Identifier or NAS-IP-Address: which machine of the client asks. */
  readonly gateway: string | null;
};

export type AccessRequests = {
  /** Refused only where nothing can be said of the sign-in: FreeRADIUS then stays silent, and the client asks again. */
  answer(request: AccessRequest): Promise<Outcome<AccessReply>>;
};

const over = "This sign-in is over. Begin again.";
const unknownPerson = "Wrong user name, password or code.";

/**
 * Remote access by RADIUS: drives the sign-in machine of everybody else, one Access-Request a step. The challenge comes
 * whatever the password was, and one verdict at the end (SECURITY §3).
 */
export function createAccessRequests(
  ports: AppPorts,
  signIns: SignIns,
  portalUrl: () => string | null,
  limits: SourceLimits = createSourceLimits(),
): AccessRequests {
  const tell = createTeller(ports);
  const enrolment = createRemoteEnrolment(ports, portalUrl);

  return {
    async answer(request) {
      const { clientId, userName, station } = request;
      const client = await ports.store.read((tx) => tx.radius.clients.get(clientId));
      if (client === null) {
        tell(request, "client-unknown");
        return ok({ kind: "reject", message: "This gateway is not registered any more." });
      }
      if (userName === null) return ok({ kind: "reject", message: unknownPerson });
      const source: Source = { clientId, station };
      const waitSeconds = limits.enter(source, ports.clock.now());
      if (waitSeconds !== null) {
        tell(request, "source-throttled");
        return ok({
          kind: "reject",
          message: `Too many wrong tries from where you are. Try again in ${waitSeconds} s.`,
        });
      }
      let failed = false;
      try {
        const as: SignInClient = { kind: "radius", id: clientId, asksAgain: client.prompts === "challenge" };
        const named = { ...request, userName };
        if (request.state === null) {
          const step = await first(ports, signIns, as, named, client.prompts === "one-line");
          failed = isWrong(step) || countsAhead(step);
          return await replyTo(named, step);
        }
        const challenge = await findChallenge(ports, request.state);
        if (challenge === null || challenge.clientId !== clientId || challenge.userName !== userName) {
          failed = true;
          tell(request, "foreign-state");
          return ok({ kind: "reject", message: over });
        }
        if (challenge.at !== "sign-in")
          return ok(await enrolment.answer(challenge, request.state, request.password ?? ""));
        const step = await next(signIns, as, challenge, request.password);
        if (!asksEarly(challenge.factor as Factor)) failed = isWrong(step) || countsAhead(step);
        else if (step.kind === "ok" && step.value.status === "succeeded")
          limits.giveBack(source, Buffer.from(request.state).toString("base64url"), ports.clock.now());
        return await replyTo(named, step);
      } finally {
        limits.leave(source, failed, ports.clock.now());
      }
    },
  };

  async function replyTo({ clientId, userName }: Named, step: SignInResult): Promise<Outcome<AccessReply>> {
    if (step.kind === "refused") {
      if (step.code === "sign-in-refused" || step.code === "conflict")
        return ok({ kind: "reject", message: step.detail });
      if (step.code === "continuation-invalid") return ok({ kind: "reject", message: over });
      return step;
    }
    if (step.value.status === "succeeded") return ok(await enrolment.afterSuccess(clientId, step.value));
    const { continuation, expiresAtMs, prompts } = step.value;
    const factor = prompts[0]?.factor ?? "password";
    const state = await keepChallenge(
      ports,
      { at: "sign-in", clientId, userName, continuation, factor },
      expiresAtMs,
    );
    return ok({ kind: "challenge", message: promptOf(prompts), state });
  }
}

function isWrong(step: SignInResult): boolean {
  return (
    step.kind === "refused" && (step.reason === "wrong-credentials" || step.reason === "push-not-approved")
  );
}

/**
 * The person's failure is counted before his phone is asked or a code sent (sign-in/sent-codes.ts), so his source's is,
 * too: whoever stops there comes to no verdict, and could go on to lock out everybody.
 */
function countsAhead(step: SignInResult): boolean {
  const [usual] = step.kind === "ok" && step.value.status === "asking" ? step.value.prompts : [];
  return usual !== undefined && asksEarly(usual.factor);
}

type Named = AccessRequest & { readonly userName: string };

/**
 * What the policy asks for first is asked before what was typed is handed in, because the packet does not say what it
 * is: of most people a password, of some a code alone.
 */
async function first(
  ports: AppPorts,
  signIns: SignIns,
  as: SignInClient,
  { clientId, packet, userName, password, station, gateway }: Named,
  oneLine: boolean,
): Promise<SignInResult> {
  // The same packet is the same attempt: its retransmission gets the first verdict, even from another server.
  const attemptId = `rad_${ports.lookupMac("radius attempt", JSON.stringify([clientId, packet, userName, password]))}`;
  const context = {
    service: "radius",
    ...(gateway === null ? {} : { tty: gateway.slice(0, 64) }),
    ...(station === null ? {} : { remoteHost: station.slice(0, 256) }),
  };
  const begin = { attemptId, userName, workflow: "remote-access" as const, context };
  if (oneLine && password !== null)
    return signIns.begin(as, { ...begin, given: [{ factor: "password-and-code", value: password }] });
  const asked = await signIns.begin(as, { ...begin, given: [] });
  if (password === null || asked.kind === "refused" || asked.value.status !== "asking") return asked;
  const { continuation, prompts } = asked.value;
  const factor = prompts[0]?.factor ?? "password";
  return signIns.step(as, { continuation, given: { factor, value: password } });
}

function next(
  signIns: SignIns,
  as: SignInClient,
  { continuation, factor }: Extract<Challenge, { at: "sign-in" }>,
  password: string | null,
): Promise<SignInResult> {
  if (factor === "push") {
    // An empty line asks whether the phone has answered; whoever types something has a code instead.
    const typed = password?.trim() ?? "";
    const given =
      typed === "" ? { factor: "push" as const, value: "wait" } : { factor: "hotp" as const, value: typed };
    return signIns.step(as, { continuation, given });
  }
  // An empty line is a wrong one: the machine counts it like any other.
  return signIns.step(as, { continuation, given: { factor: factor as Factor, value: password ?? " " } });
}

/** It names the words that are taken instead (core/messages/sign-in-text.ts). */
function promptOf([usual]: readonly Prompt[]): string {
  if (usual === undefined) throw new Error("a sign-in asks for nothing");
  return usual.text.trim();
}

/** One event for each client and reason in this time: a flood fills no disk. */
const toldEveryMs = 60_000;
const mostTold = 1_000;

function createTeller(ports: AppPorts) {
  const told = new Map<string, { atMs: number; untold: number }>();
  return ({ clientId, station, userName }: AccessRequest, reason: string): void => {
    const nowMs = ports.clock.now();
    const key = `${clientId} ${reason}`;
    const known = told.get(key);
    if (known && Math.abs(nowMs - known.atMs) < toldEveryMs) {
      known.untold++;
      return;
    }
    told.delete(key);
    told.set(key, { atMs: nowMs, untold: 0 });
    for (const oldest of told.keys()) {
      if (told.size <= mostTold) break;
      told.delete(oldest);
    }
    const draft = auditDraft(nowMs, { name: `radius:${clientId}` }, "radius-refused", {
      outcome: "refused",
      reason,
      // Never the name: somebody may have typed a password there.
      detail: { station, named: userName !== null, sinceLastTold: (known?.untold ?? 0) + 1 },
    });
    ports.store.note([draft]).catch((err: unknown) => {
      ports.log.error({ err }, "a refused RADIUS request could not be noted in the audit");
    });
  };
}
