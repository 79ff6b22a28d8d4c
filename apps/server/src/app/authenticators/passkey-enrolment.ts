import type {
  AuthenticatorView,
  PasskeyCreation,
  PasskeyCreationOptions,
} from "@holdfast/protocol/authenticators-api";
import type { WebApp } from "../../store/web-store.ts";
import type { Actor } from "../actor.ts";
import type { Outcome } from "../outcome.ts";
import { invalid, ok, refused } from "../outcome.ts";
import type { AppPorts } from "../ports.ts";
import { tellOfMethod } from "../senders/notices.ts";
import { readSettings } from "../settings.ts";
import { insertAuthenticator } from "./authenticators.ts";
import { heldOf } from "./data.ts";
import { registeredPasskey, registrationOptions } from "./passkeys.ts";
import { ownerForChange } from "./rights.ts";

/** A passkey is made in the person's own browser, at the web app where it is to work. */

const purpose = "passkey enrolment";
const lifetimeMs = 120_000;

/** What the challenge was given out for; the browser holds it, sealed. */
type Ticket = {
  readonly userId: string;
  readonly app: WebApp;
  readonly challenge: string;
  readonly expiresAtMs: number;
};

export async function passkeyOptions(
  ports: AppPorts,
  actor: Actor,
  userId: string,
  app: WebApp,
): Promise<Outcome<PasskeyCreationOptions>> {
  const party = ports.relyingParty(app);
  if (party === null) return noName;
  const found = await ports.store.transaction(async (tx) => {
    const owner = await ownerForChange(tx, actor, userId, "passkey");
    return owner.kind === "refused"
      ? owner
      : ok({ ...owner.value, rows: await tx.authenticators.ofUser(userId) });
  });
  if (found.kind === "refused") return found;
  const { user, rows } = found.value;
  const known = heldOf(rows, "passkey")
    .filter(({ data }) => data.relyingPartyId === party.id)
    .map(({ row, data }) => ({ credentialId: row.lookup ?? "", transports: data.transports }));
  const challenge = ports.entropy(32);
  const ticket: Ticket = {
    userId,
    app,
    challenge: Buffer.from(challenge).toString("base64url"),
    expiresAtMs: ports.clock.now() + lifetimeMs,
  };
  const named = { ...party, name: (await readSettings(ports)).productName };
  return ok({
    options: { ...(await registrationOptions(named, user, challenge, known)) },
    ticket: ports.secrets.sealTicket(purpose, Buffer.from(JSON.stringify(ticket))),
  });
}

export async function enrolPasskey(
  ports: AppPorts,
  actor: Actor,
  userId: string,
  app: WebApp,
  request: PasskeyCreation,
): Promise<Outcome<AuthenticatorView>> {
  const party = ports.relyingParty(app);
  if (party === null) return noName;
  const ticket = openTicket(ports, request.ticket);
  if (ticket === null || ticket.userId !== userId || ticket.app !== app)
    return refused("continuation-invalid", "This enrolment is over or was not begun here. Begin again.");
  const made = await registeredPasskey(party, ticket.challenge, request.response);
  if (made === null)
    return invalid("response", "This is no passkey that was made here with its user verified. Begin again.");
  const enrolled = await ports.store.transaction(async (tx) => {
    const owner = await ownerForChange(tx, actor, userId, "passkey");
    if (owner.kind === "refused") return owner;
    if (await tx.authenticators.byLookup("passkey", made.credentialId))
      return refused("conflict", "This passkey is enrolled already.");
    return insertAuthenticator(
      ports,
      tx,
      actor,
      { userId, ...owner.value },
      {
        kind: "passkey",
        label: request.label ?? "Passkey",
        lookup: made.credentialId,
        data: made.data,
      },
    );
  });
  if (enrolled.kind === "ok") tellOfMethod(ports, userId, "added", "passkey");
  return enrolled;
}

const noName = refused(
  "conflict",
  "Passkeys need this page to be reached by a host name; it is reached by an address only.",
);

function openTicket(ports: AppPorts, text: string): Ticket | null {
  const content = ports.secrets.openTicket(purpose, text);
  if (content === null) return null;
  const ticket = JSON.parse(Buffer.from(content).toString("utf8")) as Ticket;
  return ports.clock.now() < ticket.expiresAtMs ? ticket : null;
}
