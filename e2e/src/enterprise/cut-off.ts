import { freePort } from "../../rig/ports.ts";
import { Enterprise } from "./enterprise.ts";
import type { Workstation, WorkstationOptions } from "./workstation.ts";

const address = "10.1.0.1";
const port = 8443;

/** A server that machines reach over networks of their own, so that each can be cut off alone. */
export async function createReachableEnterprise(
  policy?: Readonly<Record<string, unknown>>,
): Promise<Enterprise> {
  const server = { port: await freePort(), publicUrl: `https://${address}:${port}`, names: [address] };
  return await Enterprise.create(server, policy);
}

/** A workstation on a network of its own that leads to the enterprise's server, or to what stands before it. */
export async function addCutOffWorkstation(
  enterprise: Enterprise,
  options: WorkstationOptions & { readonly name?: string; readonly targetPort?: number } = {},
): Promise<Workstation & { readonly endpointId: string }> {
  const targetPort = options.targetPort ?? enterprise.server.port;
  return await enterprise.addWorkstation({
    ...options,
    ownNetwork: true,
    enrolment: { name: options.name ?? "ward-7" },
    prepare: (workstation) => workstation.network.expose({ address, port, targetPort }),
  });
}

export async function cutOff(...workstations: readonly Workstation[]): Promise<void> {
  for (const workstation of workstations) {
    await workstation.network.setLink("down");
    // The machine's kernel tells nobody whose connections idle; whoever sends finds out.
    await workstation.untilOffline();
  }
}

/** Resolves when the endpoint is back by itself and both sides are level. */
export async function reconnect(...workstations: readonly Workstation[]): Promise<void> {
  for (const workstation of workstations) {
    await workstation.network.setLink("up");
    await workstation.untilLevel();
  }
}
