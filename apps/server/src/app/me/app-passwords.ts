import { createHash } from "node:crypto";
import type { AppPasswordCheck, AppPasswordIssued, AppPasswordView } from "@holdfast/protocol/me-api";
import type { Transaction } from "../../store/store.ts";
import type { AppPasswordRow } from "../../store/web-store.ts";
import type { Actor } from "../actor.ts";
import { report } from "../audit.ts";
import type { Outcome } from "../outcome.ts";
import { notFound, ok, refused } from "../outcome.ts";
import type { AppPorts } from "../ports.ts";
import { newId } from "../ports.ts";
import type { Self } from "./self.ts";

/** Passwords of single applications that cannot ask for a second factor ("Manage Passwords"). */

const mostOfOne = 50;

export function listAppPasswords(ports: AppPorts, self: Self): Promise<{ items: AppPasswordView[] }> {
  return ports.store.read(async (tx) => ({
    items: (await tx.web.appPasswords.ofUser(self.userId)).map(viewOf),
  }));
}

/** Its text is told in the answer and kept nowhere. */
export function makeAppPassword(
  ports: AppPorts,
  self: Self,
  name: string,
): Promise<Outcome<AppPasswordIssued>> {
  const [id, password] = [newId(ports, "apw"), newText(ports)];
  return ports.store.transaction(async (tx) => {
    const before = await tx.web.appPasswords.ofUser(self.userId);
    if (before.some((one) => one.name === name))
      return refused("conflict", "There is a password for this application already; remove it first.");
    if (before.length >= mostOfOne)
      return refused("conflict", `${mostOfOne} application passwords are the most that one person has.`);
    const row: AppPasswordRow = {
      id,
      userId: self.userId,
      name,
      passwordHash: hashOf(password),
      createdAtMs: tx.now(),
      lastUsedAtMs: null,
    };
    await tx.web.appPasswords.insert(row);
    await report(tx, self.actor, "app-password-made", {
      userId: self.userId,
      detail: { appPasswordId: id, name },
    });
    return ok({ ...viewOf(row), password });
  });
}

export function removeAppPassword(ports: AppPorts, self: Self, id: string): Promise<Outcome<null>> {
  return ports.store.transaction(async (tx) => {
    const gone = await tx.web.appPasswords.remove(self.userId, id);
    if (gone === null) return notFound("application password");
    await report(tx, self.actor, "app-password-removed", {
      userId: self.userId,
      detail: { appPasswordId: id, name: gone.name },
    });
    return ok(null);
  });
}

/**
 * All of one's application passwords at once: whoever had the account may have made one of them, and it would outlive
 * the password that is replaced.
 */
export async function removeAppPasswordsOf(tx: Transaction, actor: Actor, userId: string): Promise<void> {
  for (const { id, name } of await tx.web.appPasswords.ofUser(userId)) {
    await tx.web.appPasswords.remove(userId, id);
    await report(tx, actor, "app-password-removed", { userId, detail: { appPasswordId: id, name } });
  }
}

/** One answer for whatever does not fit, so that a gateway learns no names; 100 random bits need no lockout. */
export function checkAppPassword(
  ports: AppPorts,
  actor: Actor,
  { userName, name, password }: AppPasswordCheck,
): Promise<Outcome<{ right: boolean; userId: string | null }>> {
  return ports.store.transaction(async (tx) => {
    const row = await tx.web.appPasswords.byHash(hashOf(password));
    const user = row && (await tx.users.get(row.userId));
    const right = row !== null && row.name === name && user?.name === userName && user.status === "active";
    if (!right || row === null) return ok({ right: false, userId: null });
    await tx.web.appPasswords.used(row.id, tx.now());
    await report(tx, actor, "app-password-used", {
      userId: row.userId,
      outcome: "succeeded",
      detail: { appPasswordId: row.id, name },
    });
    return ok({ right: true, userId: row.userId });
  });
}

/** Crockford's base32: no letter that looks like a digit. */
const alphabet = "0123456789abcdefghjkmnpqrstvwxyz";

/** 20 letters of 5 random bits each, in groups that can be read out. */
function newText(ports: AppPorts): string {
  const letters = [...ports.entropy(20)].map((byte) => alphabet[byte & 31]).join("");
  return (letters.match(/.{5}/g) ?? []).join("-");
}

function hashOf(password: string): string {
  return createHash("sha256").update("holdfast application password v1").update(password).digest("base64url");
}

function viewOf({ id, name, createdAtMs, lastUsedAtMs }: AppPasswordRow): AppPasswordView {
  return { id, name, createdAtMs, lastUsedAtMs };
}
