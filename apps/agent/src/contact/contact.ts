import { randomBytes } from "node:crypto";
import { verifyDocument } from "@holdfast/envelope/documents";
import type { LocalRules, OfflineStore } from "@holdfast/offline-store/types";
import type { ContactAnswer } from "@holdfast/protocol/endpoint-api";
import type { ChainedEvent } from "@holdfast/protocol/endpoint-events";
import type { EndpointMemory } from "@holdfast/protocol/endpoint-memory";
import type { ClientProfile } from "@holdfast/protocol/policy";
import type { ProblemCode } from "@holdfast/protocol/problem";
import type { Logger } from "pino";
import type { BegunContact, Enterprise } from "../identity/enterprise.ts";
import type { Identity } from "../identity/identity.ts";
import { serverApi } from "../transport/server-api.ts";
import type { ServerClient } from "../transport/server-client.ts";
import { agentVersion } from "../version.ts";
import { signedHead } from "./signed-head.ts";

export type ContactPorts = {
  readonly client: ServerClient;
  readonly identity: Identity;
  readonly enterprise: Enterprise;
  readonly store: OfflineStore;
  readonly rules: LocalRules;
  readonly profile: ClientProfile | null;
  readonly log: Logger;
  /** Open sessions of these users, and of nobody else, are in doubt. */
  lockSessionsOf(users: readonly { readonly userId: string; readonly userName: string }[]): Promise<void>;
  refillsDue(userNames: readonly string[], notBeforeSeconds: number): void;
  serversChanged(): void;
};

export type ContactOutcome =
  | { readonly kind: "level" }
  | {
      readonly kind: "refused";
      readonly code: ProblemCode;
      readonly detail: string;
      readonly retryAfterSeconds: number;
    }
  | { readonly kind: "not-reachable"; readonly why: string };

/** Events in one exchange, as the protocol allows. */
const batch = 200;
/** Exchanges in one contact; whatever is left goes with the next one. */
const maximumExchanges = 100;
/** Times that an exchange is begun anew because the server had taken a later one. */
const maximumOvertaken = 3;

/**
 * Brings both sides level (OTP-29): what happened here goes up, in order and until the server has it all; what the
 * server knows comes down. Every step can be repeated; only a signed revocation deletes.
 */
export async function makeContact(ports: ContactPorts, server: string): Promise<ContactOutcome> {
  let memory: EndpointMemory | null = null;
  let overtaken = 0;
  let told = 0;
  for (let exchange = 0; exchange < maximumExchanges; exchange += 1) {
    await ports.store.contactBegins();
    const { events, more } = await ports.store.events(batch);
    const timeNonce = randomBytes(16).toString("base64url");
    const condition = ports.store.condition();
    const lost = condition.kind === "sound" ? undefined : condition.lost;
    const held = await holdings(ports);
    const begun = await ports.enterprise.beginContact(told);
    if (begun.number === null) ports.log.error("the number of a contact could not be written down");
    const answer = await ports.client.call(
      server,
      serverApi.contact(
        {
          timeNonce,
          contactNumber: begun.number,
          ...(begun.foreign === null ? {} : { foreignNumber: begun.foreign }),
          agentVersion,
          events,
          more,
          holdings: held,
          manifestNumber: ports.enterprise.manifest.number,
          ...(ports.profile === null ? {} : { profile: ports.profile }),
          ...(lost === undefined ? {} : { storeDamage: lost }),
          ...(memory === null ? {} : { memory }),
        },
        begun.nonce,
      ),
    );
    if (answer.kind === "not-reachable") return answer;
    if (answer.kind === "problem") {
      const { code, detail, retryAfterSeconds = 0, contactNumber = 0 } = answer.problem;
      if (code === "contact-overtaken" && overtaken < maximumOvertaken) {
        ports.log.warn(
          { number: begun.number, taken: contactNumber },
          "a contact was overtaken; another is made",
        );
        overtaken += 1;
        told = contactNumber;
        continue;
      }
      if (code === "restored" && memory === null) {
        ports.log.warn("the server was restored from a backup; it is told what is known here");
        memory = { headSignature: ports.enterprise.record.headSignature, ...(await ports.store.memory()) };
        continue;
      }
      return { kind: "refused", code, detail, retryAfterSeconds };
    }
    memory = null;
    const eventsThrough = await apply(ports, begun, answer.value, timeNonce, events);
    // What was carried out, such as revocations, is news that the server waits for.
    const left = await ports.store.events(1);
    if (left.events.length === 0) return { kind: "level" };
    if (eventsThrough < (events[0]?.sequence ?? 0)) {
      ports.log.warn({ eventsThrough }, "the server takes no events");
      return { kind: "level" };
    }
  }
  return { kind: "level" };
}

/** Up to which event the server signed that it holds them. */
async function apply(
  ports: ContactPorts,
  begun: BegunContact,
  received: ContactAnswer,
  timeNonce: string,
  sent: readonly ChainedEvent[],
): Promise<number> {
  const { enterprise, identity, store, log } = ports;
  // First, because it may name the keys that signed the rest.
  if (received.manifest !== null) {
    const taken = await enterprise.takeManifest(received.manifest);
    if (taken === "refused") log.warn("a key manifest was refused: the root key did not sign it");
  }
  const trusted = enterprise.trusted(store.effectiveTime().nowMs);
  const { through, anotherChain } = await signedHead(received, identity.endpointId, trusted, sent);
  if (through !== received.eventsThrough)
    log.warn({ said: received.eventsThrough }, "the server's word on events was refused: it is not signed");
  const answer = { ...received, eventsThrough: through };
  const { lockSessionsOf, refillsDue } = await store.applyContact(
    answer,
    await timeFrom(ports, answer, timeNonce),
    anotherChain,
  );
  if (anotherChain)
    log.warn({ through }, "the server holds other events than these: this store was set back");
  // Never more than was sent: of a store that was set back the server keeps as claims what it got, and no more.
  const eventsThrough = Math.min(through, sent.at(-1)?.sequence ?? 0);
  await store.eventsDelivered(eventsThrough);
  for (const document of answer.revocations) {
    const revoked = await store.revoke(document);
    if (revoked.kind === "refused") log.warn({ why: revoked.why }, "a revocation was refused");
    else
      log.info(
        { id: revoked.revocation.id, reason: revoked.revocation.reason },
        "a revocation was carried out",
      );
  }
  // Before anything that a full disk refuses.
  await ports.lockSessionsOf(answer.users.filter(({ userName }) => lockSessionsOf.includes(userName)));
  const { servers, failoverBetweenSites, nonce, headSignature } = answer;
  const before = enterprise.record;
  const moved =
    JSON.stringify(before.servers) !== JSON.stringify(servers) ||
    before.failoverBetweenSites !== failoverBetweenSites;
  const learned = { servers, failoverBetweenSites, headSignature, lastContactMs: Date.now() };
  await enterprise.contactAnswered(begun, nonce, learned);
  if (moved) ports.serversChanged();
  if (refillsDue.length > 0) ports.refillsDue(refillsDue, answer.retryAfterSeconds);
  return eventsThrough;
}

/** Server time that answers our own fresh nonce, or null: then the clocks here go on as they are (SECURITY §1, Time). */
async function timeFrom(
  { enterprise, identity, log, store }: ContactPorts,
  answer: ContactAnswer,
  timeNonce: string,
): Promise<number | null> {
  const time = await verifyDocument("time", answer.time, enterprise.trusted(store.effectiveTime().nowMs));
  if (
    time.kind === "ok" &&
    time.content.endpointId === identity.endpointId &&
    time.content.nonce === timeNonce
  )
    return time.content.serverTimeMs;
  log.warn(
    { why: time.kind === "ok" ? "it answers another question" : time.why },
    "the server's time was refused",
  );
  return null;
}

async function holdings({ store, rules }: ContactPorts) {
  const all = await store.holdings(rules);
  return all.map(({ userId, epoch, sequence, remaining, notAfterMs, bypass }) => ({
    userId,
    epoch,
    sequence,
    remaining,
    notAfterMs,
    bypass,
  }));
}
