import { refusalText } from "@holdfast/core/messages/refusal-text";
import { codeOpensEnrolment } from "@holdfast/core/policy/enrolment-code";
import { satisfies } from "@holdfast/core/policy/workflows";
import type {
  AuthenticatorCreation,
  AuthenticatorEnrolment,
  AuthenticatorKind,
  AuthenticatorView,
  CodeTrialAnswer,
  PasskeyCreation,
} from "@holdfast/protocol/authenticators-api";
import type { AddressProofEnd } from "@holdfast/protocol/senders-api";
import type { WebApp } from "../../store/web-store.ts";
import { enrolAuthenticator } from "../authenticators/authenticators.ts";
import { heldOf } from "../authenticators/data.ts";
import { enrolPasskey } from "../authenticators/passkey-enrolment.ts";
import { pinFits } from "../authenticators/pins.ts";
import { endsPostponing } from "../authenticators/rights.ts";
import { tryCode } from "../authenticators/trial.ts";
import type { Outcome, Refused } from "../outcome.ts";
import { invalid, refused } from "../outcome.ts";
import type { AppPorts } from "../ports.ts";
import { roleOf } from "../role-of.ts";
import { endAddressProof } from "../senders/address-proofs.ts";
import { whyNoConsole } from "../sessions/console-entry.ts";
import { endIn } from "../sessions/sessions.ts";
import { policyOf } from "../users.ts";
import type { Self } from "./self.ts";

/** As an administrator enrols for somebody, but by the policy's enrolment rights; what waited for it goes on (TC-46). */
export async function enrolOwn(
  ports: AppPorts,
  self: Self,
  request: AuthenticatorCreation,
): Promise<Outcome<AuthenticatorEnrolment>> {
  const no = (await refusedOneFactor(ports, self)) ?? (await refusedRenewing(ports, self, request));
  if (no) return no;
  const enrolled = await enrolAuthenticator(ports, self.actor, self.userId, request);
  if (enrolled.kind === "ok" && enrolled.value.authenticator.status === "enabled")
    await goOn(ports, self, request.kind);
  return enrolled;
}

/** The first right code of a token is what enrols it. */
export async function tryOwnCode(
  ports: AppPorts,
  self: Self,
  id: string,
  code: string,
): Promise<Outcome<CodeTrialAnswer>> {
  const no = await refusedOneFactor(ports, self);
  if (no) return no;
  const tried = await tryCode(ports, self.actor, self.userId, id, code);
  if (tried.kind === "ok" && tried.value.right) {
    const token = await ports.store.read((tx) => tx.tokens.get(id));
    if (token !== null) await goOn(ports, self, token.kind);
  }
  return tried;
}

export async function enrolOwnPasskey(
  ports: AppPorts,
  self: Self,
  app: WebApp,
  request: PasskeyCreation,
): Promise<Outcome<AuthenticatorView>> {
  const no = await refusedOneFactor(ports, self);
  if (no) return no;
  const enrolled = await enrolPasskey(ports, self.actor, self.userId, app, request);
  if (enrolled.kind === "ok") await goOn(ports, self, "passkey");
  return enrolled;
}

/** The code that went to a number or an address arrived: it is one's own. */
export async function enrolOwnAddress(
  ports: AppPorts,
  self: Self,
  proofId: string,
  request: AddressProofEnd,
): Promise<Outcome<AuthenticatorView>> {
  const no = await refusedOneFactor(ports, self);
  if (no) return no;
  const enrolled = await endAddressProof(ports, self.actor, self.userId, proofId, request);
  if (enrolled.kind === "ok") await goOn(ports, self, enrolled.value.kind);
  return enrolled;
}

/**
 * A policy may open the portal by one factor; what an administrator enrols there opens the console too, which wants two
 * beyond all policy. Nobody else enrols in a session that began with the password alone before his policy wanted a
 * temporary code for it (TC-44).
 */
export function refusedOneFactor(ports: AppPorts, { userId, sessionId }: Self): Promise<Refused | null> {
  return ports.store.read(async (tx) => {
    const [user, role] = [await tx.users.get(userId), await roleOf(tx, userId)];
    const proven = (await tx.web.sessions.get(sessionId))?.factors ?? [];
    if (role !== null) return whyNoConsole(role, proven);
    if (user === null) return null;
    const { document: policy } = await policyOf(tx, user);
    const alone = proven.every((factor) => factor === "password");
    return alone && codeOpensEnrolment(policy, "self-service")
      ? refused("forbidden", refusalText({ reason: "temporary-code-needed", nowMs: tx.now() }), {
          reason: "temporary-code-needed",
        })
      : null;
  });
}

/** Who renews his PIN does that first, and by another one: the old one would be as old as it is. */
async function refusedRenewing(
  ports: AppPorts,
  { userId, sessionId }: Self,
  request: AuthenticatorCreation,
): Promise<Refused | null> {
  const found = await ports.store.read(async (tx) => ({
    session: await tx.web.sessions.get(sessionId),
    pins: heldOf(await tx.authenticators.ofUser(userId), "pin"),
  }));
  if (request.kind !== "pin")
    return found.session?.renewalDue
      ? refused("renewal-required", "Your PIN has expired: set a new one, everything else waits for it.")
      : null;
  const [before] = found.pins;
  if (before === undefined) return null;
  const place = ports.kdf.enter();
  if (place === null)
    return refused("too-many-requests", "Too many passwords are being hashed.", {
      retryAfterSeconds: ports.kdf.retryAfterSeconds(),
    });
  try {
    return (await pinFits(place, before.data, request.pin))
      ? invalid("pin", "This is the PIN that you have; choose another.")
      : null;
  } finally {
    place.leave();
  }
}

/**
 * Only by what the portal takes from now on: by anything else the password alone would have opened it. Nor does it open
 * other sessions that began with the password alone, whose ever they are: from now on that is too little.
 */
export function goOn(
  ports: AppPorts,
  self: Pick<Self, "userId" | "actor"> & { readonly sessionId: string | null },
  kind: AuthenticatorKind | "push",
): Promise<void> {
  return ports.store.transaction(async (tx) => {
    const user = await tx.users.get(self.userId);
    if (user === null) return;
    const { document: policy } = await policyOf(tx, user);
    if (!endsPostponing(policy, kind)) return;
    for (const row of await tx.web.sessions.ofUser(user.id)) {
      const enough = row.app === "console" || satisfies(policy, "self-service", row.factors);
      if (row.id !== self.sessionId && !enough) await endIn(tx, self.actor, row, "second-factor-enrolled");
    }
    await tx.web.sessions.enrolled(user.id);
  });
}
