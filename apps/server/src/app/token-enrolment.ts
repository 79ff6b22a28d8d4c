import { decodeBase32 } from "@holdfast/core/oath/base32";
import { buildOtpauthUri, parseOtpauthUri } from "@holdfast/core/oath/otpauth-uri";
import { checkSecretLength, newSecretBytes } from "@holdfast/core/oath/token-secret";
import type { TokenCreation, TokenEnrolment } from "@holdfast/protocol/admin-api";
import type { HotpAlgorithm, HotpDigits } from "@holdfast/protocol/primitives";
import QRCode from "qrcode";
import type { TokenRow } from "../store/store.ts";
import { report } from "./audit.ts";
import type { Outcome } from "./outcome.ts";
import { invalid, notFound, ok, refused } from "./outcome.ts";
import type { Actor, AppPorts } from "./ports.ts";
import { newId } from "./ports.ts";
import { tokenView, watchTokens } from "./token-view.ts";
import { policyOf } from "./users.ts";

type Material = {
  secret: Uint8Array;
  digits: HotpDigits;
  algorithm: HotpAlgorithm;
  counter: number;
  imported: boolean;
  warning: string | null;
};

/** Enrols an event-based token: with a secret made here and shown once, or with that of a token that exists already. */
export async function enrolToken(
  ports: AppPorts,
  actor: Actor,
  userId: string,
  request: TokenCreation,
): Promise<Outcome<TokenEnrolment>> {
  const chosen = material(ports, request);
  if (chosen.kind === "refused") return chosen;
  const { secret, digits, algorithm, counter, imported, warning } = chosen.value;
  try {
    const user = await ports.store.read((tx) => tx.users.get(userId));
    if (!user) return notFound("user");
    const id = newId(ports, "tok");
    const shown = imported
      ? null
      : await presentation(ports, user.name, { secret, algorithm, digits, counter });
    if (shown?.kind === "refused") return shown;
    const sealedSecret = ports.secrets.seal("token-secret", id, secret);

    return await ports.store.transaction(async (tx) => {
      const owner = await tx.users.get(userId);
      if (!owner) return notFound("user");
      const before = await tx.tokens.ofUser(userId);
      const row: TokenRow = {
        id,
        userId,
        kind: "hotp",
        label: request.label ?? `Token ${before.length + 1}`,
        digits,
        algorithm,
        sealedSecret,
        nextCounter: counter,
        periodSeconds: null,
        windowSize: null,
        cacheSize: null,
        status: "enabled",
        exposed: [],
        // Which token came first decides which is used (OTP-28), so that no two share a moment.
        createdAtMs: Math.max(tx.now(), ...before.map((token) => token.createdAtMs + 1)),
      };
      await tx.tokens.insert(row);
      await report(tx, actor, imported ? "token-imported" : "token-enrolled", {
        userId,
        detail: { tokenId: id, label: row.label, digits, algorithm, counter },
      });
      await watchTokens(ports, tx, userId);
      const enabled = [...before, row].filter(({ status }) => status === "enabled");
      const policy = await policyOf(tx, owner);
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
          ...(enabled.length > 1
            ? [
                {
                  code: "more-than-one-token",
                  message: `The user has ${enabled.length} enabled tokens; only "${enabled[0]?.label}" is used (OTP-28).`,
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

function material(ports: AppPorts, request: TokenCreation): Outcome<Material> {
  if (request.otpauthUri !== undefined) {
    if (
      request.secret !== undefined ||
      request.digits !== undefined ||
      request.algorithm !== undefined ||
      request.counter !== undefined
    ) {
      return invalid(
        "otpauthUri",
        "The URI says secret, digits, algorithm and counter; give none of them beside it.",
      );
    }
    const parsed = parseOtpauthUri(request.otpauthUri);
    if (parsed.kind === "refused")
      return invalid("otpauthUri", `This is no usable otpauth://hotp URI: ${parsed.reason}.`);
    const { secret, digits, algorithm, counter } = parsed.token;
    return ok({ secret, digits, algorithm, counter, imported: true, warning: parsed.warning });
  }
  const algorithm = request.algorithm ?? "SHA-1";
  const digits = request.digits ?? 6;
  const counter = request.counter ?? 0;
  if (request.secret === undefined) {
    return ok({
      secret: ports.entropy(newSecretBytes(algorithm)),
      digits,
      algorithm,
      counter,
      imported: false,
      warning: null,
    });
  }
  const secret = decodeBase32(request.secret.replace(/[\s-]/g, "").replace(/=+$/, "").toUpperCase());
  if (!secret) return invalid("secret", "The secret is not base32.");
  const length = checkSecretLength(secret);
  // RFC 4226 §4, requirement R6.
  if (length.kind === "refused")
    return invalid("secret", `The secret must have 16 to 128 bytes: ${length.reason}.`);
  return ok({ secret, digits, algorithm, counter, imported: true, warning: length.warning });
}

async function presentation(
  ports: AppPorts,
  account: string,
  token: { secret: Uint8Array; algorithm: HotpAlgorithm; digits: HotpDigits; counter: number },
): Promise<Outcome<{ uri: string; qr: { svg: string; terminal: string } }>> {
  const built = buildOtpauthUri({ issuer: ports.server.productName, account, ...token });
  if (built.kind === "refused")
    return refused("invalid-request", `No enrolment URI can be made for this user: ${built.reason}.`);
  const options = { errorCorrectionLevel: "M", margin: 2 } as const;
  const [svg, terminal] = await Promise.all([
    QRCode.toString(built.uri, { ...options, type: "svg" }),
    QRCode.toString(built.uri, { ...options, type: "utf8" }),
  ]);
  return ok({ uri: built.uri, qr: { svg, terminal } });
}
