import { EndpointReference, UserReference } from "../lists/references.tsx";

/** Who did something: "user:usr_…", "endpoint:ep_…", "api-key:key_…", "browser:console" and what else the audit has. */
export function ActorName({ actor }: { readonly actor: string }) {
  const [kind, id = ""] = actor.split(/:(.*)/s);
  if (kind === "user" && id !== "") return <UserReference id={id} />;
  if (kind === "endpoint" && id !== "") return <EndpointReference id={id} />;
  if (kind === "browser") return `the ${id}`;
  if (kind === "signer") return "the portal";
  if (kind === "api-key") return `API key ${id}`;
  return actor;
}
