import { expect, test } from "vitest";
import { newMasterKey } from "../../keys/master-key.ts";
import { createSecrets } from "../../keys/secrets.ts";
import { openStore } from "../../store/open-store.ts";
import type { Store } from "../../store/store.ts";
import { contact, enrol, happened, holdBundle, offlineSuccess, signed } from "../../testing/endpoint.ts";
import { code, newPerson, newPolicy, reopen, signIn, startRig } from "../../testing/rig.ts";
import { rewrapEverything } from "./rewrap-everything.ts";

test("after a rotation the server goes on with the new master key alone", async () => {
  const [old, fresh] = [newMasterKey(), newMasterKey()];
  const store = await openStore({ location: ":memory:", now: () => Date.now(), serverId: "srv" });
  // The store stays open while servers on it come and go.
  const kept: Store = { ...store, close: async () => undefined };
  const before = await startRig({}, { store: kept, masterKeys: [old] });
  const policyId = await newPolicy(before, "offline", { offline: { enabled: true } });
  const anna = await newPerson(before, "anna", { policyId });
  const endpoint = await enrol(before, "desk");
  await holdBundle(before, endpoint, anna, 0);
  happened(endpoint, before.clock.now(), offlineSuccess(anna, 1));
  await before.stop();

  // Root key, bundle key, statement key, lookup key, web push key, authority, one token, one endpoint.
  expect(await rewrapEverything(kept, createSecrets([fresh, old]))).toBe(8);
  expect(await rewrapEverything(kept, createSecrets([fresh, old]))).toBe(0);

  const after = await reopen(before, {}, { store: kept, masterKeys: [fresh] });
  expect((await signIn(after, anna, code(anna, 2))).status).toBe(200);
  const there = { ...endpoint, call: signed.bind(null, after, endpoint.keys) };
  expect((await contact(there)).users[0]?.floors[0]?.nextCounter).toBe(3);
  await after.stop();
  await store.close();
});
