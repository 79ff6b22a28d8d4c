import { type ProofingState, proofingState } from "@holdfast/core/signing/identity-proofing";
import { signingObstacle } from "@holdfast/core/signing/obstacle";
import type { SigningObstacle } from "@holdfast/protocol/signing-api";
import type { AuthenticatorRow } from "../../store/authenticators-store.ts";
import type { ProofingRow } from "../../store/signing-store.ts";
import type { PolicyRow, Transaction, UserRow } from "../../store/store.ts";
import { heldOf, type PasskeyData } from "../authenticators/data.ts";
import type { AppPorts } from "../ports.ts";
import { policyOf } from "../users.ts";

/** Everything that says whether somebody signs orders, and by what. */
export type SignerFacts = {
  readonly user: UserRow;
  readonly policy: PolicyRow;
  readonly proofing: ProofingRow | null;
  readonly state: ProofingState;
  /** Passkeys at the portal, disabled ones too. */
  readonly passkeys: readonly { readonly row: AuthenticatorRow; readonly data: PasskeyData }[];
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
  const state = proofingState(
    proofing,
    passkeys.map(({ row }) => row.id),
  );
  const enabled = passkeys.filter(({ row }) => row.status === "enabled").map(({ row }) => row.id);
  const obstacle = signingObstacle(policy.document, enabled, state);
  return { user, policy, proofing, state, passkeys, obstacle };
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
