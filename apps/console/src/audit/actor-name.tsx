import { EndpointReference, UserReference } from "../lists/references.tsx";

type Props = {
  readonly actor: string;
  /** What he is called, and who made the key or has the phone; null: nothing more is known. */
  readonly name: string | null;
  readonly person: string | null;
};

const words = { "api-key": "API key", phone: "Phone", radius: "RADIUS client" } as const;

/** Who did something: "user:usr_…", "endpoint:ep_…", "api-key:key_…", "browser:console" and what else the audit has. */
export function ActorName({ actor, name, person }: Props) {
  const [kind, id = ""] = actor.split(/:(.*)/s);
  const known = name === null ? {} : { name };
  if (kind === "user" && id !== "") return <UserReference id={id} {...known} />;
  if (kind === "endpoint" && id !== "") return <EndpointReference id={id} {...known} />;
  if (kind === "browser") return `the ${id}`;
  if (kind === "signer") return "the portal";
  if (kind === "api-key" || kind === "phone" || kind === "radius")
    return (
      <>
        {words[kind]} {name ?? id}
        {person !== null && ` ${kind === "phone" ? "of" : "made by"} ${person}`}
        {name !== null && (
          <div>
            <code>{id}</code>
          </div>
        )}
      </>
    );
  return actor;
}
