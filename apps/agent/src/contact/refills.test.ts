import { setTimeout as sleep } from "node:timers/promises";
import { defaultUserPolicy, type UserPolicy } from "@holdfast/protocol/policy";
import { expect, test } from "vitest";
import { Refills } from "./refills.ts";

type Ports = ConstructorParameters<typeof Refills>[0];

type AsksFor = { readonly policy: UserPolicy; readonly token: { readonly digits: number } | null };

const passwordAlone: UserPolicy = {
  ...defaultUserPolicy,
  workflows: { ...defaultUserPolicy.workflows, workstation: [["password"]] },
};
/** Nobody knows him here: the defaults hold, which ask for a code. */
const stranger: AsksFor = { policy: defaultUserPolicy, token: null };

/** A server that answers or does not; calls in the order in which they reached it. */
function rig({ known, bundled }: { known?: AsksFor; bundled?: AsksFor } = {}) {
  const heard: string[] = [];
  const slots: string[] = [];
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
        return {
          kind: "answered",
          value: { bundle: "document", userId: "usr_1", offlineSalt: "salt", credentialEpoch: 1 },
        };
      },
    },
    connection: {
      candidates: () => ({
        servers: there ? [{ server: "https://one", startAfterMs: 0 }] : [],
        totalMs: 1500,
      }),
    },
    store: {
      facts: async () => known ?? stranger,
      preparePasswordSlot: async (_user: unknown, _salt: string, _epoch: number, password: string) => {
        slots.push(password);
        return { userId: "usr_1", refillKey: {}, discard: () => undefined };
      },
      storeBundle: async () => {
        if (cutAfterStore) there = false;
        return { kind: "stored", userId: "usr_1", epoch: 1, sequence: 1 };
      },
    },
    rules: { offlineEnabled: true, offlineMaxAgeSeconds: null, maxSignIns: null },
    trust: { openBundle: async () => ({ kind: "ok", bundle: bundled ?? stranger }) },
    log,
  } as unknown as Ports);
  let cutAfterStore = false;
  return {
    refills,
    heard,
    slots,
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

test.each<[string, { known?: AsksFor; bundled: AsksFor }, string[]]>([
  ["the code off", { bundled: { policy: defaultUserPolicy, token: { digits: 6 } } }, ["correct horse 12"]],
  [
    "as many digits off as the token has, once the bundle says so",
    { bundled: { policy: defaultUserPolicy, token: { digits: 8 } } },
    ["correct horse 12", "correct horse "],
  ],
  [
    "nothing off where the workflow asks for a password alone",
    { bundled: { policy: passwordAlone, token: { digits: 6 } } },
    ["correct horse 12", "correct horse 12345678"],
  ],
  [
    "nothing off, without a try, where that is known here",
    {
      known: { policy: passwordAlone, token: { digits: 6 } },
      bundled: { policy: passwordAlone, token: { digits: 6 } },
    },
    ["correct horse 12345678"],
  ],
])("of one line the password's slot takes %s", async (_name, asks, expected) => {
  const { refills, slots, heard } = rig(asks);
  const password = { text: "correct horse 12345678", line: true };
  refills.afterSignIn({ userId: "usr_1", userName: "alice", grant: "grant", password });
  await refills.idle();
  expect(slots).toEqual(expected);
  expect(heard.at(-1)).toBe("acknowledgements");
  await refills.stop();
});
