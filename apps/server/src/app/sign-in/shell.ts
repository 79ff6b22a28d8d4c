import { isSentCode, satisfies, type TypedCode, takes, typedCodes } from "@holdfast/core/policy/workflows";
import { isBypass } from "@holdfast/core/sign-in/bypass";
import type { SignInShell } from "@holdfast/core/sign-in/driver";
import { givenPart } from "@holdfast/core/sign-in/given-part";
import { otherWaysThanToken } from "@holdfast/core/sign-in/other-ways";
import type {
  Check,
  Effect,
  Facts,
  Given,
  Input,
  Outcome,
  SignInAudit,
  State,
  VerifiedFactor,
} from "@holdfast/core/sign-in/types";
import type { Factor, Workflow } from "@holdfast/protocol/policy";
import type { AuditDraft } from "../../store/audit-rows.ts";
import type { SignInCommit } from "../../store/sign-in-commit.ts";
import type { SignInFactsRow } from "../../store/sign-in-facts-row.ts";
import { counterOf } from "../lockout-counters.ts";
import { verifierFits } from "../passwords.ts";
import type { AppPorts } from "../ports.ts";
import { checkClosed, isClosed } from "../restored-tokens.ts";
import { sendSignInCode } from "../senders/sign-in-codes.ts";
import type { SignInClient } from "./client.ts";
import { checkCode, codeStandsAt } from "./code-check.ts";
import { consumptionOf, extrasOf, lockoutOf } from "./commit-parts.ts";
import type { DefaultPolicy } from "./default-policy.ts";
import { factsOf, strangerFacts } from "./facts.ts";
import type { OtherChecks, Use } from "./other-authenticators.ts";
import { createOtherChecks, enrolsByPassword, factsOfOthers, readOthers } from "./other-authenticators.ts";
import { createPushCheck } from "./push-check.ts";
import type { Found, Run } from "./run.ts";
import { createSentChecks, type SentChecks } from "./sent-codes.ts";
import { createTemporaryCodeCheck } from "./temporary-code-check.ts";
import type { KeptVerdict, Shown } from "./verdict.ts";
import { answersRetry } from "./verdict.ts";

/** Where somebody without a second factor may be let in to enrol one (TC-43, TC-46). */
const enrolling: ReadonlySet<Workflow> = new Set<Workflow>(["self-service", "remote-access"]);

export type ServerShell = SignInShell & {
  /** The verdict of an earlier run of this attempt that rules over what this run found. */
  earlier(): Outcome | null;
  /** True where the attempt id was used for something else before. */
  misused(): boolean;
  row(): SignInFactsRow | null;
  /** What a passkey answered, once it was found right. */
  assertion(): string | null;
  /** What a phone signed, likewise. */
  approval(): string | null;
  /** What the user has that would have done instead of his token (OTP-27). */
  otherWays(): Factor[];
  /** Recovery codes left after one was used; null: none was. */
  recoveryCodesLeft(): number | null;
  found(): Found;
  pushAskedAtMs(): number | null;
};

/** Carries out the machine's effects at the server: one read of facts, one durable commit (DESIGN §2). */
export function createServerShell(
  ports: AppPorts,
  defaults: DefaultPolicy,
  run: Run,
  client: SignInClient,
): ServerShell {
  let facts: Facts | null = null;
  let row: SignInFactsRow | null = null;
  let earlier: Outcome | null = null;
  let misused = false;
  let code: string | null = null;
  let assertion: string | null = null;
  let others: OtherChecks | null = null;
  let sent: SentChecks | null = null;
  const temporaryCode = createTemporaryCodeCheck(ports, run);
  const push = createPushCheck(ports, run, client);
  const uses = new Map<string, Use>();
  const proven = new Set<Factor>(run.before.factors);
  /** Of the password that was found right. */
  let provenEpoch = run.before.credentialEpoch;
  const shown = (): Shown => ({
    userName: run.userName,
    workflow: run.workflow,
    proven,
    nowMs: ports.clock.now(),
    active: row?.user.status === "active",
    codeIs: ({ tokenId, counter }) =>
      code !== null && row?.token?.id === tokenId
        ? codeStandsAt(ports.secrets, row.token, counter, code)
        : others?.shownAgain(tokenId, counter) === true,
    usedAgain: (id) =>
      others?.shownAgain(id, null) === true ||
      sent?.shownAgain(id) === true ||
      push.shownAgain(id) ||
      temporaryCode.shownAgain(id),
  });

  const readFacts = async (): Promise<Facts> => {
    // The facts of one run change only under a conflict, which drops them: the commit's version guards the rest.
    if (facts === null) {
      row = await ports.store.signInFacts(run.userName);
      facts = row === null ? strangerFacts(await defaults.get()) : await factsOfUser(row);
    }
    return facts;
  };

  const factsOfUser = async (known: SignInFactsRow): Promise<Facts> => {
    const held = await readOthers(ports, known, run.workflow);
    const owner = { userId: known.user.id, policy: known.policy };
    others = createOtherChecks(ports, owner, held, run, run.place);
    sent = createSentChecks(ports, held.rows, run.workflow);
    // Read beside a password's Argon2id only: a name alone must not cost more where somebody has it.
    const asked = enrolling.has(run.workflow) && run.place !== null;
    const enrols = asked && (await enrolsByPassword(ports, known));
    const temporary = await temporaryCode.facts(known, enrols);
    const found = factsOf(known, run.workflow, [
      ...factsOfOthers(held, known.policy, run.party, ports.clock.now()),
      ...temporary.good,
    ]);
    // A password that was replaced since it was found right here is none any more.
    const replaced = provenEpoch !== null && provenEpoch !== known.user.credentialEpoch;
    return {
      ...found,
      hasPassword: found.hasPassword && !replaced,
      temporaryCodeKept: temporary.kept,
      enrolsByPassword: enrols,
    };
  };

  const typed = ({ ref, take }: Given): string => givenPart(run.values.get(ref.secret) ?? "", take);

  const verifyPassword = async (given: Given): Promise<Check> => {
    const salt = row ? Buffer.from(row.user.offlineSalt, "base64url") : ports.entropy(16);
    const right = await derived(typed(given), salt, row?.user.passwordVerifier ?? null);
    if (!right) {
      walkAsForAWrongCode();
      return { check: "wrong" };
    }
    proven.add("password");
    provenEpoch = row?.user.credentialEpoch ?? null;
    return { check: "right" };
  };

  const burn = async (given: Given | null, state: State): Promise<void> => {
    if (given === null) return;
    if (state.at === "checking" && state.ask === "code") {
      await temporaryCode.burn(typed(given));
      walkAsForAWrongCode();
    } else await derived(typed(given), ports.entropy(16), null);
  };

  const derived = async (password: string, salt: Uint8Array, verifier: string | null): Promise<boolean> => {
    if (run.place === null) throw new Error("a password is to be checked and none was typed");
    const key = await run.place.derive(password, salt);
    try {
      return verifier !== null && verifierFits(key, verifier);
    } finally {
      key.fill(0);
    }
  };

  /** A wrong password takes as long as a right one with a wrong code. */
  const walkAsForAWrongCode = () => {
    const zeros = "0".repeat(row?.token?.digits ?? 6);
    if (row?.token && takes(row.policy, run.workflow, "hotp"))
      checkCode(ports.secrets, row.token, row.policy, zeros, true);
    others?.typedCode(typedCodes, zeros);
  };

  const check = async (kinds: readonly TypedCode[], given: Given): Promise<Check> => {
    code = typed(given);
    const temporary = row && (await temporaryCode.check(row, code));
    if (temporary) return ofTemporaryForm(kinds, code, temporary.id);
    const ofToken = kinds.includes("hotp") ? await checkToken(code) : null;
    if (ofToken?.check === "right") return ofToken;
    const found = others?.typedCode(kinds, code) ?? null;
    if (found === null) return ofToken ?? { check: "wrong" };
    return noteUse(found);
  };

  /** No token's code has this form; one recovery code or another may. */
  const ofTemporaryForm = (kinds: readonly TypedCode[], code: string, rightId: string | null): Check => {
    if (rightId !== null && kinds.includes("temporary-code")) {
      proven.add("temporary-code");
      return { check: "right", match: { factor: "temporary-code", id: rightId } };
    }
    const recovery = others?.typedCode(
      kinds.filter((kind) => kind === "recovery-code"),
      code,
    );
    return recovery ? noteUse(recovery) : { check: "wrong", form: "temporary-code" };
  };

  /** A code that is not looked at, because what comes before it was wrong, costs what it would have cost. */
  const afterChecking = async (result: Check, state: State): Promise<Check> => {
    if (result.check === "right" || state.at !== "checking") return result;
    for (const { ask, given } of state.rest) if (ask === "code") await temporaryCode.burn(typed(given));
    return result;
  };

  /** What the commit keeps of an authenticator, should it come to that. */
  const noteUse = ({ check: found, use }: { check: Check; use: Use | null }): Check => {
    if (found.check === "right" && found.match) proven.add(found.match.factor);
    if (use !== null) uses.set(use.authenticatorId, use);
    return found;
  };

  const verify = async (factor: VerifiedFactor, given: Given): Promise<Check> => {
    if (others === null || sent === null) throw new Error(`a ${factor} is to be checked of nobody`);
    const value = typed(given);
    if (isSentCode(factor)) return noteUse(sent.check(factor, value));
    // What is for the time without a server opens nothing at one (OTP-23).
    if (isBypass(factor) || factor === "qr-challenge") return { check: "wrong" };
    if (factor === "push") return noteUse({ check: await push.check(row?.user.id ?? ""), use: null });
    const found = await others[factor](value);
    if (factor === "passkey" && found.check.check === "right") assertion = value;
    return noteUse(found);
  };

  const checkToken = async (code: string): Promise<Check> => {
    if (row === null || row.token === null) throw new Error("a code is to be checked and there is no token");
    if (await barredFromRemoteAccess(row)) return { check: "unusable", reason: "token-cached-offline" };
    const found = isClosed(row.token)
      ? await checkClosed(ports, row.token, row.policy, code, proven.has("password"))
      : checkCode(ports.secrets, row.token, row.policy, code, proven.has("password"));
    if (found.check === "right") proven.add("hotp");
    return found;
  };

  /** Policy can bar tokens whose codes lie at an endpoint from remote access (SECURITY §2). */
  const barredFromRemoteAccess = async ({ policy, token, user }: SignInFactsRow): Promise<boolean> => {
    if (run.workflow !== "remote-access" || policy.hotp.remoteAccessWhileCached || token === null)
      return false;
    const bundles = await ports.store.read((tx) => tx.bundles.ofUser(user.id));
    return bundles.some(
      (held) =>
        held.status === "active" && held.tokenId === token.id && held.handedThrough >= token.nextCounter,
    );
  };

  /** What an earlier run of this attempt ended with, and whether it answers this one. */
  const settledEarlier = async (): Promise<"no" | "answered" | "misused"> => {
    const text = await ports.store.attempt(run.attemptId, run.client);
    if (text === null) return "no";
    const kept = JSON.parse(text) as KeptVerdict;
    if (!answersRetry(kept, shown())) return "misused";
    earlier = kept.outcome;
    return "answered";
  };

  /** Where a fresh sign-in was demanded of who used a code twice, and this is one (SECURITY §2). */
  const demandMetAt = async (verdict: Outcome): Promise<string | null> => {
    const { endpointId } = run;
    if (verdict.kind !== "succeeded" || endpointId === null || row === null) return null;
    if (!satisfies(row.policy, "workstation", verdict.factors)) return null;
    const held = await ports.store.read((tx) => tx.bundles.get(endpointId, verdict.userId));
    return held?.freshSignInNeeded ? endpointId : null;
  };

  const commit = async (effect: Extract<Effect, { do: "commit" }>, state: State): Promise<Input> => {
    if (state.at === "recording") return record(effect);
    if (state.at !== "settling")
      throw new Error("the server commits verdicts and failures that are counted ahead");
    const atMs = ports.clock.now();
    const { userName, workflow } = run;
    const verdict: KeptVerdict = { atMs, userName, workflow, outcome: state.verdict };
    const ofCode = temporaryCode.change(effect.write, state.verdict, atMs);
    const withdrawn = await push.ending(
      state.verdict.kind === "succeeded" ? "signed-in-otherwise" : "sign-in-ended",
    );
    const asked: SignInCommit = {
      expect: effect.expect,
      lockout: lockoutOf(effect, counterOf(run.workflow, row?.policy)),
      consume: consumptionOf(effect, run.attemptId, atMs),
      attempt: { id: run.attemptId, clientId: run.client, verdict: JSON.stringify(verdict), atMs },
      also: extrasOf(
        effect,
        uses,
        sent,
        {
          temporaryCode: ofCode,
          withdrawPush: withdrawn?.write ?? null,
          demandMetAt: await demandMetAt(state.verdict),
        },
        run.workflow,
        atMs,
      ),
      audit: [
        ...effect.audit.map((event) => draft(event, atMs)),
        ...temporaryCode.ended(ofCode),
        ...(withdrawn === null ? [] : [withdrawn.audit]),
      ],
    };
    const answer = { effect: effect.id };
    try {
      if ((await ports.store.commitSignIn(asked)) === "committed") {
        if (withdrawn !== null) push.ended(withdrawn.userId);
        return { in: "committed", ...answer };
      }
      const before = await settledEarlier();
      misused = before === "misused";
      if (before !== "no") return { in: "committed", ...answer };
    } catch (cause) {
      ports.log.error({ err: cause }, "a sign-in could not be stored");
      return { in: "storage-failed", ...answer };
    }
    facts = null;
    return { in: "conflict", ...answer };
  };

  /** The failure that is counted before a code is sent. It is no verdict: another request may come to one. */
  const record = async (effect: Extract<Effect, { do: "commit" }>): Promise<Input> => {
    const lockout = lockoutOf(effect, counterOf(run.workflow, row?.policy));
    const audit: SignInAudit = {
      type: "sign-in",
      ...{ attemptId: run.attemptId, userId: effect.expect.userId, workflow: run.workflow, mode: "online" },
      ...{
        outcome: "refused",
        reason: null,
        factors: [],
        consumed: null,
        failure: null,
        lockedUntilMs: null,
      },
    };
    const atMs = ports.clock.now();
    const asked = { ...draft(audit, atMs), type: "sign-in-code-requested", outcome: "info" as const };
    facts = null;
    const answer = { effect: effect.id };
    try {
      const { expect } = effect;
      const result = await ports.store.commitSignIn({
        expect,
        lockout,
        consume: null,
        attempt: null,
        audit: [asked],
      });
      return { in: result, ...answer };
    } catch (cause) {
      ports.log.error({ err: cause }, "a sign-in could not be stored");
      return { in: "storage-failed", ...answer };
    }
  };

  /** What a reader of the audit needs to know where a failure did not join the common count. */
  const countedApart = () =>
    row && counterOf(run.workflow, row.policy) === "remote-access" ? { counter: "remote-access" } : {};

  const draft = (event: SignInAudit, atMs: number): AuditDraft => {
    const ofCode = temporaryCode.audited(event);
    return {
      atMs,
      type: event.type,
      actor: run.client,
      subjectUserId: event.userId,
      endpointId: run.endpointId,
      attemptId: event.attemptId,
      outcome: event.outcome,
      reason: ofCode.reason ?? event.reason,
      mode: event.mode,
      detail: {
        workflow: event.workflow,
        factors: event.factors,
        ...(event.consumed ? { consumed: event.consumed } : {}),
        ...(event.failure ? { failure: event.failure, ...countedApart() } : {}),
        ...(event.lockedUntilMs === null ? {} : { lockedUntilMs: event.lockedUntilMs }),
        ...ofCode.detail,
        ...run.context,
      },
    };
  };

  return {
    readFacts,
    now: () => ports.clock.now(),
    async execute(effect, state) {
      switch (effect.do) {
        case "verify-password": {
          const result = await afterChecking(await verifyPassword(effect.given), state);
          return { in: "checked", effect: effect.id, result };
        }
        case "burn-time": {
          await burn(effect.given, state);
          const result = await afterChecking({ check: "wrong" }, state);
          return { in: "checked", effect: effect.id, result };
        }
        case "check-code":
          return { in: "checked", effect: effect.id, result: await check(effect.kinds, effect.given) };
        case "verify": {
          const result = await afterChecking(await verify(effect.factor, effect.given), state);
          return { in: "checked", effect: effect.id, result };
        }
        case "send-code":
          sendSignInCode(ports, {
            ...{ by: effect.by, userId: effect.userId, about: row?.user.id ?? null },
            ...{ attemptId: run.attemptId, client: run.client, workflow: run.workflow },
            host: run.party?.id ?? null,
          });
          return null;
        case "ask-phone":
          push.ask(effect.userId, row?.user.id ?? null);
          return null;
        case "commit":
          return commit(effect, state);
        case "note":
          if ((await settledEarlier()) !== "answered")
            await ports.store.note([draft(effect.audit, ports.clock.now())]);
          push.abandoned();
          return null;
        case "forget":
          run.values.clear();
          return null;
      }
    },
    earlier: () => earlier,
    misused: () => misused,
    row: () => row,
    assertion: () => assertion,
    approval: push.statement,
    otherWays: () =>
      facts === null
        ? []
        : otherWaysThanToken(
            { workflow: run.workflow, mode: "online", browser: run.party !== null, oneLine: false },
            facts,
          ),
    recoveryCodesLeft: () => others?.recoveryCodesLeft() ?? null,
    found: () => ({ factors: [...proven], credentialEpoch: provenEpoch }),
    pushAskedAtMs: push.askedAtMs,
  };
}
