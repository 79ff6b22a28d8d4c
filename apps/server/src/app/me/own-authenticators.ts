import type {
  AuthenticatorCreation,
  AuthenticatorEnrolment,
  AuthenticatorKind,
  AuthenticatorView,
  PasskeyCreation,
} from "@holdfast/protocol/authenticators-api";
import type { WebApp } from "../../store/web-store.ts";
import { enrolAuthenticator } from "../authenticators/authenticators.ts";
import { enrolPasskey } from "../authenticators/passkey-enrolment.ts";
import { endsPostponing } from "../authenticators/rights.ts";
import type { Outcome } from "../outcome.ts";
import type { AppPorts } from "../ports.ts";
import { policyOf } from "../users.ts";
import type { Self } from "./self.ts";

/** As an administrator enrols for somebody, but by the policy's enrolment rights; what waited for it goes on (TC-46). */
export async function enrolOwn(
  ports: AppPorts,
  self: Self,
  request: AuthenticatorCreation,
): Promise<Outcome<AuthenticatorEnrolment>> {
  const enrolled = await enrolAuthenticator(ports, self.actor, self.userId, request);
  if (enrolled.kind === "ok") await goOn(ports, self, request.kind);
  return enrolled;
}

export async function enrolOwnPasskey(
  ports: AppPorts,
  self: Self,
  app: WebApp,
  request: PasskeyCreation,
): Promise<Outcome<AuthenticatorView>> {
  const enrolled = await enrolPasskey(ports, self.actor, self.userId, app, request);
  if (enrolled.kind === "ok") await goOn(ports, self, "passkey");
  return enrolled;
}

/** Only by what the portal takes from now on: by anything else the password alone would have opened it. */
function goOn(ports: AppPorts, { userId }: Self, kind: AuthenticatorKind): Promise<void> {
  return ports.store.transaction(async (tx) => {
    const user = await tx.users.get(userId);
    if (user && endsPostponing((await policyOf(tx, user)).document, kind))
      await tx.web.sessions.enrolled(userId);
  });
}
