import type {
  RadiusServerIssued,
  RadiusServerRegistration,
  RadiusServerView,
} from "@holdfast/protocol/radius-api";
import { openRadiusSecret } from "../../keys/radius-secret.ts";
import type { RadiusServerRow } from "../../store/radius-store.ts";
import type { Transaction } from "../../store/store.ts";
import type { Actor } from "../actor.ts";
import type { ApiKeys } from "../api-keys.ts";
import { report } from "../audit.ts";
import { enterprise, refusalOfChange } from "../authorization.ts";
import type { Outcome } from "../outcome.ts";
import { notFound, ok } from "../outcome.ts";
import type { AppPorts } from "../ports.ts";
import { newId } from "../ports.ts";
import { viewClient } from "./clients.ts";

/**
 * Registers a FreeRADIUS with a key of its own and tells it every client with its secret. One of the same name is
 * replaced, and its key taken no more: to configure one again is to register it again.
 */
export function registerServer(
  ports: AppPorts,
  apiKeys: ApiKeys,
  actor: Actor,
  { name, certificateHash }: RadiusServerRegistration,
): Promise<Outcome<RadiusServerIssued>> {
  const id = newId(ports, "rsv");
  const made = apiKeys.make(name, ["radius"]);
  return ports.store.transaction(async (tx) => {
    const no = await refusalOfChange(tx, actor, "properties.radius", enterprise);
    if (no) return no;
    const before = (await tx.radius.servers.list()).find((one) => one.name === name);
    if (before) await drop(tx, before);
    const { key, id: apiKeyId } = await apiKeys.insert(tx, actor, made);
    const { authorityPin } = ports.server;
    const row: RadiusServerRow = {
      id,
      name,
      apiKeyId,
      certificateHash,
      authorityPin,
      configuredAtMs: tx.now(),
    };
    await tx.radius.servers.insert(row);
    const clients = await tx.radius.clients.list();
    await report(tx, actor, "radius-server-configured", {
      detail: { serverId: id, name, certificateHash, clients: clients.length },
    });
    return ok({
      ...viewServer(row, { authorityPin, clientsChangedAtMs: 0 }),
      key,
      authority: ports.server.authorityPem,
      clients: clients.map((client) => ({
        ...viewClient(client),
        secret: openRadiusSecret(ports.secrets, client),
      })),
    });
  });
}

/** Its key is taken no more: it answers nobody. */
export function removeServer(ports: AppPorts, actor: Actor, id: string): Promise<Outcome<null>> {
  return ports.store.transaction(async (tx) => {
    const no = await refusalOfChange(tx, actor, "properties.radius", enterprise);
    if (no) return no;
    const row = (await tx.radius.servers.list()).find((one) => one.id === id);
    if (!row) return notFound("RADIUS server");
    await drop(tx, row);
    await report(tx, actor, "radius-server-removed", { detail: { serverId: id, name: row.name } });
    return ok(null);
  });
}

/** `now`: what a configuration that is made now would hold. */
export function viewServer(
  { id, name, certificateHash, authorityPin, configuredAtMs }: RadiusServerRow,
  now: { readonly authorityPin: string; readonly clientsChangedAtMs: number },
): RadiusServerView {
  const outdated = now.clientsChangedAtMs > configuredAtMs || now.authorityPin !== authorityPin;
  return { id, name, certificateHash, configuredAtMs, outdated };
}

/** The certificate that the FreeRADIUS of this key must show; undefined: the key is of none. */
export async function certificateOfKey(
  ports: Pick<AppPorts, "store">,
  apiKeyId: string,
): Promise<string | null | undefined> {
  const row = await ports.store.read((tx) => tx.radius.servers.byKey(apiKeyId));
  return row?.certificateHash;
}

async function drop(tx: Transaction, { id, apiKeyId }: RadiusServerRow): Promise<void> {
  await tx.radius.servers.remove(id);
  await tx.apiKeys.revoke(apiKeyId, tx.now());
}
