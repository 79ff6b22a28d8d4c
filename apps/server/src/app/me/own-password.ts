import type { Outcome } from "../outcome.ts";
import { invalid, notFound, ok } from "../outcome.ts";
import type { AppPorts } from "../ports.ts";
import { policyOf, replacePassword } from "../users.ts";
import type { Self } from "./self.ts";

/** The session that asked goes on; all others end, because they began with the password of before. */
export async function changeOwnPassword(
  ports: AppPorts,
  self: Self,
  password: string,
): Promise<Outcome<null>> {
  const least = await ports.store.read(async (tx) => {
    const user = await tx.users.get(self.userId);
    return user && (await policyOf(tx, user)).document.password.minimumLength;
  });
  if (least === null) return notFound("user");
  if ([...password].length < least)
    return invalid("password", `Choose a password of at least ${least} characters.`);
  const changed = await replacePassword(ports, self.actor, self.userId, password, {
    refuses: async () => null,
    also: (tx, { credentialEpoch }) => tx.web.sessions.keepUp(self.sessionId, credentialEpoch),
  });
  return changed.kind === "refused" ? changed : ok(null);
}
