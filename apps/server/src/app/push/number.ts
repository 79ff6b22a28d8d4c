import { pushNumber } from "@holdfast/core/push/request";
import type { AppPorts } from "../ports.ts";

/** One request a sign-in: whoever asks once more within it is not asked anew. */
export function pushRequestId(
  { lookupMac }: Pick<AppPorts, "lookupMac">,
  client: string,
  attemptId: string,
): string {
  return `psh_${lookupMac("push request", JSON.stringify([client, attemptId]))}`;
}

/** What the sign-in shows, also where nobody was asked. It follows from the id and a key of the server's, and is kept nowhere. */
export function numberOfPush({ lookupMac }: Pick<AppPorts, "lookupMac">, id: string): string {
  return pushNumber(Buffer.from(lookupMac("push number", id), "base64url"));
}
