import type { Refused } from "./outcome.ts";
import { invalid, refused } from "./outcome.ts";
import type { AppPorts } from "./ports.ts";

/**
 * Why a password may not be set, or null. Long enough, not the user's own name or this product's, and on no list of
 * breached ones; nothing about capitals or signs, and no age (NIST SP 800-63B §5.1.1.2).
 */
export async function refusalOfPassword(
  ports: Pick<AppPorts, "breachedPasswords" | "server">,
  { password, userName, minimumLength }: { password: string; userName: string; minimumLength: number },
): Promise<Refused | null> {
  if (characters(password) < minimumLength)
    return invalid("password", `Choose a password of at least ${minimumLength} characters.`);
  const plain = password.normalize("NFKC").toLowerCase();
  if ([userName, ports.server.productName].some((name) => plain === name.normalize("NFKC").toLowerCase()))
    return invalid("password", "This password is the first that anybody would try: it is a name.");
  switch (await ports.breachedPasswords.holds(password)) {
    case "no":
      return null;
    case "yes":
      return invalid(
        "password",
        "This password is on a list of stolen ones, which attackers try first. Choose another; several words are easy to keep in mind.",
      );
    case "reading":
      return refused(
        "storage-unavailable",
        "The list of breached passwords is being read. Try again in a minute.",
        {
          retryAfterSeconds: 60,
        },
      );
  }
}

/** Code points: each counts once, however many bytes it has. */
function characters(password: string): number {
  return Array.from(password).length;
}
