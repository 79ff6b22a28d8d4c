import { verifyTotp } from "@holdfast/core/oath/verify-totp";
import { sentCodes, type TypedCode, takes } from "@holdfast/core/policy/workflows";
import type { AuthenticatorFacts, Check } from "@holdfast/core/sign-in/types";
import type { UserPolicy, Workflow } from "@holdfast/protocol/policy";
import type { AuthenticatorRow } from "../../store/authenticators-store.ts";
import type { SignInFactsRow } from "../../store/sign-in-facts-row.ts";
import type { Transaction } from "../../store/store.ts";
import type { TokenRow } from "../../store/tokens-store.ts";
import { cardLookup, cardNumber } from "../authenticators/cards.ts";
import { heldOf } from "../authenticators/data.ts";
import { assertedCredential, passkeyFits, type RelyingParty } from "../authenticators/passkeys.ts";
import { pinExpiresAtMs, pinFits } from "../authenticators/pins.ts";
import { checkRecoveryCode, codesLeft } from "../authenticators/recovery-codes.ts";
import type { PasswordPlace } from "../password-queue.ts";
import type { AppPorts } from "../ports.ts";
import { readinessOf } from "../push/users.ts";
import { codeStandsAt } from "./code-check.ts";

/** What a user has besides password and event-based token. */
export type OtherAuthenticators = {
  readonly totp: readonly TokenRow[];
  readonly rows: readonly AuthenticatorRow[];
  /** Phones that may approve his sign-ins. */
  readonly phoneIds: readonly string[];
};

const none: OtherAuthenticators = { totp: [], rows: [], phoneIds: [] };
const others = ["totp", "passkey", "recovery-code", "pin", "card", "push", ...sentCodes] as const;

/** One read more for who has any and signs in to what takes them; most have none. */
export async function readOthers(
  ports: Pick<AppPorts, "store">,
  { user, policy, state }: SignInFactsRow,
  workflow: Workflow,
): Promise<OtherAuthenticators> {
  if (state.otherAuthenticators === 0 || !others.some((factor) => takes(policy, workflow, factor)))
    return none;
  return ports.store.read(async (tx) => ({
    totp: (await tx.tokens.ofUser(user.id)).filter(
      ({ kind, status }) => kind === "totp" && status === "enabled",
    ),
    rows: (await tx.authenticators.ofUser(user.id)).filter(({ status }) => status === "enabled"),
    phoneIds: takes(policy, workflow, "push") ? await askedPhones(tx, user.id) : [],
  }));
}

async function askedPhones(tx: Transaction, userId: string): Promise<readonly string[]> {
  const ready = await readinessOf(tx, userId);
  return ready.kind === "ready" ? ready.phoneIds : [];
}

/**
 * Whether a password alone may open the portal to enrol a second factor: not beside one that is disabled, that was made
 * for the console or that the portal does not take (one that nobody has finished is none), else whoever knows the password would add one of his own to it; and
 * not for administrators, whom a password alone must not bring to the console.
 */
export function enrolsByPassword(
  { store }: Pick<AppPorts, "store">,
  { user, token }: SignInFactsRow,
): Promise<boolean> {
  if (token !== null) return Promise.resolve(false);
  return store.read(async (tx) => {
    const tokens = await tx.tokens.ofUser(user.id);
    const rows = await tx.authenticators.ofUser(user.id);
    return (
      tokens.every(({ status }) => status === "revoked" || status === "pending") &&
      rows.every(({ kind }) => kind === "recovery-code" || kind === "pin") &&
      // Whatever it does: also one whose codes nobody has yet, or that answers endpoints alone.
      (await tx.phones.ofUser(user.id)).length === 0 &&
      (await tx.authorization.administrators.roleId(user.id)) === null
    );
  });
}

/** As core decides on them. A passkey counts at its own relying party only, recovery codes as long as any is left. */
export function factsOfOthers(
  { totp, rows, phoneIds }: OtherAuthenticators,
  policy: UserPolicy,
  party: RelyingParty | null,
  nowMs: number,
): AuthenticatorFacts[] {
  const facts = (row: AuthenticatorRow, factor: AuthenticatorFacts["factor"], expired = false) => ({
    id: row.id,
    factor,
    nextCounter: 0,
    version: row.version,
    expired,
  });
  return [
    ...totp.map(({ id, nextCounter }) => ({
      id,
      factor: "totp" as const,
      nextCounter,
      version: 0,
      expired: false,
    })),
    ...heldOf(rows, "passkey")
      .filter(({ data }) => data.relyingPartyId === party?.id)
      .map(({ row }) => facts(row, "passkey")),
    ...heldOf(rows, "recovery-code")
      .filter(({ data }) => codesLeft(data) > 0)
      .map(({ row }) => facts(row, "recovery-code")),
    ...heldOf(rows, "pin").map(({ row, data }) =>
      facts(row, "pin", nowMs >= (pinExpiresAtMs(data, policy.pin) ?? Number.POSITIVE_INFINITY)),
    ),
    ...rows.filter(({ kind }) => kind === "card").map((row) => facts(row, "card")),
    ...sentCodes.flatMap((kind) => heldOf(rows, kind).map(({ row }) => facts(row, kind))),
    ...phoneIds.map((id) => ({ id, factor: "push" as const, nextCounter: 0, version: 0, expired: false })),
  ];
}

/** What was found right of an authenticator that is no token; `data` is what the commit is to keep of it. */
export type Use = { readonly authenticatorId: string; readonly data: Record<string, unknown> | null };

/** Checks of these authenticators within one run. */
export type OtherChecks = {
  /** Null: no code of these kinds. Every one is compared, whichever fits. */
  typedCode(
    kinds: readonly TypedCode[],
    code: string,
  ): { check: Check & { check: "right" }; use: Use | null } | null;
  passkey(assertion: string): Promise<{ check: Check; use: Use | null }>;
  pin(typed: string): Promise<{ check: Check; use: Use | null }>;
  card(typed: string): { check: Check; use: Use | null };
  /** For a retry: whether this run showed what an earlier run of it had used up. */
  shownAgain(tokenIdOrAuthenticatorId: string, counter: number | null): boolean;
  /** Recovery codes left after one was used in this run; null: none was. */
  recoveryCodesLeft(): number | null;
};

const wrong = { check: { check: "wrong" }, use: null } as const;

export function createOtherChecks(
  ports: AppPorts,
  owner: { readonly userId: string; readonly policy: UserPolicy },
  held: OtherAuthenticators,
  passkeys: { readonly party: RelyingParty | null; readonly challenge: string | null },
  place: PasswordPlace | null,
): OtherChecks {
  const { userId, policy } = owner;
  const nowMs = ports.clock.now();
  let code: string | null = null;
  let reused: string | null = null;
  let left: number | null = null;

  return {
    typedCode(kinds, typed) {
      code = typed;
      let found: ReturnType<OtherChecks["typedCode"]> = null;
      for (const token of kinds.includes("totp") ? held.totp : []) {
        const counter = totpCounter(ports, token, policy, typed, nowMs);
        if (counter !== null && found === null)
          found = { check: { check: "right", match: { factor: "totp", id: token.id, counter } }, use: null };
      }
      for (const { row, data } of kinds.includes("recovery-code") ? heldOf(held.rows, "recovery-code") : []) {
        const finding = checkRecoveryCode(ports.lookupMac, userId, data, typed, nowMs);
        if (finding.kind === "used") reused = row.id;
        if (finding.kind !== "right" || found !== null) continue;
        left = finding.left;
        found = {
          check: { check: "right", match: { factor: "recovery-code", id: row.id } },
          use: { authenticatorId: row.id, data: finding.data },
        };
      }
      return found;
    },

    async passkey(assertion) {
      const asserted = assertedCredential(assertion);
      const { party, challenge } = passkeys;
      if (asserted === null || party === null || challenge === null) return wrong;
      const known = heldOf(held.rows, "passkey").find(({ row }) => row.lookup === asserted.id);
      if (!known) return wrong;
      const data = await passkeyFits(party, challenge, asserted.id, known.data, userId, asserted.response);
      if (data === null) return wrong;
      return {
        check: { check: "right", match: { factor: "passkey", id: known.row.id } },
        use: { authenticatorId: known.row.id, data },
      };
    },

    async pin(typed) {
      const [known] = heldOf(held.rows, "pin");
      if (place === null) throw new Error("a PIN is to be checked and there is no place for it");
      if (!known || !(await pinFits(place, known.data, typed))) return wrong;
      return {
        check: { check: "right", match: { factor: "pin", id: known.row.id } },
        use: { authenticatorId: known.row.id, data: null },
      };
    },

    card(typed) {
      const number = cardNumber(typed);
      const lookup = number === null ? null : cardLookup(ports.lookupMac, number);
      const card = held.rows.find((row) => row.kind === "card" && row.lookup === lookup && lookup !== null);
      if (!card) return wrong;
      return {
        check: { check: "right", match: { factor: "card", id: card.id } },
        use: { authenticatorId: card.id, data: null },
      };
    },

    shownAgain(id, counter) {
      if (counter === null) return reused === id;
      const token = held.totp.find((one) => one.id === id);
      return code !== null && token !== undefined && codeStandsAt(ports.secrets, token, counter, code);
    },
    recoveryCodesLeft: () => left,
  };
}

function totpCounter(
  { secrets }: Pick<AppPorts, "secrets">,
  token: TokenRow,
  policy: UserPolicy,
  code: string,
  nowMs: number,
): number | null {
  const { digits, algorithm, nextCounter, periodSeconds } = token;
  if (periodSeconds === null) throw new Error(`the time-based token ${token.id} has no period`);
  const secret = secrets.open("token-secret", token.id, token.sealedSecret);
  try {
    const { driftSteps } = policy.totp;
    const verdict = verifyTotp({
      ...{ secret, digits, algorithm, code, periodSeconds, nextCounter, driftSteps, nowMs },
    });
    return verdict.kind === "accepted" ? verdict.counter : null;
  } finally {
    secret.fill(0);
  }
}
