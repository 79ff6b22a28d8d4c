import type { Transaction } from "../store/store.ts";
import type { Secrets } from "./secrets.ts";

type Kept = { readonly id: string; readonly sealedSecret: string };

/** A RADIUS client's shared secret, which must be told to each FreeRADIUS that is configured. */
export function sealRadiusSecret(secrets: Secrets, clientId: string, secret: string): string {
  return secrets.seal("setting", nameOf(clientId), Buffer.from(secret));
}

export function openRadiusSecret(secrets: Secrets, { id, sealedSecret }: Kept): string {
  return Buffer.from(secrets.open("setting", nameOf(id), sealedSecret)).toString("utf8");
}

/** How many were wrapped anew. */
export async function rewrapRadiusSecrets(tx: Transaction, secrets: Secrets): Promise<number> {
  let count = 0;
  for (const row of await tx.radius.clients.list()) {
    const sealedSecret = secrets.rewrap("setting", nameOf(row.id), row.sealedSecret);
    if (sealedSecret === null) continue;
    await tx.radius.clients.update({ ...row, sealedSecret });
    count++;
  }
  return count;
}

function nameOf(clientId: string): string {
  return `radius-secret.${clientId}`;
}
