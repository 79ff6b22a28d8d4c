import type { PamBegin } from "@holdfast/protocol/pam-frames";
import { userName as userNameSchema } from "@holdfast/protocol/primitives";
import type { Endpoint } from "../endpoint.ts";
import type { Conversation, ConversationEnd } from "../pam/conversation.ts";
import { askServers } from "../transport/ask-servers.ts";
import { serverApi } from "../transport/server-api.ts";

/** Which accounts Holdfast is for: people. */
export type AccountRules = {
  readonly minimumUid: number;
  readonly allowedSystemAccounts: readonly string[];
};

export function isRefusedSystemAccount({ user, uid }: PamBegin, rules: AccountRules): boolean {
  return uid !== undefined && uid < rules.minimumUid && !rules.allowedSystemAccounts.includes(user);
}

/** PAM's account phase: may this account be used now? ssh keys, cron and su by root come here without the other one. */
export async function checkAccount(
  conversation: Conversation,
  endpoint: Endpoint,
  rules: AccountRules,
): Promise<ConversationEnd> {
  const { begin } = conversation;
  if (isRefusedSystemAccount(begin, rules)) return { code: "permission-denied", reason: "system-account" };
  if (begin.uid === undefined || !userNameSchema.safeParse(begin.user).success)
    return { code: "user-unknown", reason: "user-unknown-here" };
  const status = await accountStatus(endpoint, begin.user);
  if (status === "disabled")
    conversation.tell("error", "Your account is disabled. Ask your administrator or help desk.");
  return ends[status] ?? { code: "unavailable", reason: status };
}

const ends: Readonly<Record<string, ConversationEnd>> = {
  active: { code: "success", reason: "account-active" },
  disabled: { code: "account-expired", reason: "user-disabled" },
  unknown: { code: "user-unknown", reason: "user-unknown-here" },
  // No server can be asked and nothing is kept of this user: the stack goes on for break-glass accounts alone.
  "unknown-offline": { code: "unavailable", reason: "never-signed-in-here" },
  "endpoint-revoked": { code: "permission-denied", reason: "endpoint-revoked" },
};

/** Or the code of the problem with which a server declined. */
async function accountStatus({ client, connection, store }: Endpoint, userName: string): Promise<string> {
  const { servers, totalMs } = connection.candidates();
  const outcome = await askServers(servers, totalMs, connection.reachable, (server, waiting) =>
    client.call(server, serverApi.checkAccount(userName, waiting)),
  );
  for (const { server, why } of outcome.failed) connection.unreachable(server, why);
  if (outcome.kind === "word") {
    connection.answered(outcome.server);
    return outcome.answer.kind === "answered" ? outcome.answer.value.status : outcome.answer.problem.code;
  }
  const status = await store.accountStatus(userName);
  return status === "unknown" ? "unknown-offline" : status;
}
