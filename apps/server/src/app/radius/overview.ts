import type { RadiusView } from "@holdfast/protocol/radius-api";
import type { AppPorts } from "../ports.ts";
import { clientsChangedAtMs, viewClient } from "./clients.ts";
import { viewServer } from "./servers.ts";

/** RADIUS clients, and each FreeRADIUS with whether it knows them as they are. Never a secret. */
export function readRadius(ports: AppPorts): Promise<RadiusView> {
  return ports.store.read(async (tx) => {
    const [clients, servers] = [await tx.radius.clients.list(), await tx.radius.servers.list()];
    const { authorityPin } = ports.server;
    const now = { authorityPin, clientsChangedAtMs: await clientsChangedAtMs(tx) };
    return {
      clients: clients.map(viewClient),
      servers: servers.map((row) => viewServer(row, now)),
    };
  });
}
