import { decodeBase32 } from "@holdfast/core/oath/base32";
import { buildOtpauthUri, type OtpauthToken, parseOtpauthUri } from "@holdfast/core/oath/otpauth-uri";
import { checkSecretLength, newSecretBytes } from "@holdfast/core/oath/token-secret";
import type { TokenCreation, TokenEnrolment } from "@holdfast/protocol/admin-api";
import type { UserPolicy } from "@holdfast/protocol/policy";
import { mostOfOneKind } from "@holdfast/protocol/token-stock-api";
import QRCode from "qrcode";
import type { Transaction } from "../store/store.ts";
import type { TokenRow } from "../store/tokens-store.ts";
import type { Actor } from "./actor.ts";
import { report } from "./audit.ts";
import { renewsPostponing } from "./authenticators/rights.ts";
import { refusalOfChange, userResource } from "./authorization.ts";
import type { Outcome, Refused } from "./outcome.ts";
import { invalid, notFound, ok, refused } from "./outcome.ts";
import type { AppPorts } from "./ports.ts";
import { newId } from "./ports.ts";
import { productNameOf } from "./settings.ts";
import { endTemporaryCode } from "./temporary-codes/ending.ts";
import { enabledHotp, tokenView, watchTokens } from "./token-view.ts";
import { policyOf } from "./users.ts";

type Material = {
  readonly token: Unnamed<OtpauthToken>;
  readonly imported: boolean;
  readonly warning: string | null;
};
type Unnamed<T> = T extends unknown ? Omit<T, "issuer" | "account"> : never;

/** Enrols a token: with a secret made here and shown once, or with that of a token that exists already. */
export async function enrolToken(
  ports: AppPorts,
  actor: Actor,
  userId: string,
  request: TokenCreation,
): Promise<Outcome<TokenEnrolment>> {
  const chosen = material(ports, request);
  if (chosen.kind === "refused") return chosen;
  const { token, imported, warning } = chosen.value;
  const { secret, digits, algorithm } = token;
  try {
    const [user, issuer] = await ports.store.read(
      async (tx) => [await tx.users.get(userId), await productNameOf(ports, tx)] as const,
    );
    if (!user) return notFound("user");
    const id = newId(ports, "tok");
    const shown = imported ? null : await presentation(issuer, user.name, token);
    if (shown?.kind === "refused") return shown;
    const sealedSecret = ports.secrets.seal("token-secret", id, secret);

    return await ports.store.transaction(async (tx) => {
      const owner = await tx.users.get(userId);
      if (!owner) return notFound("user");
      const no = await refusalOfChange(tx, actor, "users.authenticators", await userResource(tx, userId));
      if (no) return no;
      const before = await tx.tokens.ofUser(userId);
      const full = refusalOfOneMore(before, token.kind);
      if (full) return full;
      const waits = waitsForFirstCode(actor, token.kind, imported);
      const row: TokenRow = {
        id,
        userId,
        kind: token.kind,
        label: request.label ?? `Token ${before.length + 1}`,
        digits,
        algorithm,
        sealedSecret,
        nextCounter: token.kind === "hotp" ? token.counter : 0,
        periodSeconds: token.kind === "totp" ? token.periodSeconds : null,
        windowSize: null,
        cacheSize: null,
        status: waits ? "pending" : "enabled",
        exposed: [],
        // Which token came first decides which is used (OTP-28), so that no two share a moment.
        createdAtMs: Math.max(tx.now(), ...before.map((token) => token.createdAtMs + 1)),
        phoneId: null,
      };
      await tx.tokens.insert(row);
      await report(tx, actor, imported ? "token-imported" : "token-enrolled", {
        userId,
        detail: {
          tokenId: id,
          kind: row.kind,
          label: row.label,
          digits,
          algorithm,
          ...(token.kind === "hotp" ? { counter: token.counter } : { periodSeconds: token.periodSeconds }),
        },
      });
      const policy = await policyOf(tx, owner);
      if (waits) await dropOtherPending(tx, actor, before);
      else await tokenCounts(ports, tx, actor, row, policy.document);
      const enabled = enabledHotp([...before, row]);
      return ok({
        token: tokenView(row, policy.document, enabled[0]?.id ?? null),
        otpauthUri: shown?.value.uri ?? null,
        qr: shown?.value.qr ?? null,
        warnings: [
          ...(warning
            ? [
                {
                  code: warning,
                  message: "The secret is shorter than the 160 bits that RFC 4226 recommends.",
                },
              ]
            : []),
          ...(row.kind === "hotp" && enabled.length > 1
            ? [
                {
                  code: "more-than-one-token",
                  message: `The user has ${enabled.length} enabled event-based tokens; only "${enabled[0]?.label}" is used (OTP-28).`,
                },
              ]
            : []),
        ],
      });
    });
  } finally {
    secret.fill(0);
  }
}

/**
 * An authenticator app that was never scanned, or scanned into the wrong account, would lock its person out: what was made
 * in a browser counts from the first right code on. A program says what it knows.
 */
function waitsForFirstCode(actor: Actor, kind: TokenRow["kind"], imported: boolean): boolean {
  const inBrowser = actor.principal?.kind === "person" || actor.principal?.kind === "administrator";
  return inBrowser && kind === "totp" && !imported;
}

/** Begun before and not finished: the QR code of it is gone. */
async function dropOtherPending(tx: Transaction, actor: Actor, before: readonly TokenRow[]): Promise<void> {
  for (const row of before.filter(({ status, phoneId }) => status === "pending" && phoneId === null)) {
    // A hardware token in somebody's hand waits for its first code as long as it likes.
    if ((await tx.tokenStock.get(row.id)) !== null) continue;
    await tx.tokens.update({ ...row, status: "revoked" });
    const detail = { tokenId: row.id, label: row.label };
    await report(tx, actor, "token-revoked", { userId: row.userId, reason: "never-confirmed", detail });
  }
}

/** Null where somebody who has these may have one more of the kind. Lists of what one signs in with are one page. */
export function refusalOfOneMore(before: readonly TokenRow[], wanted: TokenRow["kind"]): Refused | null {
  const same = before.filter(({ kind, status }) => kind === wanted && status !== "revoked");
  return same.length >= mostOfOneKind
    ? refused("conflict", `${mostOfOneKind} of one kind are the most that one user has.`)
    : null;
}

/** From now on the token is one of its owner's factors. */
export async function tokenCounts(
  ports: AppPorts,
  tx: Transaction,
  actor: Actor,
  { userId, kind }: TokenRow,
  policy: UserPolicy,
): Promise<void> {
  await endTemporaryCode(tx, actor, userId, "method-enrolled");
  await watchTokens(ports, tx, userId);
  if (renewsPostponing(actor, policy, kind)) await tx.authenticators.forgetPostponed(userId);
}

function material(ports: AppPorts, request: TokenCreation): Outcome<Material> {
  if (request.otpauthUri !== undefined) return fromUri(request, request.otpauthUri);
  const algorithm = request.algorithm ?? "SHA-1";
  const digits = request.digits ?? 6;
  if (request.kind === "totp" && request.counter !== undefined)
    return invalid("counter", "A time-based token has no counter to begin with.");
  if (request.kind === "hotp" && request.periodSeconds !== undefined)
    return invalid("periodSeconds", "An event-based token has no period.");
  const moving =
    request.kind === "hotp"
      ? ({ kind: "hotp", counter: request.counter ?? 0 } as const)
      : ({ kind: "totp", periodSeconds: request.periodSeconds ?? 30 } as const);
  const tokenOf = (secret: Uint8Array) => ({ ...moving, secret, digits, algorithm });
  if (request.secret === undefined) {
    const secret = ports.entropy(newSecretBytes(algorithm));
    return ok({ token: tokenOf(secret), imported: false, warning: null });
  }
  const secret = decodeBase32(request.secret.replace(/[\s-]/g, "").replace(/=+$/, "").toUpperCase());
  if (!secret) return invalid("secret", "The secret is not base32.");
  const length = checkSecretLength(secret);
  // RFC 4226 §4, requirement R6.
  if (length.kind === "refused")
    return invalid("secret", `The secret must have 16 to 128 bytes: ${length.reason}.`);
  return ok({ token: tokenOf(secret), imported: true, warning: length.warning });
}

function fromUri(request: TokenCreation, uri: string): Outcome<Material> {
  const { secret, digits, algorithm, counter, periodSeconds } = request;
  if ([secret, digits, algorithm, counter, periodSeconds].some((one) => one !== undefined)) {
    return invalid(
      "otpauthUri",
      "The URI says secret, digits, algorithm and counter or period; give none of them beside it.",
    );
  }
  const parsed = parseOtpauthUri(uri);
  if (parsed.kind === "refused")
    return invalid("otpauthUri", `This is no usable otpauth URI: ${parsed.reason}.`);
  return ok({ token: parsed.token, imported: true, warning: parsed.warning });
}

async function presentation(
  issuer: string,
  account: string,
  token: Unnamed<OtpauthToken>,
): Promise<Outcome<{ uri: string; qr: { svg: string; terminal: string } }>> {
  const built = buildOtpauthUri({ issuer, account, ...token });
  if (built.kind === "refused")
    return refused("invalid-request", `No enrolment URI can be made for this user: ${built.reason}.`);
  const options = { errorCorrectionLevel: "M", margin: 2 } as const;
  const [svg, terminal] = await Promise.all([
    QRCode.toString(built.uri, { ...options, type: "svg" }),
    QRCode.toString(built.uri, { ...options, type: "utf8" }),
  ]);
  return ok({ uri: built.uri, qr: { svg, terminal } });
}
