import { temporaryCodeForm } from "@holdfast/core/help-desk-codes/temporary-code";
import { refusalText } from "@holdfast/core/messages/refusal-text";
import {
  promptTexts,
  QR_ONLY_OFFLINE,
  recoveryCodesText,
  typedPromptText,
} from "@holdfast/core/messages/sign-in-text";
import { askOf, isSentCode, isTypedCode } from "@holdfast/core/policy/workflows";
import type { SignInProgress } from "@holdfast/core/sign-in/driver";
import {
  beginSignIn,
  cancelSignIn,
  chooseInSignIn,
  giveToSignIn,
  repeatPrompts,
} from "@holdfast/core/sign-in/driver";
import { asksForQrOnline, requestedCode, takesWords } from "@holdfast/core/sign-in/sent-codes";
import type {
  Base,
  Prompt as MachinePrompt,
  Outcome as SignInOutcome,
  State,
  Success,
} from "@holdfast/core/sign-in/types";
import type { Factor, Workflow } from "@holdfast/protocol/policy";
import type {
  GivenInput,
  Prompt,
  SignInAnswer,
  SignInBegin,
  SignInStep,
} from "@holdfast/protocol/sign-in-api";
import { authenticationOptions } from "../authenticators/passkeys.ts";
import type { Outcome } from "../outcome.ts";
import { ok, refused } from "../outcome.ts";
import type { AppPorts } from "../ports.ts";
import { pushOffered } from "../push/offered.ts";
import { sendableOf } from "../senders/sendable.ts";
import type { SignInClient } from "./client.ts";
import { clientName, webAppOf } from "./client.ts";
import { type Continuation, openContinuation, sealContinuation } from "./continuation.ts";
import type { DefaultPolicy } from "./default-policy.ts";
import { grantLifetimeMs, sealGrant } from "./grant.ts";
import { stillWaits, waitingPrompt } from "./push-check.ts";
import type { Run } from "./run.ts";
import type { ServerShell } from "./shell.ts";
import { createServerShell } from "./shell.ts";
import { attemptLifetimeMs } from "./verdict.ts";

/** An answer without the marks that http adds. */
type Unmarked<T> = T extends unknown ? Omit<T, "holdfast" | "inReplyTo"> : never;
/** `credentialEpoch`: of the password as it was when this was proven, for browsers' sessions. */
export type SignInResult = Outcome<
  Unmarked<SignInAnswer> & { readonly credentialEpoch?: number; readonly signed?: Signed }
>;

/** For who signs an order: what he proved in this attempt, and what his passkey answered. */
export type Signed = {
  readonly attemptId: string;
  /** `authenticatorId` null: the password. */
  readonly factors: readonly { readonly factor: Factor; readonly authenticatorId: string | null }[];
  readonly assertion: string | null;
  /** What his phone signed. */
  readonly approval: string | null;
};
/** Orders are signed by who asks for them in the app (signing/), never by a request of a sign-in client. */
type Begin = Omit<SignInBegin, "workflow"> & {
  readonly workflow: Workflow;
  /** What a passkey among `given` was asked to sign before it was known whose it is, base64url. */
  readonly challenge?: string;
};

export type SignIns = {
  begin(client: SignInClient, request: Begin): Promise<SignInResult>;
  step(client: SignInClient, request: SignInStep): Promise<SignInResult>;
};

/** Sign-in by steps, without anything kept between them (contract: POST /sign-ins, POST /sign-ins/steps). */
export function createSignIns(ports: AppPorts, defaults: DefaultPolicy): SignIns {
  return {
    async begin(client, request) {
      const revoked = refusedEndpoint(client);
      if (revoked) return revoked;
      const base: Base = {
        id: request.attemptId,
        workflow: request.workflow,
        mode: "online",
        userName: request.userName,
        oneLine: request.given.some(({ factor }) => factor === "password-and-code"),
        browser: webAppOf(client) !== null,
        ...(client.kind === "radius" && client.asksAgain ? { enrols: true } : {}),
        expiresAtMs: ports.clock.now() + attemptLifetimeMs,
      };
      const found = { factors: [], credentialEpoch: null };
      const carried = {
        ...{ values: [], context: request.context, found, pushAskedAtMs: null },
        challenge: request.challenge ?? null,
      };
      return perform(ports, defaults, client, base, carried, request.given, (shell) =>
        beginSignIn(base, shell),
      );
    },

    async step(client, request) {
      const revoked = refusedEndpoint(client);
      if (revoked) return revoked;
      const carried = openContinuation(
        ports.secrets,
        request.continuation,
        clientName(client),
        ports.clock.now(),
      );
      if (carried === null) {
        return over;
      }
      const { state } = carried;
      if (request.given.factor === "push" && request.given.value === "cancel")
        return perform(ports, defaults, client, state, carried, [], (shell) => cancelSignIn(state, shell));
      // Asked each second by everybody who waits: it costs reads alone, and nothing is given to the machine.
      const waits =
        state.ask === "push" &&
        request.given.factor === "push" &&
        carried.pushAskedAtMs !== null &&
        (await stillWaits(ports, clientName(client), state.id, carried.pushAskedAtMs));
      const given = waits ? [] : [request.given];
      return perform(ports, defaults, client, state, carried, given, async () => ({ state, prompts: [] }));
    },
  };
}

const over = refused(
  "continuation-invalid",
  "This sign-in is over or was not begun by this client. Begin again.",
);

/** Runs the machine on with what was typed; the place in the password queue is taken before and given back after. */
async function perform(
  ports: AppPorts,
  defaults: DefaultPolicy,
  client: SignInClient,
  base: Base,
  carried: Pick<Continuation, "values" | "context" | "challenge" | "found" | "pushAskedAtMs">,
  given: readonly GivenInput[],
  start: (shell: ServerShell) => Promise<SignInProgress>,
): Promise<SignInResult> {
  const values = new Map(carried.values);
  const withPassword = given.length > 0 && (given.some(costsArgon2id) || values.size > 0);
  const place = withPassword ? ports.kdf.enter() : null;
  if (withPassword && place === null) {
    return refused("too-many-requests", "Too many sign-ins are under way.", {
      reason: "busy",
      retryAfterSeconds: ports.kdf.retryAfterSeconds(),
    });
  }
  const app = webAppOf(client);
  const run: Run = {
    attemptId: base.id,
    client: clientName(client),
    endpointId: client.kind === "endpoint" ? client.endpoint.id : null,
    userName: base.userName,
    workflow: base.workflow,
    context: carried.context,
    values,
    anythingTyped: given.length > 0 || values.size > 0,
    place,
    party: app === null ? null : ports.relyingParty(app),
    challenge: carried.challenge,
    pushAskedAtMs: carried.pushAskedAtMs,
    endsAtMs: base.expiresAtMs,
    before: carried.found,
  };
  try {
    const shell = createServerShell(ports, defaults, run, client);
    let progress = await start(shell);
    let onlyOffline = false;
    for (const one of given) {
      const { factor, value } = one;
      const ask = progress.state.at === "asking" ? progress.state.ask : null;
      // Neither a code nor a try: whoever he is, he is told so and asked once more.
      onlyOffline = ask !== null && asksForQrOnline(ask, one);
      if (onlyOffline) continue;
      const send = requestedCode(one, ask !== null && takesWords(ask));
      if (send !== null) {
        const asked = await chooseInSignIn(progress.state, send, shell);
        // Where no such code is taken, it was a code like others, and a wrong one.
        if (asked.state.at !== "asking" || asked.state.ask === send) {
          progress = asked;
          continue;
        }
      }
      if (!fits(progress.state, factor)) {
        if (factor === "password-and-code") break;
        progress = await chooseInSignIn(progress.state, askOf(factor), shell);
        if (!fits(progress.state, factor)) break;
      }
      const { state } = progress;
      if (state.at !== "asking") break;
      const handle = `value-${values.size}`;
      const first = state.collected[0]?.given.ref.secret;
      const sameAsFirst = first !== undefined && values.get(first) === value;
      values.set(handle, value);
      progress = await giveToSignIn(state, { secret: handle }, sameAsFirst, shell);
    }
    if (progress.state.at === "asking" && progress.prompts.length === 0)
      progress = await repeatPrompts(progress.state, shell);
    // Awaited here: what was typed is sealed into the answer before it is forgotten.
    return await answer(ports, client, run, shell, progress, onlyOffline ? QR_ONLY_OFFLINE : "");
  } finally {
    place?.leave();
    values.clear();
  }
}

function costsArgon2id({ factor, value }: GivenInput): boolean {
  return factor === "password-and-code" || !isTypedCode(factor) || temporaryCodeForm(value) !== null;
}

/** A value goes to the prompt it was typed for; one line goes to whatever is asked. */
function fits(state: State, factor: GivenInput["factor"]): boolean {
  if (state.at !== "asking") return false;
  return factor === "password-and-code" || state.ask === "password-and-code" || state.ask === askOf(factor);
}

async function answer(
  ports: AppPorts,
  client: SignInClient,
  run: Run,
  shell: ServerShell,
  { state, prompts }: SignInProgress,
  before: string,
): Promise<SignInResult> {
  if (state.at === "asking") return asking(ports, client, run, shell, state, prompts, before);
  if (state.at !== "done") throw new Error("a sign-in stopped half way");
  if (shell.misused()) return refused("conflict", "This attempt id was already used for another sign-in.");
  const earlier = shell.earlier();
  // A browser's attempt ids are the server's own: whoever repeats a request that succeeded gets no second session.
  if (webAppOf(client) !== null && earlier?.kind === "succeeded") return over;
  return settled(ports, client, run, shell, earlier ?? state.outcome);
}

/** Whoever sits at one of these has no button for another way. */
function onlyTypes({ kind }: SignInClient): boolean {
  return kind === "endpoint" || kind === "radius";
}

/** A signer's passkey signs his order; every other one signs chance. */
function challengeFor(ports: AppPorts, client: SignInClient): Uint8Array {
  return client.kind === "signer" ? Buffer.from(client.challenge, "base64url") : ports.entropy(32);
}

/** What a person may answer, and all that goes on with the sign-in, sealed for the client to hold. */
async function asking(
  ports: AppPorts,
  client: SignInClient,
  run: Run,
  shell: ServerShell,
  state: Extract<State, { at: "asking" }>,
  prompts: readonly MachinePrompt[],
  before: string,
): Promise<SignInResult> {
  const nowMs = ports.clock.now();
  const sendable = await sendableOf(ports, prompts);
  const named = prompts.some(({ ask }) => ask === "push") && (await pushOffered(ports));
  const usable = prompts.filter(({ ask }) => {
    if (ask === "passkey") return run.party !== null;
    if (ask === "push") return named || state.ask === ask;
    return ask === "password-and-code" || !isSentCode(ask) || sendable.has(ask);
  });
  if (usable.length === 0)
    return refusal(ports, { kind: "refused", reason: "factor-not-usable-here", lockedUntilMs: null }, nowMs);
  const challenge = usable.some(({ ask }) => ask === "passkey") ? challengeFor(ports, client) : null;
  const allowed = client.kind === "signer" ? client.credentialIds : [];
  const others = usable.flatMap(({ ask }) => (ask === state.ask || ask === "password-and-code" ? [] : [ask]));
  const ways: Prompt[] = [];
  for (const { ask, factors } of usable) {
    const asked = state.ask === ask;
    const waiting = ask === "push" && asked ? waitingPrompt(ports, run.client, run.attemptId) : null;
    const text =
      waiting?.text ?? (asked && onlyTypes(client) ? typedPromptText(ask, others) : promptTexts[ask]);
    ways.push({
      factor: factors[0] ?? "password",
      alternatives: [...factors],
      echo: false,
      ...waiting,
      text: asked ? `${before}${text}` : text,
      ...(ask === "passkey" && run.party !== null && challenge !== null
        ? { passkeyOptions: { ...(await authenticationOptions(run.party, challenge, allowed)) } }
        : {}),
    });
  }
  const continuation = sealContinuation(ports.secrets, {
    client: run.client,
    state,
    values: [...run.values],
    context: run.context,
    challenge: challenge === null ? null : Buffer.from(challenge).toString("base64url"),
    found: shell.found(),
    pushAskedAtMs: shell.pushAskedAtMs(),
  });
  return ok({ status: "asking", continuation, expiresAtMs: state.expiresAtMs, prompts: ways });
}

function settled(
  ports: AppPorts,
  client: SignInClient,
  run: Run,
  shell: ServerShell,
  outcome: SignInOutcome,
): SignInResult {
  const nowMs = ports.clock.now();
  if (outcome.kind === "refused") {
    const otherWays = outcome.reason === "token-out-of-step" ? { otherWays: shell.otherWays() } : {};
    return refusal(ports, outcome, nowMs, otherWays);
  }
  const { userId, factors, consumed, enrolmentDue, renewalDue } = outcome;
  const row = shell.row();
  const credentialEpoch = row?.user.credentialEpoch;
  if (credentialEpoch === undefined) throw new Error("a sign-in succeeded for a user who is not there");
  const forEndpoint =
    client.kind === "endpoint"
      ? {
          grant: sealGrant(ports.secrets, {
            endpointId: client.endpoint.id,
            userId,
            credentialEpoch,
            factors,
            expiresAtMs: nowMs + grantLifetimeMs,
          }),
          // Of the token whose codes an endpoint may hold; of a time-based one it holds none.
          ...(consumed !== null && consumed.tokenId === row?.token?.id ? { consumed } : {}),
        }
      : {};
  return ok({
    status: "succeeded",
    userId,
    userName: run.userName,
    factors: [...factors],
    messages: recoveryWarning(shell.recoveryCodesLeft()),
    ...(enrolmentDue === null
      ? {}
      : { enrolmentDue: { ...enrolmentDue, factors: [...enrolmentDue.factors] } }),
    ...(renewalDue.length === 0 ? {} : { renewalDue: [...renewalDue] }),
    ...(client.kind === "browser" ? { credentialEpoch } : {}),
    ...(client.kind === "signer" ? { signed: signedBy(run, shell, outcome) } : {}),
    ...forEndpoint,
  });
}

function signedBy(run: Run, shell: ServerShell, { factors, consumed, used }: Success): Signed {
  const others = used.map(({ id }) => id);
  const authenticatorOf = (factor: Factor): string | null => {
    if (factor === "password") return null;
    return (factor === "hotp" || factor === "totp" ? consumed?.tokenId : others.shift()) ?? null;
  };
  return {
    attemptId: run.attemptId,
    factors: factors.map((factor) => ({ factor, authenticatorId: authenticatorOf(factor) })),
    assertion: shell.assertion(),
    approval: shell.approval(),
  };
}

function recoveryWarning(left: number | null): string[] {
  return left === null ? [] : [recoveryCodesText(left)];
}

function refusal(
  ports: AppPorts,
  { reason, lockedUntilMs }: Extract<SignInOutcome, { kind: "refused" }>,
  nowMs: number,
  otherWays: { readonly otherWays?: readonly Factor[] } = {},
): SignInResult {
  const detail = refusalText({ reason, nowMs, lockedUntilMs, ...otherWays });
  if (reason === "busy")
    return refused("too-many-requests", detail, { reason, retryAfterSeconds: ports.kdf.retryAfterSeconds() });
  if (reason === "storage-failed")
    return refused("storage-unavailable", detail, { reason, retryAfterSeconds: 2 });
  const until = lockedUntilMs === null ? {} : { lockedUntilMs };
  return refused("sign-in-refused", detail, { reason, ...until, ...otherWays });
}

function refusedEndpoint(client: SignInClient): SignInResult | null {
  if (client.kind !== "endpoint" || client.endpoint.status === "active") return null;
  return refused("endpoint-revoked", "This endpoint has been revoked.", { reason: "endpoint-revoked" });
}
