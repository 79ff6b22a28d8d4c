import type {
  AuthenticatorCreation,
  AuthenticatorEnrolment,
  AuthenticatorView,
  PasskeyCreation,
} from "@holdfast/protocol/authenticators-api";
import type { WebApp } from "../../store/web-store.ts";
import { enrolAuthenticator } from "../authenticators/authenticators.ts";
import { enrolPasskey } from "../authenticators/passkey-enrolment.ts";
import type { Outcome } from "../outcome.ts";
import type { AppPorts } from "../ports.ts";
import type { Self } from "./self.ts";

/** As an administrator enrols for somebody, but by the policy's enrolment rights; what waited for it goes on (TC-46). */
export async function enrolOwn(
  ports: AppPorts,
  self: Self,
  request: AuthenticatorCreation,
): Promise<Outcome<AuthenticatorEnrolment>> {
  const enrolled = await enrolAuthenticator(ports, self.actor, self.userId, request);
  // Neither is a second factor to begin with: codes stand in for one, and a PIN opens no portal.
  if (enrolled.kind === "ok" && request.kind !== "recovery-code" && request.kind !== "pin")
    await goOn(ports, self);
  return enrolled;
}

export async function enrolOwnPasskey(
  ports: AppPorts,
  self: Self,
  app: WebApp,
  request: PasskeyCreation,
): Promise<Outcome<AuthenticatorView>> {
  const enrolled = await enrolPasskey(ports, self.actor, self.userId, app, request);
  if (enrolled.kind === "ok") await goOn(ports, self);
  return enrolled;
}

function goOn(ports: AppPorts, { userId }: Self): Promise<void> {
  return ports.store.transaction((tx) => tx.web.sessions.enrolled(userId));
}
