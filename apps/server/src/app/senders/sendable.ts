import { isSentCode, type SentCode } from "@holdfast/core/policy/workflows";
import type { Prompt } from "@holdfast/core/sign-in/types";
import type { AppPorts } from "../ports.ts";
import { senderOf } from "./sender-settings.ts";
import { channelOf } from "./sign-in-codes.ts";

/** Of the codes that could be sent for these prompts, those for which there is a sender. The same for every user. */
export async function sendableOf(
  { store }: Pick<AppPorts, "store">,
  prompts: readonly Prompt[],
): Promise<ReadonlySet<SentCode>> {
  const asked = prompts.flatMap(({ ask }) => (ask !== "password-and-code" && isSentCode(ask) ? [ask] : []));
  if (asked.length === 0) return new Set();
  return store.read(async (tx) => {
    const sendable = new Set<SentCode>();
    for (const by of asked) if ((await senderOf(tx, channelOf[by])) !== null) sendable.add(by);
    return sendable;
  });
}
