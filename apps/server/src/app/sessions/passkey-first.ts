import { refusalText } from "@holdfast/core/messages/refusal-text";
import { promptTexts } from "@holdfast/core/messages/sign-in-text";
import type { SessionAnswer } from "@holdfast/protocol/session-api";
import type { WebApp } from "../../store/web-store.ts";
import { assertedCredential, authenticationOptions } from "../authenticators/passkeys.ts";
import type { Outcome } from "../outcome.ts";
import { invalid, ok, refused } from "../outcome.ts";
import type { AppPorts } from "../ports.ts";
import { newId } from "../ports.ts";
import { attemptLifetimeMs } from "../sign-in/verdict.ts";

/**
 * Signing in by a passkey before anybody has said who he is: the browser finds the passkey, and the passkey names its
 * owner (Web Authentication Level 3 §1.2.1, discoverable credentials). It is checked in a sign-in of that user like any
 * other; here is only what comes before there is one.
 */
export type Ticket = {
  readonly app: WebApp;
  /** Of the sign-in to come: a ticket used twice finds the verdict of the first time. */
  readonly attemptId: string;
  readonly challenge: string;
  readonly expiresAtMs: number;
};

const purpose = "passkey first";

export async function askForAnyPasskey(
  ports: AppPorts,
  app: WebApp,
): Promise<Outcome<{ answer: SessionAnswer; token: null }>> {
  const party = ports.relyingParty(app);
  if (party === null)
    return invalid(
      "userName",
      "Say who you are: this page is reached by an address, which no passkey is for.",
    );
  const challenge = ports.entropy(32);
  const ticket: Ticket = {
    app,
    attemptId: newId(ports, "att"),
    challenge: Buffer.from(challenge).toString("base64url"),
    expiresAtMs: ports.clock.now() + attemptLifetimeMs,
  };
  const prompt = {
    factor: "passkey" as const,
    alternatives: ["passkey" as const],
    text: promptTexts.passkey,
    echo: false,
    passkeyOptions: { ...(await authenticationOptions(party, challenge)) },
  };
  const continuation = ports.secrets.sealTicket(purpose, Buffer.from(JSON.stringify(ticket)));
  const { expiresAtMs } = ticket;
  return ok({ answer: { status: "asking", continuation, expiresAtMs, prompts: [prompt] }, token: null });
}

/** Null for any other continuation, and for one that is too old or another app's. */
export function openTicket(ports: AppPorts, app: WebApp, continuation: string): Ticket | null {
  const content = ports.secrets.openTicket(purpose, continuation);
  if (content === null) return null;
  const ticket = JSON.parse(Buffer.from(content).toString("utf8")) as Ticket;
  return ticket.app === app && ports.clock.now() < ticket.expiresAtMs ? ticket : null;
}

/** The name of whom the passkey says that it belongs to, which proves nothing yet; null: it is known here to nobody. */
export async function ownerOf(ports: AppPorts, assertion: string): Promise<string | null> {
  const asserted = assertedCredential(assertion);
  if (asserted === null) return null;
  return ports.store.read(async (tx) => {
    const row = await tx.authenticators.byLookup("passkey", asserted.id);
    return row === null ? null : ((await tx.users.get(row.userId))?.name ?? null);
  });
}

/** Nobody can have it: user names have no spaces. */
export const nobody = "an unknown passkey";

/** Whoever holds a passkey that is not known is told what everybody is whose passkey does not fit. */
export const unknownPasskey = refused(
  "sign-in-refused",
  refusalText({ reason: "wrong-credentials", nowMs: 0, lockedUntilMs: null }),
  { reason: "wrong-credentials" },
);
