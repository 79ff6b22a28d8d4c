import { satisfies } from "@holdfast/core/policy/workflows";
import type { Factor, UserPolicy } from "@holdfast/protocol/policy";
import type { AuditDraft } from "@holdfast/server/store/audit-rows";
import type { SignInCommit } from "@holdfast/server/store/sign-in-commit";
import type { Attempt } from "./attempt.ts";
import type { HardToken, Person } from "./people.ts";

/** A promise that was not kept. */
export type Finding = { readonly promise: string; readonly what: string };

/** A code that a verifier accepted: the server, or an endpoint by its name. */
export type Acceptance = {
  readonly source: string;
  readonly tokenId: string;
  readonly counter: number;
  readonly tag: string;
  readonly attemptId: string;
  /** True time at which the model heard of it. */
  readonly atMs: number;
};

/** An endpoint's event as the server took it. */
export type Merged = {
  readonly endpointId: string;
  readonly sequence: number;
  readonly draft: AuditDraft;
  readonly atMs: number;
};

export type IssuedBundle = {
  readonly epoch: number;
  readonly sequence: number;
  readonly issuedAtMs: number;
  readonly notAfterMs: number;
  readonly maxSignIns: number;
};

const SERVER = "server";

/**
 * What has happened, written down beside the system and independently of it: who typed what, what was true about it,
 * which verifier accepted which code, what was told to whom.
 */
export class Ledger {
  readonly attempts = new Map<string, Attempt>();
  readonly acceptances: Acceptance[] = [];
  readonly merged: Merged[] = [];
  readonly people: Person[] = [];
  /** By policy id; the last is in force. */
  readonly policies = new Map<string, { readonly document: UserPolicy; readonly sinceMs: number }[]>();
  /** By endpoint id and user id. */
  readonly bundles = new Map<string, IssuedBundle[]>();
  /** Lowest counter that may still be accepted, by verifier and token. */
  readonly #floors = new Map<string, number>();
  readonly #report: (finding: Finding) => void;
  readonly #nowMs: () => number;

  constructor(nowMs: () => number, report: (finding: Finding) => void) {
    this.#nowMs = nowMs;
    this.#report = report;
  }

  floor(source: string, tokenId: string): number {
    return this.#floors.get(`${source} ${tokenId}`) ?? 0;
  }

  /** An endpoint's disk was set back: what it knew it may not know any more. */
  forgetFloors(source: string): void {
    for (const key of [...this.#floors.keys()]) if (key.startsWith(`${source} `)) this.#floors.delete(key);
  }

  raiseFloor(source: string, tokenId: string, nextCounter: number): void {
    this.#floors.set(`${source} ${tokenId}`, Math.max(this.floor(source, tokenId), nextCounter));
  }

  /** A verdict of the server has become durable. Who was let in by it, whether or not he will hear of it. */
  serverDecided(commit: SignInCommit): Attempt[] {
    const letIn: Attempt[] = [];
    for (const draft of commit.audit) {
      if (draft.type !== "sign-in" || draft.outcome !== "succeeded") continue;
      const attempt = this.attempts.get(tagOf(draft));
      if (!attempt) {
        this.#broken("1", `the server let somebody in whom nobody saw typing: ${JSON.stringify(draft)}`);
        continue;
      }
      const untilMs = this.#nowMs();
      if (!attempt.person.hadPassword(attempt.typed.password, attempt.startedMs, untilMs))
        this.#broken("1", `the server accepted a wrong password: ${attempt.tag}`);
      this.#checkFactors(attempt, draft, attempt.startedMs);
      if (attempt.person.status === "disabled" && !attempt.person.changing)
        this.#broken("1", `the server let a disabled user in: ${attempt.tag}`);
      const consumed = commit.consume;
      if (consumed) this.#accept(SERVER, attempt, consumed.tokenId, consumed.counter, consumed.attemptId);
      letIn.push(attempt);
    }
    return letIn;
  }

  /** An endpoint's event has become durable at the server. */
  eventMerged(endpointId: string, endpointName: string, sequence: number, draft: AuditDraft): void {
    if (this.merged.some((one) => one.endpointId === endpointId && one.sequence === sequence))
      this.#broken("3", `event ${sequence} of ${endpointName} was taken twice`);
    this.merged.push({ endpointId, sequence, draft, atMs: this.#nowMs() });
    if (draft.type !== "sign-in" || draft.outcome !== "succeeded" || draft.mode !== "offline") return;
    const attempt = this.attempts.get(tagOf(draft));
    if (!attempt) {
      this.#broken("1", `${endpointName} reports a sign-in that nobody made: ${JSON.stringify(draft)}`);
      return;
    }
    const consumed = consumedOf(draft);
    if (!consumed) return;
    if (!draft.detail.unheeded) this.raiseFloor(SERVER, consumed.tokenId, consumed.counter + 1);
    const known = this.acceptances.some((one) => one.source === endpointName && one.tag === attempt.tag);
    // The machine died before it could answer; the code is used all the same.
    if (!known) this.#note(endpointName, attempt, consumed.tokenId, consumed.counter, draft.attemptId ?? "");
  }

  /** Somebody was told at an endpoint that he is in, without the server. */
  acceptedOffline(
    endpointName: string,
    attempt: Attempt,
    factors: readonly string[],
    consumed: { tokenId: string; counter: number } | null,
    attemptId: string,
    bundleSinceMs: number,
  ): void {
    this.#checkFactors(attempt, { detail: { factors } } as unknown as AuditDraft, bundleSinceMs);
    if (consumed) this.#accept(endpointName, attempt, consumed.tokenId, consumed.counter, attemptId);
  }

  bundleIssued(endpointId: string, userId: string, bundle: IssuedBundle): void {
    const key = `${endpointId} ${userId}`;
    this.bundles.set(key, [...(this.bundles.get(key) ?? []), bundle]);
  }

  bundlesOf(endpointId: string, userId: string): readonly IssuedBundle[] {
    return this.bundles.get(`${endpointId} ${userId}`) ?? [];
  }

  policiesSince(policyId: string, sinceMs: number): readonly UserPolicy[] {
    const versions = this.policies.get(policyId) ?? [];
    return versions
      .filter((_, at) => (versions[at + 1]?.sinceMs ?? Number.POSITIVE_INFINITY) >= sinceMs)
      .map(({ document }) => document);
  }

  policyOf(person: Person): UserPolicy {
    const document = this.policies.get(person.policyId)?.at(-1)?.document;
    if (!document) throw new Error(`${person.userName} has no policy`);
    return document;
  }

  tokenById(tokenId: string): HardToken | null {
    for (const person of this.people) {
      const token = person.tokens.find(({ id }) => id === tokenId);
      if (token) return token;
    }
    return null;
  }

  #accept(source: string, attempt: Attempt, tokenId: string, counter: number, attemptId: string): void {
    const floor = this.floor(source, tokenId);
    if (counter < floor)
      this.#broken("2", `${source} accepted counter ${counter} below its floor ${floor}: ${attempt.tag}`);
    this.#note(source, attempt, tokenId, counter, attemptId);
  }

  #note(source: string, attempt: Attempt, tokenId: string, counter: number, attemptId: string): void {
    const token = this.tokenById(tokenId);
    if (!token || !attempt.person.tokens.includes(token))
      this.#broken("1", `${source} accepted a code of somebody else's token: ${attempt.tag}`);
    else if (!attempt.typed.code.endsWith(token.codeAt(counter)))
      this.#broken("1", `${source} accepted a code that was not typed: ${attempt.tag} counter ${counter}`);
    this.raiseFloor(source, tokenId, counter + 1);
    const atMs = this.#nowMs();
    this.acceptances.push({ source, tokenId, counter, tag: attempt.tag, attemptId, atMs });
  }

  /** Fewer factors than every policy that may have been in force asks for. */
  #checkFactors(attempt: Attempt, draft: Pick<AuditDraft, "detail">, sinceMs: number): void {
    const proven = draft.detail.factors;
    const factors: Factor[] = Array.isArray(proven) ? proven : [];
    const enough = this.policiesSince(attempt.person.policyId, sinceMs).some((policy) =>
      satisfies(policy, "workstation", withoutHelp(policy, factors)),
    );
    if (!enough) this.#broken("1", `in with only ${JSON.stringify(factors)}: ${attempt.tag}`);
  }

  #broken(promise: string, what: string): void {
    this.#report({ promise, what });
  }
}

/** What the help desk gave stands for a code of the token, where the policy has it so (OTP-23). */
function withoutHelp(policy: UserPolicy, factors: readonly Factor[]): Factor[] {
  const kindOf: Partial<Record<Factor, UserPolicy["offline"]["bypass"][number]>> = {
    "bypass-code": "code",
    ocra: "challenge",
  };
  return factors.map((factor) => {
    const kind = kindOf[factor];
    return kind !== undefined && policy.offline.bypass.includes(kind) ? "hotp" : factor;
  });
}

export function tagOf(draft: Pick<AuditDraft, "detail">): string {
  const tty = draft.detail.tty;
  return typeof tty === "string" ? tty : "";
}

export function consumedOf(draft: Pick<AuditDraft, "detail">): { tokenId: string; counter: number } | null {
  const consumed = draft.detail.consumed as { tokenId: string; counter: number } | undefined;
  return consumed ?? null;
}
