import type { Right, RoleScope } from "@holdfast/protocol/rights";
import type { FastifyRequest } from "fastify";

export type WebApp = "console" | "portal";

/** Who is signed in at one of the web apps, as the gate needs to know him. */
export type SessionCaller = {
  readonly kind: "session";
  readonly app: WebApp;
  readonly session: {
    readonly id: string;
    /** When he last proved all factors of the app's workflow. */
    readonly freshAtMs: number;
    /** Before anything else he is to enrol a second factor (TC-46). */
    readonly enrolmentDue: boolean;
    readonly renewalDue: boolean;
  };
  readonly user: { readonly id: string; readonly userName: string; readonly displayName: string };
  /** As it is now, not as it was at the sign-in; null: none. */
  readonly role: {
    readonly id: string;
    readonly name: string;
    readonly rights: readonly Right[];
    readonly scope: RoleScope;
  } | null;
};

/** What the gate asks about requests of browsers. */
export type Browsers = {
  /** The app whose origin the request was sent to; null: that of the API. */
  originOf(request: FastifyRequest): WebApp | null;
  /** Of the app whose origin was asked; null: none, or over. */
  findSession(request: FastifyRequest): Promise<SessionCaller | null>;
};
