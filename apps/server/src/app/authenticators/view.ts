import { sentCodes } from "@holdfast/core/policy/workflows";
import { maskedAddress } from "@holdfast/core/sent-codes/sent-code";
import type { AuthenticatorView } from "@holdfast/protocol/authenticators-api";
import type { UserPolicy } from "@holdfast/protocol/policy";
import type { AuthenticatorRow } from "../../store/authenticators-store.ts";
import type { Transaction } from "../../store/store.ts";
import type { TokenRow } from "../../store/tokens-store.ts";
import { enabledHotp, offlineCapableKinds } from "../token-view.ts";
import { heldOf } from "./data.ts";
import { pinExpiresAtMs } from "./pins.ts";
import { codesLeft } from "./recovery-codes.ts";

/** Tokens first, then the others, each oldest first; what was revoked for good is left out. */
export async function viewAuthenticators(
  tx: Transaction,
  userId: string,
  policy: UserPolicy,
): Promise<AuthenticatorView[]> {
  const tokens = await tx.tokens.ofUser(userId);
  const rows = await tx.authenticators.ofUser(userId);
  const [cached] = enabledHotp(tokens);
  return [
    // Those of a phone are a part of it, and phones have a list of their own.
    ...tokens
      .filter(({ status, phoneId }) => status !== "revoked" && phoneId === null)
      .map((token) => ofToken(token, cached?.id ?? null)),
    ...rows.map((row) => ofRow(row, policy)),
  ];
}

const nothingSpecial = {
  codesLeft: null,
  expiresAtMs: null,
  relyingPartyId: null,
  synchronised: null,
  address: null,
};

function ofToken(token: TokenRow, cachedId: string | null): AuthenticatorView {
  const { id, userId, kind, label, status, createdAtMs } = token;
  return {
    ...{ id, userId, kind, label, status, createdAtMs },
    offlineCapable: offlineCapableKinds.includes(kind),
    cachedOffline: id === cachedId,
    lastUsedAtMs: null,
    ...nothingSpecial,
  };
}

function ofRow(row: AuthenticatorRow, policy: UserPolicy): AuthenticatorView {
  const { id, userId, kind, label, status, createdAtMs, lastUsedAtMs } = row;
  return {
    ...{ id, userId, kind, label, status, createdAtMs, lastUsedAtMs },
    offlineCapable: false,
    cachedOffline: false,
    ...nothingSpecial,
    ...special(row, policy),
  };
}

function special(row: AuthenticatorRow, policy: UserPolicy): Partial<typeof nothingSpecial> | object {
  const [passkey] = heldOf([row], "passkey");
  if (passkey) {
    const { relyingPartyId, synchronised } = passkey.data;
    return { relyingPartyId, synchronised };
  }
  const [codes] = heldOf([row], "recovery-code");
  if (codes) return { codesLeft: codesLeft(codes.data) };
  for (const kind of sentCodes) {
    const [sent] = heldOf([row], kind);
    if (sent) return { address: maskedAddress(sent.data.address) };
  }
  const [pin] = heldOf([row], "pin");
  return pin ? { expiresAtMs: pinExpiresAtMs(pin.data, policy.pin) } : {};
}
