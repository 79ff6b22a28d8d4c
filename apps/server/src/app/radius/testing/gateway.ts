import { expect } from "vitest";
import type { Rig } from "../../../testing/rig.ts";

export type Packet = {
  readonly userName?: string;
  readonly password?: string;
  readonly state?: string;
  readonly client?: string;
  readonly station?: string;
  readonly packet?: string;
};

/** A registered gateway, and what FreeRADIUS would ask for it. */
export async function radiusGateway(rig: Rig) {
  const body = { name: "vpn", address: "192.0.2.1", prompts: "challenge" };
  const gateway = (await rig.call("POST", "/api/v1/radius/clients", body)).body as {
    id: string;
    secret: string;
  };
  const server = { name: "radius-1", certificateHash: null };
  const key: string = (await rig.call("POST", "/api/v1/radius/servers", server)).body.key;
  let packets = 0;

  const access = async ({ userName, password, state, client = gateway.id, station, packet }: Packet) => {
    packets++;
    const attributes = {
      "User-Name": userName,
      "User-Password": password,
      State: state,
      "Calling-Station-Id": station ?? `198.51.100.${packets % 250}`,
      "Tmp-String-0": client,
      "Tmp-String-1": packet ?? `192.0.2.1|${packets}|0x${packets}`,
    };
    const sent = Object.fromEntries(
      Object.entries(attributes).flatMap(([name, value]) =>
        value === undefined ? [] : [[name, { type: "string", value: [value] }]],
      ),
    );
    const answer = await rig.call("POST", "/api/v1/radius/access-requests", sent, key);
    expect([answer.status, answer.text]).toEqual([200, answer.text]);
    const one = (name: string): string | undefined => answer.body[name]?.value[0];
    return {
      verdict: one("control:Auth-Type") ?? "Challenge",
      state: one("reply:State"),
      message: one("reply:Reply-Message"),
    };
  };
  return { gateway, key, access };
}
