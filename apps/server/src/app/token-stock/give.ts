import { resynchronisationSearchWindow } from "@holdfast/core/oath/look-ahead-window";
import { resynchronise } from "@holdfast/core/oath/resynchronise";
import { timeStep, verifyTotp } from "@holdfast/core/oath/verify-totp";
import type { UserPolicy } from "@holdfast/protocol/policy";
import type { HardwareTokenAnswer, HardwareTokenGift } from "@holdfast/protocol/token-stock-api";
import { serialKey } from "@holdfast/token-import/candidate";
import type { StockRow } from "../../store/token-stock-store.ts";
import type { TokenRow } from "../../store/tokens-store.ts";
import type { Actor } from "../actor.ts";
import { report } from "../audit.ts";
import { ownerForChange } from "../authenticators/rights.ts";
import type { Outcome } from "../outcome.ts";
import { invalid, ok, refused } from "../outcome.ts";
import type { AppPorts } from "../ports.ts";
import { checkCode } from "../sign-in/code-check.ts";
import { refusalOfOneMore, tokenCounts } from "../token-enrolment.ts";
import { enabledHotp, tokenView } from "../token-view.ts";
import { markStale } from "../users.ts";

/**
 * Gives a token of the stock to a user. With a right code it counts at once; without one it waits, as a token that was made
 * at the console does. It leaves the stock for good: its secret is in one place only, and whoever had it may know its codes.
 */
export function giveHardwareToken(
  ports: AppPorts,
  actor: Actor,
  userId: string,
  gift: HardwareTokenGift,
): Promise<Outcome<HardwareTokenAnswer>> {
  return ports.store.transaction(async (tx) => {
    const stock = await tx.tokenStock.bySerialKey(serialKey(gift.serial));
    const owner = await ownerForChange(tx, actor, userId, stock?.kind ?? "hotp");
    if (owner.kind === "refused") return owner;
    if (!stock)
      return invalid(
        "serial",
        "The stock has no token of this serial number. Compare it with what is printed.",
      );
    if (stock.sealedSecret === null)
      return refused(
        "conflict",
        "This token was given to somebody before. It is given to nobody else: take another one.",
      );
    const before = await tx.tokens.ofUser(userId);
    const full = refusalOfOneMore(before, stock.kind);
    if (full) return full;
    const { policy } = owner.value;
    // Which token came first decides which is used (OTP-28), so that no two share a moment.
    const createdAtMs = Math.max(tx.now(), ...before.map((token) => token.createdAtMs + 1));
    const pending = tokenOf(stock, stock.sealedSecret, userId, gift.label, createdAtMs);
    const proof = prove(ports, pending, policy, gift);
    const detail = { tokenId: stock.id, serial: stock.serial, kind: stock.kind };
    if (proof.kind === "refused") {
      await report(tx, actor, "hardware-token-given", {
        userId,
        outcome: "refused",
        reason: "wrong-code",
        detail,
      });
      return invalid(proof.field, proof.message);
    }
    if ((await tx.tokenStock.give(stock.id, tx.now())) === null)
      return refused("conflict", "Somebody else was given this token just now.");
    const row: TokenRow =
      proof.kind === "waits" ? pending : { ...pending, status: "enabled", nextCounter: proof.nextCounter };
    await tx.tokens.insert(row);
    await report(tx, actor, "hardware-token-given", { userId, detail: { ...detail, status: row.status } });
    if (row.status === "enabled") {
      await tokenCounts(ports, tx, actor, row, policy);
      await markStale(tx, userId);
    }
    const enabled = enabledHotp([...before, row]);
    return ok({ token: tokenView(row, policy, enabled[0]?.id ?? null), warnings: warningsOf(row, enabled) });
  });
}

type Proof =
  | { readonly kind: "right"; readonly nextCounter: number }
  | { readonly kind: "waits" }
  | { readonly kind: "refused"; readonly field: "first" | "second"; readonly message: string };

/** By the codes that somebody reads off the token, which they use up. */
function prove(ports: AppPorts, token: TokenRow, policy: UserPolicy, gift: HardwareTokenGift): Proof {
  const [first, second] = [gift.first, gift.second].map((code) => code?.replaceAll(" ", ""));
  if (first === undefined)
    return second === undefined
      ? { kind: "waits" }
      : { kind: "refused", field: "first", message: "Give the first of the two codes, too." };
  return token.periodSeconds === null
    ? proveByEvents(ports, token, policy, first, second)
    : proveByTime(ports, { ...token, periodSeconds: token.periodSeconds }, policy, first, second);
}

function proveByEvents(
  ports: AppPorts,
  token: TokenRow,
  policy: UserPolicy,
  first: string,
  second: string | undefined,
): Proof {
  if (second === undefined) {
    const finding = checkCode(ports.secrets, token, policy, first, false);
    if (finding.check === "right" && finding.counter !== undefined)
      return { kind: "right", nextCounter: finding.counter + 1 };
    return {
      kind: "refused",
      field: "first",
      message:
        "This is no code that the token shows next. Give two codes in a row: they find one that was pressed often in its box.",
    };
  }
  const searchWindow = resynchronisationSearchWindow(policy.hotp.windowSize);
  const found = withSecret(ports, token, (secret) =>
    resynchronise({ ...codesOf(token), secret, exposed: [], first, second, searchWindow }),
  );
  return found.kind === "found"
    ? { kind: "right", nextCounter: found.nextCounter }
    : {
        kind: "refused",
        field: "second",
        message: `These are no two codes in a row of this token within the next ${searchWindow}. Is it the token of this serial number?`,
      };
}

function proveByTime(
  ports: AppPorts,
  token: TokenRow & { periodSeconds: 30 | 60 },
  policy: UserPolicy,
  first: string,
  second: string | undefined,
): Proof {
  const { driftSteps } = policy.totp;
  const nowMs = ports.clock.now();
  const verify = (code: string, drift: number, nextCounter: number, atMs: number) =>
    withSecret(ports, token, (secret) =>
      verifyTotp({ ...codesOf(token), secret, code, nextCounter, driftSteps: drift, nowMs: atMs }),
    );
  const right = verify(first, driftSteps, 0, nowMs);
  if (right.kind === "accepted") {
    const then = second === undefined ? null : verify(second, driftSteps, right.counter + 1, nowMs);
    return { kind: "right", nextCounter: (then?.kind === "accepted" ? then.counter : right.counter) + 1 };
  }
  const offBy = second === undefined ? null : clockError(verify, token.periodSeconds, first, second, nowMs);
  const message =
    offBy === null
      ? "This is no code that the token shows now. Is it the token of this serial number?"
      : `The codes are this token's, but its clock is ${offBy}. Have it replaced, or let the policy allow more drift.`;
  return { kind: "refused", field: "first", message };
}

/** Two codes in a row show how far the clock of a token is off, up to a day: one alone is found by chance too easily. */
function clockError(
  verify: (code: string, drift: number, from: number, atMs: number) => ReturnType<typeof verifyTotp>,
  periodSeconds: 30 | 60,
  first: string,
  second: string,
  nowMs: number,
): string | null {
  const stepsOfADay = 86_400 / periodSeconds;
  const now = timeStep(nowMs, periodSeconds);
  const found = verify(first, stepsOfADay, 0, nowMs);
  if (found.kind !== "accepted") return null;
  const following = verify(second, 0, 0, (found.counter + 1) * periodSeconds * 1000);
  if (following.kind !== "accepted") return null;
  const minutes = Math.round(((found.counter - now) * periodSeconds) / 60);
  return `${Math.abs(minutes)} minutes ${minutes < 0 ? "slow" : "fast"}`;
}

function withSecret<T>(ports: AppPorts, { id, sealedSecret }: TokenRow, use: (secret: Uint8Array) => T): T {
  const secret = ports.secrets.open("token-secret", id, sealedSecret);
  try {
    return use(secret);
  } finally {
    secret.fill(0);
  }
}

function codesOf<Token extends TokenRow>({ digits, algorithm, nextCounter, periodSeconds }: Token) {
  return { digits, algorithm, nextCounter, periodSeconds: periodSeconds as Token["periodSeconds"] };
}

/** The stock's id is the token's: its secret stays sealed as it was. */
function tokenOf(
  stock: StockRow,
  sealedSecret: string,
  userId: string,
  label: string | undefined,
  createdAtMs: number,
): TokenRow {
  const { id, kind, digits, algorithm, periodSeconds, counter, serial } = stock;
  return {
    id,
    userId,
    kind,
    label: label ?? `Token ${serial}`,
    digits,
    algorithm,
    sealedSecret,
    nextCounter: counter,
    periodSeconds,
    windowSize: null,
    cacheSize: null,
    status: "pending",
    exposed: [],
    createdAtMs,
    phoneId: null,
  };
}

function warningsOf({ kind, status }: TokenRow, enabled: readonly TokenRow[]) {
  if (kind !== "hotp" || status !== "enabled" || enabled.length < 2) return [];
  return [
    {
      code: "more-than-one-token",
      message: `The user has ${enabled.length} enabled event-based tokens; only "${enabled[0]?.label}" is used (OTP-28).`,
    },
  ];
}
