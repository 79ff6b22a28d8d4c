import type { Right } from "@holdfast/protocol/rights";
import type { FastifyReply, FastifyRequest } from "fastify";
import type { z } from "zod";
import type { Actor } from "../app/actor.ts";
import type { ApiKey } from "../app/api-keys.ts";
import type { Endpoint } from "../app/endpoints.ts";
import type { Outcome } from "../app/outcome.ts";
import type { Phone } from "../app/phones/phones.ts";
import type { SessionApp, SessionCaller } from "./browser.ts";
import type { Proof } from "./proofs.ts";

/** Who may call a route. Every route says so; http/access.test.ts prints the whole matrix. */
export type Access =
  | { readonly by: "anybody" }
  /** An enrolled endpoint. Revoked ones may still fetch the order to delete what they hold. */
  | { readonly by: "endpoint"; readonly revokedToo?: boolean; readonly nonceForTime?: boolean }
  /** Signed with a device key that is not enrolled yet. */
  | { readonly by: "new-endpoint" }
  /**
   * Who has this right: by a role, in a session of the console, or an API key (`admin`: every right; `read`: those that
   * only look). To whom and to what it extends is the use case's question, which asks `authorize`. `fresh`: signed in a
   * few minutes ago; a program proves itself with every request.
   */
  | {
      readonly by: "administrator";
      readonly right: Right;
      readonly fresh?: boolean;
      /** Fresh where the body changes one of these. */
      readonly freshFor?: readonly string[];
      /** Not for a role that is held to groups: what is answered or done is everybody's. */
      readonly enterprise?: boolean;
    }
  /** Somebody about himself, in a session of the portal. */
  | {
      readonly by: "person";
      readonly fresh?: boolean;
      /** Open to who has to enrol a second factor before anything else (TC-46). */
      readonly whileEnrolmentDue?: boolean;
      /** Open to who has to renew his PIN before anything else. */
      readonly whileRenewalDue?: boolean;
    }
  /** A session of the app whose origin was asked, console or portal. */
  | { readonly by: "session"; readonly fresh?: boolean }
  /** A browser at the console's or the portal's origin, signed in or not. */
  | { readonly by: "browser" }
  /** An API key with this scope, for what programs ask for and nobody else. */
  | { readonly by: "application"; readonly scope: "sign" }
  /** An authenticator app that is registered, by a proof of its request key; at the app's own origin only. */
  | { readonly by: "phone" }
  /** One that is about to be: signed with a request key that is not registered yet. */
  | { readonly by: "new-phone" }
  /** An endpoint, or an API key with scope `sign-in`. */
  | { readonly by: "sign-in-client" }
  /** A FreeRADIUS: an API key with scope `radius`, from this machine or with the certificate that it was registered with. */
  | { readonly by: "radius-server" };

type Administrator = Extract<Access, { by: "administrator" }>;

export function administrator(right: Right): Administrator {
  return { by: "administrator", right };
}

export function ofEnterprise(access: Administrator): Administrator {
  return { ...access, enterprise: true };
}

/** For what an attacker at an unlocked desk, or with a stolen session, must not be able to do. */
export function freshAdministrator(right: Right): Administrator {
  return { by: "administrator", right, fresh: true };
}

/** Where some of what can be changed is dangerous, and the rest is not. */
export function administratorFreshFor(right: Right, ...fields: readonly string[]): Administrator {
  return { by: "administrator", right, freshFor: fields };
}

export const person: Access = { by: "person" };
/** For what enrolling needs. */
export const enrollingPerson: Access = { by: "person", whileEnrolmentDue: true };
/** For what setting a new PIN needs, too. */
export const renewingPerson: Access = { by: "person", whileEnrolmentDue: true, whileRenewalDue: true };
export const freshRenewingPerson: Access = { ...renewingPerson, fresh: true };
export const freshEnrollingPerson: Access = { by: "person", whileEnrolmentDue: true, fresh: true };
/** For what would let somebody at an unlocked desk stay in. */
export const freshPerson: Access = { by: "person", fresh: true };

export type Caller =
  | { readonly kind: "anybody" }
  | { readonly kind: "new-endpoint"; readonly proof: Proof }
  | { readonly kind: "endpoint"; readonly endpoint: Endpoint; readonly proof: Proof }
  | { readonly kind: "new-phone"; readonly proof: Proof }
  | { readonly kind: "phone"; readonly phone: Phone; readonly proof: Proof }
  | { readonly kind: "api-key"; readonly key: ApiKey }
  | { readonly kind: "browser"; readonly app: SessionApp }
  | SessionCaller;

export type Call<B, Q, P> = {
  readonly body: B;
  readonly query: Q;
  readonly params: P;
  readonly caller: Caller;
  readonly actor: Actor;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
};

/** A reply that was sent by the handler itself. */
export const alreadySent = Symbol("already sent");

export type Route = {
  readonly method: "GET" | "POST" | "PATCH" | "PUT" | "DELETE";
  readonly url: string;
  readonly access: Access;
  /** One line for the reference: what it does, in the imperative where it changes something. */
  readonly summary: string;
  /** Of a success; null: nothing (204), or only `contentType`. Tests hold every answer against it. */
  readonly answer: z.ZodType | null;
  /** Of an answer that is not JSON; beside `answer`, an answer in another form. */
  readonly contentType: string | null;
  readonly body: z.ZodType | null;
  readonly query: z.ZodType | null;
  readonly params: z.ZodType | null;
  /** Of a success; default 200. */
  readonly status: number;
  readonly bodyLimit: number;
  /** Answers carry `holdfast` and `inReplyTo`. */
  readonly marked: boolean;
  readonly handle: (call: Call<unknown, unknown, unknown>) => Promise<Outcome<unknown> | typeof alreadySent>;
};

type Schemas<B, Q, P> = {
  summary: string;
  answer: z.ZodType | null;
  contentType?: string;
  body?: z.ZodType<B>;
  query?: z.ZodType<Q>;
  params?: z.ZodType<P>;
  status?: number;
  bodyLimit?: number;
  marked?: boolean;
};

export const defaultBodyLimit = 64 * 1024;

export function route<B = undefined, Q = undefined, P = undefined>(
  method: Route["method"],
  url: string,
  access: Access,
  schemas: Schemas<B, Q, P>,
  handle: (call: Call<B, Q, P>) => Promise<Outcome<unknown> | typeof alreadySent>,
): Route {
  return {
    method,
    url,
    access,
    summary: schemas.summary,
    answer: schemas.answer,
    contentType: schemas.contentType ?? null,
    body: schemas.body ?? null,
    query: schemas.query ?? null,
    params: schemas.params ?? null,
    status: schemas.status ?? 200,
    bodyLimit: schemas.bodyLimit ?? defaultBodyLimit,
    marked: schemas.marked ?? false,
    handle: handle as Route["handle"],
  };
}
