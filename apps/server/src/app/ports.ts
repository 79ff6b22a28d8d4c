import { randomBytes } from "node:crypto";
import type { Logger } from "pino";
import type { LookupMac } from "../keys/lookup-key.ts";
import type { Secrets } from "../keys/secrets.ts";
import type { Signer } from "../keys/server-keys.ts";
import type { Store } from "../store/store.ts";
import type { WebApp } from "../store/web-store.ts";
import type { RelyingParty } from "./authenticators/passkeys.ts";
import type { BreachedPasswords } from "./breached-passwords.ts";
import type { PasswordQueue } from "./password-queue.ts";
import type { PushPorts } from "./push/ports.ts";
import type { Delivery } from "./senders/ports.ts";

/** What is about this server rather than about the enterprise. */
export type ServerIdentity = {
  /** Names this process in the audit and to endpoints. */
  readonly id: string;
  readonly site: string;
  readonly failoverBetweenSites: boolean;
  /** Seconds between heartbeats of an event stream. */
  readonly heartbeatSeconds: number;
  /** Shown by authenticator apps beside the account (`issuer` of the otpauth URI). */
  readonly productName: string;
  /** SHA-256 of the authority's SubjectPublicKeyInfo, for enrolment codes. */
  readonly authorityPin: string;
  readonly authorityPem: string;
  /** Where clients reach this server; with port 0 it is known only once the server listens. */
  readonly url: () => string;
};

/** Registered authenticator apps, as far as they are reached from here. */
export type PhonePorts = {
  /** Where the app is, for links; null: it is not served here. */
  readonly origin: () => string | null;
  /** Tells phones whose stream is open here, at once; those at other servers hear by `tx.phones.touch`. */
  readonly wake: (phoneIds: readonly string[], what: "sync" | "push-requests") => void;
  /** Ends their streams here. */
  readonly drop: (phoneIds: readonly string[]) => void;
};

/** Everything the use cases need from outside. */
export type AppPorts = {
  readonly store: Store;
  readonly clock: { now(): number };
  readonly entropy: (bytes: number) => Uint8Array;
  readonly kdf: PasswordQueue;
  readonly secrets: Secrets;
  readonly lookupMac: LookupMac;
  readonly breachedPasswords: BreachedPasswords;
  readonly delivery: Delivery;
  readonly signer: Signer;
  readonly log: Logger;
  readonly server: ServerIdentity;
  /** What passkeys are made for at this web app; null: it is not served, or under an address only. */
  readonly relyingParty: (app: WebApp | "authenticator") => RelyingParty | null;
  readonly phones: PhonePorts;
  readonly push: PushPorts;
  /** Tells an endpoint's event stream, on this server at once and on the others within a second. */
  readonly wake: (endpointId: string, why: string) => void;
};

export const systemEntropy = (bytes: number): Uint8Array => randomBytes(bytes);

/** An identifier of 120 random bits: `usr_…`, `tok_…`. */
export function newId(ports: Pick<AppPorts, "entropy">, prefix: string): string {
  return `${prefix}_${Buffer.from(ports.entropy(15)).toString("base64url")}`;
}

export function newSecret(ports: Pick<AppPorts, "entropy">, bytes: number): string {
  return Buffer.from(ports.entropy(bytes)).toString("base64url");
}
