import type { Access } from "../route.ts";
import type { Json } from "./components.ts";

/** How each kind of caller proves itself. */
export const securitySchemes: Json = {
  apiKey: {
    type: "http",
    scheme: "bearer",
    description:
      "`Authorization: Bearer hfk_…`. A key has scopes: `admin`, `read`, `sign-in`, `sign`, `radius`.",
  },
  deviceKey: {
    type: "apiKey",
    in: "header",
    name: "DPoP",
    description: "A proof signed with the endpoint's device key for this very request (RFC 9449).",
  },
  requestKey: {
    type: "apiKey",
    in: "header",
    name: "DPoP",
    description:
      "A proof signed with the phone's request key for this very request (RFC 9449), on the authenticator app's origin only.",
  },
  consoleSession: {
    type: "apiKey",
    in: "cookie",
    name: "__Host-holdfast-console",
    description: "An administrator's session, on the console's origin only.",
  },
  portalSession: {
    type: "apiKey",
    in: "cookie",
    name: "__Host-holdfast-portal",
    description: "A person's session, on the portal's origin only.",
  },
};

type Caller = { readonly security: readonly Json[]; readonly text: string };
const alternatives = (...names: string[]) => names.map((name) => ({ [name]: [] }));

type Described = {
  readonly by: string;
  readonly right?: string;
  readonly fresh?: boolean;
  readonly freshFor?: readonly string[];
  readonly scope?: string;
};
const callers: Readonly<Record<string, (access: Described) => Caller>> = {
  anybody: () => ({ security: [], text: "anybody" }),
  browser: () => ({ security: [], text: "a browser on the console's or the portal's origin" }),
  endpoint: () => ({ security: alternatives("deviceKey"), text: "an enrolled endpoint" }),
  "new-endpoint": () => ({
    security: alternatives("deviceKey"),
    text: "an endpoint that holds an enrolment code",
  }),
  phone: () => ({ security: alternatives("requestKey"), text: "a registered phone" }),
  "new-phone": () => ({
    security: alternatives("requestKey"),
    text: "a phone that has scanned a registration's QR code",
  }),
  "sign-in-client": () => ({
    security: alternatives("deviceKey", "apiKey"),
    text: "an enrolled endpoint, or an API key with the scope `sign-in`",
  }),
  "radius-server": () => ({
    security: alternatives("apiKey"),
    text: "a FreeRADIUS: an API key with the scope `radius`, from the server's own machine or with the certificate that it was registered with",
  }),
  application: ({ scope }) => ({
    security: alternatives("apiKey"),
    text: `an API key with the scope \`${scope}\``,
  }),
  administrator: ({ right, fresh, freshFor }) => ({
    security: alternatives("consoleSession", "apiKey"),
    text: `an administrator with the right \`${right}\`${freshness(fresh, freshFor)}, or an API key that includes it`,
  }),
  person: () => ({ security: alternatives("portalSession"), text: "a person signed in to the portal" }),
  session: () => ({
    security: alternatives("consoleSession", "portalSession"),
    text: "whoever is signed in to the console or the portal",
  }),
};

export function callerOf(access: Access): Caller {
  const describe = callers[access.by];
  if (!describe) throw new Error(`openapi/callers.ts does not say how "${access.by}" proves itself`);
  return describe(access);
}

function freshness(fresh = false, freshFor: readonly string[] = []): string {
  if (fresh) return ", freshly signed in";
  if (freshFor.length === 0) return "";
  return `, freshly signed in to change ${freshFor.map((field) => `\`${field}\``).join(" or ")}`;
}
