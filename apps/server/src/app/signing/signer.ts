import { takes } from "@holdfast/core/policy/workflows";
import { type ProofingState, proofingState } from "@holdfast/core/signing/identity-proofing";
import { signingObstacle } from "@holdfast/core/signing/obstacle";
import type { SigningObstacle } from "@holdfast/protocol/signing-api";
import type { AuthenticatorRow } from "../../store/authenticators-store.ts";
import type { PhoneRow } from "../../store/phones-store.ts";
import type { PolicyRow } from "../../store/policies-store.ts";
import type { ProofingRow } from "../../store/signing-store.ts";
import type { Transaction } from "../../store/store.ts";
import type { UserRow } from "../../store/users-store.ts";
import { heldOf, type PasskeyData } from "../authenticators/data.ts";
import type { AppPorts } from "../ports.ts";
import { readinessOf } from "../push/users.ts";
import { policyOf } from "../users.ts";

/** Everything that says whether somebody signs orders, and by what. */
export type SignerFacts = {
  readonly user: UserRow;
  readonly policy: PolicyRow;
  readonly proofing: ProofingRow | null;
  readonly state: ProofingState;
  /** Passkeys at the portal, disabled ones too. */
  readonly passkeys: readonly { readonly row: AuthenticatorRow; readonly data: PasskeyData }[];
  /** Phones that may approve, where his policy has orders signed by push. */
  readonly phones: readonly PhoneRow[];
  readonly obstacle: SigningObstacle | null;
};

export async function signerFacts(
  { relyingParty }: Pick<AppPorts, "relyingParty">,
  tx: Transaction,
  user: UserRow,
): Promise<SignerFacts> {
  const policy = await policyOf(tx, user);
  const passkeys = portalPasskeys({ relyingParty }, await tx.authenticators.ofUser(user.id));
  const proofing = await tx.signing.proofings.last(user.id);
  const phones = takes(policy.document, "order-signing", "push") ? await phonesThatSign(tx, user.id) : [];
  const registered = (await tx.phones.ofUser(user.id)).map(vouchedId);
  const state = proofingState(proofing, [...passkeys.map(({ row }) => row.id), ...registered]);
  const enabled = [
    ...passkeys.filter(({ row }) => row.status === "enabled").map(({ row }) => row.id),
    ...phones.map(vouchedId),
  ];
  const obstacle = signingObstacle(policy.document, enabled, state);
  return { user, policy, proofing, state, passkeys, phones, obstacle };
}

async function phonesThatSign(tx: Transaction, userId: string): Promise<PhoneRow[]> {
  const ready = await readinessOf(tx, userId);
  const phones = ready.kind === "ready" ? await tx.phones.ofUser(userId) : [];
  return phones.filter(({ id }) => ready.kind === "ready" && ready.phoneIds.includes(id));
}

/** The phones that may sign: able to, and vouched for. */
export function signingPhones({ phones, state }: SignerFacts): readonly PhoneRow[] {
  if (state.kind !== "confirmed") return [];
  const { authenticatorIds } = state.proofing;
  return phones.filter((phone) => authenticatorIds.includes(vouchedId(phone)));
}

/**
 * What a proofing vouches for of a phone: the keys of one registration. A rescan keeps the phone's id and may bring keys of
 * another phone, which nobody has looked at.
 */
export function vouchedId({ registrationId }: PhoneRow): string {
  return registrationId;
}

/** Orders are signed at the portal, so that a passkey of another name is none here. */
export function portalPasskeys(
  { relyingParty }: Pick<AppPorts, "relyingParty">,
  rows: readonly AuthenticatorRow[],
): SignerFacts["passkeys"] {
  const party = relyingParty("portal");
  return heldOf(rows, "passkey").filter(({ data }) => data.relyingPartyId === party?.id);
}

/** The passkeys that may sign: enabled, and vouched for. */
export function signingPasskeys({ passkeys, state }: SignerFacts): SignerFacts["passkeys"] {
  if (state.kind !== "confirmed") return [];
  const { authenticatorIds } = state.proofing;
  return passkeys.filter(({ row }) => row.status === "enabled" && authenticatorIds.includes(row.id));
}
