import type { EndpointRow } from "../../store/store.ts";

/** Who asks for a sign-in: an enrolled endpoint by its device key, or another program by an API key. */
export type SignInClient =
  | { readonly kind: "endpoint"; readonly endpoint: EndpointRow }
  | { readonly kind: "api-key"; readonly id: string };

/** The name under which the audit and the attempts know the client. */
export function clientName(client: SignInClient): string {
  return client.kind === "endpoint" ? `endpoint:${client.endpoint.id}` : `api-key:${client.id}`;
}
