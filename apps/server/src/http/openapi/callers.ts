import type { Access } from "../route.ts";
import type { Json } from "./components.ts";

/** How each kind of caller proves itself. */
export const securitySchemes: Json = {
  apiKey: {
    type: "http",
    scheme: "bearer",
    description: "`Authorization: Bearer hfk_…`. A key has scopes: `admin`, `read`, `sign-in`.",
  },
  deviceKey: {
    type: "apiKey",
    in: "header",
    name: "DPoP",
    description: "A proof signed with the endpoint's device key for this very request (RFC 9449).",
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

const callers: ReadonlyMap<string, (access: Access & { right?: string; fresh?: boolean }) => Caller> =
  new Map([
    ["anybody", () => ({ security: [], text: "Anybody." })],
    ["browser", () => ({ security: [], text: "A browser on the console's or the portal's origin." })],
    ["endpoint", () => ({ security: alternatives("deviceKey"), text: "An enrolled endpoint." })],
    [
      "new-endpoint",
      () => ({ security: alternatives("deviceKey"), text: "An endpoint that holds an enrolment code." }),
    ],
    [
      "api-key",
      (access) => {
        const scope = "scope" in access ? String(access.scope) : "admin";
        return { security: alternatives("apiKey"), text: `An API key with the scope \`${scope}\`.` };
      },
    ],
    [
      "sign-in-client",
      () => ({
        security: alternatives("deviceKey", "apiKey"),
        text: "An enrolled endpoint, or an API key with the scope `sign-in`.",
      }),
    ],
    [
      "administrator",
      ({ right, fresh }) => ({
        security: alternatives("consoleSession", "apiKey"),
        text: `An administrator with the right \`${right}\`${fresh ? ", freshly signed in" : ""}, or an API key.`,
      }),
    ],
    [
      "person",
      () => ({ security: alternatives("portalSession"), text: "A person signed in to the portal." }),
    ],
    [
      "session",
      () => ({
        security: alternatives("consoleSession", "portalSession"),
        text: "Whoever is signed in to the console or the portal.",
      }),
    ],
  ]);

export function callerOf(access: Access): Caller {
  const describe = callers.get(access.by);
  if (!describe) throw new Error(`openapi/callers.ts does not say how "${access.by}" proves itself`);
  return describe(access);
}
