import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { Refills } from "./refills.ts";

type Ports = ConstructorParameters<typeof Refills>[0];

/** A server that answers or does not; calls in the order in which they reached it. */
function rig() {
  const heard: string[] = [];
  let there = true;
  const log = {
    info: () => undefined,
    warn: () => undefined,
    debug: () => undefined,
    error: () => undefined,
  };
  const refills = new Refills({
    client: {
      call: async (_server: string, call: { path: string }) => {
        if (!there) return { kind: "not-reachable", why: "gone" };
        heard.push(call.path.split("/").at(-1) ?? "");
        return { kind: "answered", value: { bundle: "document" } };
      },
    },
    connection: {
      candidates: () => ({
        servers: there ? [{ server: "https://one", startAfterMs: 0 }] : [],
        totalMs: 1500,
      }),
    },
    store: {
      storeBundle: async () => {
        if (cutAfterStore) there = false;
        return { kind: "stored", userId: "usr_1", epoch: 1, sequence: 1 };
      },
    },
    rules: { offlineEnabled: true, offlineMaxAgeSeconds: null, maxSignIns: null },
    trust: {},
    log,
  } as unknown as Ports);
  let cutAfterStore = false;
  return {
    refills,
    heard,
    goesAfterStoring: () => {
      cutAfterStore = true;
    },
    comesBack: () => {
      cutAfterStore = false;
      there = true;
    },
  };
}

test("OTP-7: a refill that is due again while the last one waits to be acknowledged is fetched, too", async () => {
  const { refills, heard, goesAfterStoring, comesBack } = rig();
  goesAfterStoring();
  refills.due("alice");
  // Into the second pause, of three seconds.
  await sleep(1_200);
  expect(heard).toEqual(["bundles"]);
  comesBack();
  refills.due("alice");
  // Not the rest of that pause.
  await sleep(1_000);
  expect(heard).toEqual(["bundles", "acknowledgements", "bundles", "acknowledgements"]);
  await refills.stop();
});

test("a refill that is being asked for is not asked for twice", async () => {
  const { refills, heard } = rig();
  refills.due("alice");
  refills.due("alice");
  await refills.idle();
  expect(heard).toEqual(["bundles", "acknowledgements"]);
  await refills.stop();
});
