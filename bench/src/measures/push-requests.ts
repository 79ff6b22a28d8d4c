import { randomBytes } from "node:crypto";
import { Agent, request } from "node:http";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
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
import { fill } from "../enterprise/fill.ts";
import { type ServerProcess, startServerProcess } from "../enterprise/server-process.ts";
import { code, userName } from "../load/population.ts";
import { type Measure, measured } from "../measure.ts";
import { residentMegabytes } from "../process-usage.ts";
import { rounded } from "../rounds.ts";

const first = 4_000;
const settleMs = 1_500;

/** As many phones hold their stream while people sign in. */
const connected = 1_000;

/**
 * Push: how soon an open app knows what a sign-in asks, and how many sign-ins wait at one server. People prove a code
 * first instead of a password, because a password's Argon2id would hide everything else.
 */
export const pushRequests: Measure = {
  figures: [
    {
      name: "push-shown",
      measure: "push: sign-in asked → details at the open app, p99, 1,000 phones connected",
      unit: "ms",
      bar: { atMost: 300 },
    },
    {
      name: "push-waiting",
      measure: "sign-ins that wait for their phone at one server, all of them answered when they ask",
      unit: "",
      bar: { atLeast: 10_000 },
    },
    {
      name: "push-waiting-memory",
      measure: "resident memory of the server per sign-in that waits",
      unit: "kB",
      bar: { atMost: 10 },
    },
  ],
  async run(context) {
    const asks = context.quick ? 100 : 500;
    const waiting = 10_500;
    await using directory = await temporaryDirectory("bench-push");
    const port = await freePort();
    await using server = await startServerProcess({
      stateDir: directory.path,
      databaseUrl: null,
      further: ["--authenticator-listen", `127.0.0.1:${port}`],
    });
    const policy = await server.call("POST", "/api/v1/policies", {
      name: "Code, then push",
      changes: { workflows: { "remote-access": [["hotp"], ["push"]] } },
    });
    const { key } = await server.call("POST", "/api/v1/api-keys", { name: "VPN", scopes: ["sign-in"] });
    const users = asks + waiting;
    const population = { users, playing: users };
    await fill({ stateDir: directory.path, databaseUrl: null, policyId: policy.id, population });
    const keys = await fillPhones(directory.path, users, connected);
    const phones: Phone[] = [];
    const agent = new Agent({ keepAlive: true, maxSockets: 64 });
    try {
      for (let at = 0; at < connected; at += 50)
        phones.push(...(await Promise.all(keys.slice(at, at + 50).map((own) => connect(port, own)))));
      await sleep(2_000);
      const shown: number[] = [];
      for (let nth = 0; nth < asks; nth++) {
        const phone = phones[nth];
        if (phone === undefined) throw new Error("more sign-ins than phones");
        const startedMs = performance.now();
        const details = phone.nextRequest();
        await signIn(server, key, nth, agent);
        await details;
        shown.push(performance.now() - startedMs);
        await sleep(10);
      }
      shown.sort((a, b) => a - b);
      const at = (share: number) => shown[Math.min(shown.length - 1, Math.floor(share * shown.length))] ?? 0;

      const startedMs = performance.now();
      let next = asks;
      const continuations: string[] = [];
      const begin = async (until: number) => {
        const person = async () => {
          while (next < until) continuations.push(await signIn(server, key, next++, agent));
        };
        await Promise.all(Array.from({ length: 24 }, person));
      };
      // The first ones make the server take what any load makes it take once.
      await begin(asks + first);
      await sleep(settleMs);
      const before = await residentMegabytes(server.pid);
      await begin(users);
      const askedMs = performance.now() - startedMs - settleMs;
      await sleep(settleMs);
      const stored = await waitingAt(directory.path);
      // Each of them may ask whether it has been answered, as clients do every second.
      const asked = continuations.filter((_, index) => index % 100 === 0);
      const still = await Promise.all(asked.map((one) => stillWaits(server, key, one, agent)));
      const after = await residentMegabytes(server.pid);
      const answered = still.every(Boolean);
      context.say(
        `${stored} wait after ${rounded(askedMs / 1000)} s, from ${rounded(before)} to ${rounded(after)} MB`,
      );
      return measured({
        "push-shown": {
          value: at(0.99),
          detail: { sign_ins: asks, medianMs: rounded(at(0.5)), mostMs: rounded(at(1)) },
        },
        "push-waiting": {
          value: answered ? stored : 0,
          detail: { begun: waiting, seconds: rounded(askedMs / 1000), polled: asked.length },
        },
        "push-waiting-memory": {
          value: Math.max(0, ((after - before) * 1000) / (waiting - first)),
          detail: { megabytesBefore: rounded(before), megabytesAfter: rounded(after) },
        },
      });
    } finally {
      for (const phone of phones) phone.close();
      agent.destroy();
    }
  },
};

type Phone = { nextRequest(): Promise<void>; close(): void };

/** Follows its stream, and at its word reads what waits, as the app does. */
async function connect(port: number, key: KeyPair<PublicKey>): Promise<Phone> {
  const origin = `http://127.0.0.1:${port}`;
  const proof = (path: string) =>
    makeProof({
      method: "GET",
      url: `${origin}${path}`,
      key,
      jti: randomBytes(16).toString("base64url"),
      iatSeconds: Math.floor(Date.now() / 1000),
    });
  let told: (() => void) | null = null;
  const look = async () => {
    const answer = await fetch(`${origin}/api/v1/phone/push-requests`, {
      headers: { dpop: await proof("/api/v1/phone/push-requests") },
    });
    const { items } = (await answer.json()) as { items: unknown[] };
    if (items.length > 0) told?.();
  };
  const protocols = [phoneStreamProtocol, `${proofProtocolPrefix}${await proof("/api/v1/phone/stream")}`];
  const stream = new WebSocket(`${origin}/api/v1/phone/stream`, protocols, { origin });
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  stream.on("error", reject);
  stream.on("message", (data: Buffer) => {
    resolve();
    if (String(data).includes("push-requests")) void look().catch(reject);
  });
  await promise;
  return {
    nextRequest: () =>
      new Promise((done) => {
        told = done;
      }),
    close: () => stream.terminate(),
  };
}

async function signIn(server: ServerProcess, key: string, nth: number, agent: Agent): Promise<string> {
  const answer = await post(server, key, "/api/v1/sign-ins", agent, {
    attemptId: `bench_${randomBytes(12).toString("hex")}`,
    userName: userName(nth),
    workflow: "remote-access",
    given: [{ factor: "hotp", value: code(nth, 0) }],
  });
  if (answer.status !== "asking") throw new Error(JSON.stringify(answer).slice(0, 300));
  return answer.continuation;
}

async function stillWaits(
  server: ServerProcess,
  key: string,
  continuation: string,
  agent: Agent,
): Promise<boolean> {
  const given = { factor: "push", value: "wait" };
  const answer = await post(server, key, "/api/v1/sign-ins/steps", agent, { continuation, given });
  return answer.status === "asking" && answer.prompts[0]?.waiting === true;
}

// biome-ignore lint/suspicious/noExplicitAny: a wrong guess fails the measure
function post(server: ServerProcess, key: string, path: string, agent: Agent, body: object): Promise<any> {
  const text = JSON.stringify(body);
  const { promise, resolve, reject } = Promise.withResolvers<unknown>();
  const headers = {
    authorization: `Bearer ${key}`,
    "content-type": "application/json",
    "content-length": Buffer.byteLength(text),
  };
  const sent = request(
    { host: "127.0.0.1", port: server.port, method: "POST", path, agent, headers },
    (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("end", () => resolve(JSON.parse(Buffer.concat(chunks).toString("utf8"))));
      response.on("error", reject);
    },
  );
  sent.on("error", reject);
  sent.end(text);
  return promise;
}

/** As the server has stored them, once its queue is empty. */
async function waitingAt(stateDir: string): Promise<number> {
  const database = new DatabaseSync(join(stateDir, "holdfast.db"), { readOnly: true });
  const count = database.prepare("SELECT count(*) AS there FROM push_users WHERE pending_until_ms > ?");
  try {
    for (let seen = -1; ; await sleep(300)) {
      const now = Number(count.get(Date.now())?.there);
      if (now === seen) return now;
      seen = now;
    }
  } finally {
    database.close();
  }
}

/** Everybody has push on and a phone; some of them are connected. */
async function fillPhones(stateDir: string, many: number, withKeys: number): Promise<KeyPair<PublicKey>[]> {
  const keys = await Promise.all(Array.from({ length: withKeys }, () => generateDeviceKey("sign-requests")));
  const thumbprints = await Promise.all(keys.map(({ publicKey }) => thumbprint(publicKey)));
  const store = await openStore({
    location: join(stateDir, "holdfast.db"),
    now: () => Date.now(),
    serverId: "srv_benchmark001",
  });
  try {
    for (let from = 0; from < many; from += 250)
      await store.transaction(async (tx) => {
        for (let nth = from; nth < Math.min(from + 250, many); nth++) {
          const userId = `usr_bench_${nth}`;
          const own = keys[nth % withKeys]?.publicKey ?? null;
          await tx.phones.insert({
            id: `phn_bench_${nth}`,
            userId,
            label: "Phone",
            mode: "online",
            deviceId: "0000-0000-0000",
            types: ["push"],
            status: "enabled",
            requestKeyThumbprint: thumbprints[nth] ?? `nobody-${nth}`,
            requestKey: own,
            approvalKey: own,
            challengeKey: null,
            biometric: null,
            phoneName: "Phone",
            appVersion: "0.1.0",
            registrationId: `reg_bench_${nth}`,
            createdAtMs: tx.now(),
            lastSyncMs: tx.now(),
          });
          await tx.push.users.put({ userId, enabled: true, requireBiometric: false });
        }
      });
  } finally {
    await store.close();
  }
  return keys;
}
