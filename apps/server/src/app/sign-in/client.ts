import type { PushOrder } from "@holdfast/protocol/push-api";
import type { EndpointRow } from "../../store/endpoints-store.ts";

/** Who asks for a sign-in: an enrolled endpoint by its device key, or another program by an API key. */
export type SignInClient =
  | { readonly kind: "endpoint"; readonly endpoint: EndpointRow }
  | { readonly kind: "api-key"; readonly id: string }
  /** A gateway of remote access, asking by RADIUS; `asksAgain`: it knows challenges, and can lead through enrolling. */
  | { readonly kind: "radius"; readonly id: string; readonly asksAgain: boolean }
  /** A browser at a web app's origin; with the session in which somebody proves himself anew. */
  | {
      readonly kind: "browser";
      readonly app: "console" | "portal";
      readonly sessionId: string | null;
      /** Said to the person whose phone is asked. */
      readonly browserName?: string;
    }
  /** A person at the portal who signs an order; `challenge`, base64url, stands for what his passkey is to sign. */
  | {
      readonly kind: "signer";
      readonly signingId: string;
      readonly sessionId: string;
      readonly challenge: string;
      /** What a phone shows before it signs. */
      readonly applicationName: string;
      readonly order: PushOrder;
      /** Of the passkeys that may sign. */
      readonly credentialIds: readonly string[];
    };

/** The web app at which the client's passkeys are made; null: no browser. */
export function webAppOf(client: SignInClient): "console" | "portal" | null {
  if (client.kind === "browser") return client.app;
  return client.kind === "signer" ? "portal" : null;
}

/** The name under which the audit and the attempts know the client. */
export function clientName(client: SignInClient): string {
  switch (client.kind) {
    case "endpoint":
      return `endpoint:${client.endpoint.id}`;
    case "api-key":
      return `api-key:${client.id}`;
    case "radius":
      return `radius:${client.id}`;
    case "signer":
      return `${signerPrefix(client.signingId)}${client.sessionId}`;
    case "browser":
      return client.sessionId === null
        ? `browser:${client.app}`
        : `browser:${client.app}:${client.sessionId}`;
  }
}

/** What the names of all who sign this order begin with. */
export function signerPrefix(signingId: string): string {
  return `signer:${signingId}:`;
}
