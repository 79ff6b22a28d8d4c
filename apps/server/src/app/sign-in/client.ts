import type { EndpointRow } from "../../store/store.ts";

/** Who asks for a sign-in: an enrolled endpoint by its device key, or another program by an API key. */
export type SignInClient =
  | { readonly kind: "endpoint"; readonly endpoint: EndpointRow }
  | { readonly kind: "api-key"; readonly id: string }
  /** A browser at a web app's origin; with the session in which somebody proves himself anew. */
  | { readonly kind: "browser"; readonly app: "console" | "portal"; readonly sessionId: string | null };

/** The name under which the audit and the attempts know the client. */
export function clientName(client: SignInClient): string {
  switch (client.kind) {
    case "endpoint":
      return `endpoint:${client.endpoint.id}`;
    case "api-key":
      return `api-key:${client.id}`;
    case "browser":
      return client.sessionId === null
        ? `browser:${client.app}`
        : `browser:${client.app}:${client.sessionId}`;
  }
}
