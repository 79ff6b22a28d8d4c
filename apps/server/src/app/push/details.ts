import type { Workflow } from "@holdfast/protocol/policy";
import type { PushDetails } from "@holdfast/protocol/push-api";
import type { SignInBegin } from "@holdfast/protocol/sign-in-api";
import type { Transaction } from "../../store/store.ts";
import type { SignInClient } from "../sign-in/client.ts";

/** What a person must see to know his own sign-in from somebody else's (REG-27): as its client told it, nothing guessed. */
export async function detailsOf(
  tx: Transaction,
  client: SignInClient,
  sign: {
    readonly userName: string;
    readonly workflow: Workflow;
    readonly context: SignInBegin["context"];
  },
): Promise<PushDetails> {
  const { userName: account, workflow, context } = sign;
  const { application, place } = await seenBy(tx, client, context);
  return {
    account,
    workflow,
    application: shown(application),
    place: place === null ? null : shown(place),
    address: context.remoteHost ?? null,
  };
}

async function seenBy(
  tx: Transaction,
  client: SignInClient,
  context: SignInBegin["context"],
): Promise<{ application: string; place: string | null }> {
  switch (client.kind) {
    case "endpoint": {
      const { name, hostName } = client.endpoint;
      const at = name === hostName ? name : `${name} (${hostName})`;
      const by = [context.service, context.tty].filter((one) => one !== undefined).join(" on ");
      return { application: name, place: by === "" ? at : `${at}, ${by}` };
    }
    case "browser":
      return {
        application: client.app === "console" ? "the console" : "the portal",
        place: client.browserName ?? "a browser",
      };
    case "radius": {
      const gateway = await tx.radius.clients.get(client.id);
      return { application: "remote access", place: gateway?.name ?? null };
    }
    case "api-key": {
      const key = (await tx.apiKeys.list()).find(({ id }) => id === client.id);
      return { application: key?.name ?? "an application", place: context.service ?? null };
    }
    case "signer":
      return { application: client.applicationName, place: "the portal" };
  }
}

/** As `displayText` takes it: what others named may hold anything. */
function shown(text: string): string {
  const clean = text.replaceAll(/\p{Cc}/gu, " ").trim();
  return clean === "" ? "unnamed" : clean.slice(0, 200);
}
