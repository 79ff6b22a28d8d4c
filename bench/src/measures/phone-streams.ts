import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { freePort } from "@holdfast/e2e/rig/ports";
import { temporaryDirectory } from "@holdfast/e2e/rig/temporary-directory";
import type { KeyPair } from "@holdfast/envelope/keys";
import { generateDeviceKey, thumbprint } from "@holdfast/envelope/keys";
import { makeProof } from "@holdfast/envelope/proof";
import { phoneStreamProtocol, proofProtocolPrefix } from "@holdfast/protocol/phone-stream";
import type { PublicKey } from "@holdfast/protocol/primitives";
import { openStore } from "@holdfast/server/store/open-store";
import { WebSocket } from "ws";
import { makeBundle, startBundledServer } from "../enterprise/bundled-server.ts";
import { type Measure, measured } from "../measure.ts";
import { residentMegabytes } from "../process-usage.ts";
import { rounded } from "../rounds.ts";

/** The first ones make the server take what it takes once: code that is compiled, a young generation that has grown. */
const first = 1_000;
const settleMs = 8_000;

export const phoneStreams: Measure = {
  figures: [
    {
      name: "phone-memory",
      measure: "resident memory of the server per phone that holds its stream over TLS",
      unit: "kB",
      bar: { atMost: 60 },
    },
  ],
  async run(context) {
    const phones = context.quick ? 2_000 : 4_000;
    await makeBundle();
    await using directory = await temporaryDirectory("bench-phones");
    const port = await freePort();
    await using server = await startBundledServer(
      directory.path,
      "--authenticator-listen",
      `127.0.0.1:${port}`,
    );
    const keys = await fillPhones(directory.path, first + phones);
    const streams: WebSocket[] = [];
    const open = async (some: readonly KeyPair<PublicKey>[]) => {
      for (let at = 0; at < some.length; at += 50)
        streams.push(...(await Promise.all(some.slice(at, at + 50).map((key) => openStream(port, key)))));
    };
    try {
      await open(keys.slice(0, first));
      await sleep(settleMs);
      const before = await residentMegabytes(server.pid);
      await open(keys.slice(first));
      await sleep(settleMs);
      const after = await residentMegabytes(server.pid);
      const kilobytes = ((after - before) * 1000) / phones;
      context.say(`${phones} phones: from ${rounded(before)} to ${rounded(after)} MB`);
      return measured({
        "phone-memory": {
          value: kilobytes,
          detail: { phones, megabytesBefore: rounded(before), megabytesAfter: rounded(after) },
        },
      });
    } finally {
      for (const stream of streams) stream.terminate();
    }
  },
};

/** One user each, with a phone that was registered online. */
async function fillPhones(stateDir: string, many: number): Promise<KeyPair<PublicKey>[]> {
  const keys = await Promise.all(Array.from({ length: many }, () => generateDeviceKey("sign-requests")));
  const thumbprints = await Promise.all(keys.map((key) => thumbprint(key.publicKey)));
  const store = await openStore({
    location: join(stateDir, "holdfast.db"),
    now: () => Date.now(),
    serverId: "srv_benchmark000",
  });
  try {
    for (let from = 0; from < many; from += 250)
      await store.transaction(async (tx) => {
        const policy = await tx.policies.default();
        for (let nth = from; nth < Math.min(from + 250, many); nth++) {
          const userId = `usr_bench_${nth}`;
          await tx.users.insert({
            id: userId,
            name: `bench${nth}`,
            displayName: `Bench ${nth}`,
            status: "active",
            policyId: policy.id,
            offlineSalt: randomBytes(16).toString("base64url"),
            passwordVerifier: null,
            credentialEpoch: 1,
            cacheSize: null,
            createdAtMs: tx.now(),
          });
          await tx.phones.insert({
            id: `phn_bench_${nth}`,
            userId,
            label: "Phone",
            mode: "online",
            deviceId: "0000-0000-0000",
            types: ["totp", "push"],
            status: "enabled",
            requestKeyThumbprint: thumbprints[nth] ?? null,
            requestKey: keys[nth]?.publicKey ?? null,
            approvalKey: null,
            challengeKey: null,
            biometric: null,
            phoneName: "Phone",
            appVersion: "0.1.0",
            registrationId: "reg_bench",
            createdAtMs: tx.now(),
            lastSyncMs: null,
          });
        }
      });
  } finally {
    await store.close();
  }
  return keys;
}

/** Resolves once the server has said hello. */
async function openStream(port: number, key: KeyPair<PublicKey>): Promise<WebSocket> {
  const url = `https://localhost:${port}/api/v1/phone/stream`;
  const jti = randomBytes(16).toString("base64url");
  const proof = await makeProof({ method: "GET", url, key, jti, iatSeconds: Math.floor(Date.now() / 1000) });
  const stream = new WebSocket(url, [phoneStreamProtocol, `${proofProtocolPrefix}${proof}`], {
    origin: `https://localhost:${port}`,
    rejectUnauthorized: false,
    perMessageDeflate: false,
  });
  const { promise, resolve, reject } = Promise.withResolvers<WebSocket>();
  stream.once("message", () => resolve(stream));
  stream.on("error", reject);
  return promise;
}
