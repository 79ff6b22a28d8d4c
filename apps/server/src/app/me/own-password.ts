import type { Outcome } from "../outcome.ts";
import { ok } from "../outcome.ts";
import type { AppPorts } from "../ports.ts";
import { replacePassword } from "../users.ts";
import type { Self } from "./self.ts";

/** The session that asked goes on; all others end, because they began with the password of before. */
export async function changeOwnPassword(
  ports: AppPorts,
  self: Self,
  password: string,
): Promise<Outcome<null>> {
  const changed = await replacePassword(ports, self.actor, self.userId, password, {
    refuses: async () => null,
    also: (tx, { credentialEpoch }) => tx.web.sessions.keepUp(self.sessionId, credentialEpoch),
  });
  return changed.kind === "refused" ? changed : ok(null);
}
