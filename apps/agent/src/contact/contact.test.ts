import { Issuer } from "@holdfast/offline-store/testing/issuer";
import { noLocalRules } from "@holdfast/offline-store/testing/sign-in";
import { StoreRig } from "@holdfast/offline-store/testing/store-rig";
import { pino } from "pino";
import { expect, test } from "vitest";
import { enrolled } from "../testing/enrolled.ts";
import { type ContactPorts, makeContact } from "./contact.ts";

test("sessions in doubt are locked on a disk that takes no write, too", async () => {
  const rig = await StoreRig.open(await Issuer.create());
  await rig.online([0, 1, 2]);
  const { enterprise, disk } = await enrolled();
  const locked: string[] = [];
  const answer = { kind: "answered", value: rig.issuer.contact(0, [{ freshSignInNeeded: true }]) };
  const ports = {
    client: { call: async () => answer },
    identity: { endpointId: "endpoint-1" },
    enterprise,
    store: rig.store,
    rules: noLocalRules,
    profile: null,
    log: pino({ level: "silent" }),
    lockSessionsOf: async (users: readonly { readonly userName: string }[]) => {
      locked.push(...users.map(({ userName }) => userName));
    },
    refillsDue: () => undefined,
    serversChanged: () => undefined,
  } as unknown as ContactPorts;
  await rig.store.contactBegins();
  disk.refusesWrites = "ENOSPC";
  await expect(makeContact(ports, "https://one.example.com")).rejects.toThrow("ENOSPC");
  expect(locked).toEqual(["anna"]);
});
