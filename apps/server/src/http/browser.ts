import type { Right, RoleScope } from "@holdfast/protocol/rights";
import type { FastifyRequest } from "fastify";

/** Each at an origin of its own (SECURITY §6). */
export const webApps = ["console", "portal", "authenticator"] as const;
export type WebApp = (typeof webApps)[number];
/** Where people sign in; the authenticator app's requests are signed by the phone's key instead. */
export type SessionApp = Exclude<WebApp, "authenticator">;

/** Who is signed in at one of the web apps, as the gate needs to know him. */
export type SessionCaller = {
  readonly kind: "session";
  readonly app: SessionApp;
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
