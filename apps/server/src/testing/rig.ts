import { createHmac } from "node:crypto";
import type { TokenEnrolment, UserView } from "@holdfast/protocol/admin-api";
import type { HotpAlgorithm } from "@holdfast/protocol/primitives";
import type { Problem } from "@holdfast/protocol/problem";
import { problem } from "@holdfast/protocol/problem";
import type { Algorithm } from "@node-rs/argon2";
import { hashRaw } from "@node-rs/argon2";
import { expect } from "vitest";
import type { PasswordKdf } from "../app/password-queue.ts";
import type { ServerConfig } from "../config.ts";
import { inMemoryConfig } from "../config.ts";
import type { HoldfastServer, ServerPorts } from "../server.ts";
import { createServer } from "../server.ts";
import { watchAnswers } from "./declared-answers.ts";

/** A real server on a store in memory, asked by inject(); its clock is the test's, and its Argon2id is a small one. */
export type Rig = {
  server: HoldfastServer;
  clock: { now(): number; advance(ms: number): void };
  adminKey: string;
  /** Calls the API with the administrator's key, or with another, or with none. */
  call(method: Method, url: string, body?: unknown, key?: string | null): Promise<Answer>;
  stop(): Promise<void>;
};
type Method = "GET" | "POST" | "PATCH" | "PUT" | "DELETE";
// biome-ignore lint/suspicious/noExplicitAny: tests look into answers that their assertions then pin down
export type Answer = { status: number; body: any; headers: Record<string, unknown>; text: string };

export const noon = Date.UTC(2026, 10, 22, 12);

/** Argon2id all the same, with 64 KiB instead of 64 MiB. */
export const quickKdf: PasswordKdf = (password, salt) =>
  hashRaw(password.normalize("NFKC"), {
    algorithm: 2 as Algorithm,
    memoryCost: 64,
    timeCost: 1,
    parallelism: 1,
    outputLen: 32,
    salt,
  });

export async function startRig(config: Partial<ServerConfig> = {}, ports: ServerPorts = {}): Promise<Rig> {
  const bare = await startBareRig(config, ports);
  const offer = await bare.server.setup.open();
  const setUp = await bare.server.app.inject({
    method: "POST",
    url: "/api/v1/setup",
    payload: { token: offer?.token },
  });
  expect(setUp.statusCode).toBe(201);
  return rigOn(bare.server, bare.clock, setUp.json().apiKey.key, bare.untrue);
}

/** Without an administrator; `adminKey` is nobody's. */
export async function startBareRig(
  config: Partial<ServerConfig> = {},
  ports: ServerPorts = {},
): Promise<Rig & { untrue: readonly string[] }> {
  let nowMs = noon;
  const clock = {
    now: () => nowMs,
    advance: (ms: number) => {
      nowMs += ms;
    },
  };
  const server = await createServer({ ...inMemoryConfig, ...config }, { clock, kdf: quickKdf, ...ports });
  const untrue = watchAnswers(server);
  return { ...rigOn(server, clock, "hfk_none", untrue), untrue };
}

/** Another server with the clock and the administrator of one that was there before. */
export async function reopen(before: Rig, config: Partial<ServerConfig>, ports: ServerPorts): Promise<Rig> {
  const given = { clock: before.clock, kdf: quickKdf, ...ports };
  const server = await createServer({ ...inMemoryConfig, ...config }, given);
  return rigOn(server, before.clock, before.adminKey, watchAnswers(server));
}

function rigOn(
  server: HoldfastServer,
  clock: Rig["clock"],
  adminKey: string,
  untrue: readonly string[],
): Rig {
  return {
    server,
    clock,
    adminKey,
    async call(method, url, body, key = adminKey) {
      const authorization = key === null ? {} : { authorization: `Bearer ${key}` };
      const payload = body === undefined ? {} : { payload: body as object };
      const headers = { ...authorization, "holdfast-request": "test-request" };
      return answerOf(await server.app.inject({ method, url, headers, ...payload }));
    },
    async stop() {
      await server.stop();
      expect(untrue, "answers that are not what their routes declare").toEqual([]);
    },
  };
}

export function answerOf(response: {
  statusCode: number;
  body: string;
  headers: Record<string, unknown>;
}): Answer {
  const isJson = /[/+]json\b/.test(String(response.headers["content-type"] ?? ""));
  return {
    status: response.statusCode,
    body: isJson && response.body !== "" ? JSON.parse(response.body) : null,
    headers: response.headers,
    text: response.body,
  };
}

/** The answer must be a well-formed problem document of this code. */
export function expectProblem(answer: Answer, code: Problem["code"], reason?: Problem["reason"]): Problem {
  expect(answer.headers["content-type"]).toBe("application/problem+json");
  const parsed = problem.parse(answer.body);
  expect([parsed.code, parsed.reason, parsed.status]).toEqual([code, reason, answer.status]);
  return parsed;
}

export type Person = {
  user: UserView;
  password: string;
  token: TokenEnrolment["token"];
  secret: Uint8Array;
  uri: string;
};

/** A user with a password and an enrolled token, under a policy that allows offline sign-in where `offline`. */
export async function newPerson(
  rig: Rig,
  userName: string,
  options: { policyId?: string } = {},
): Promise<Person> {
  const password = `pw of ${userName}!`;
  const created = await rig.call("POST", "/api/v1/users", { userName, password, ...options });
  expect(created.status).toBe(201);
  const enrolled = await rig.call("POST", `/api/v1/users/${created.body.id}/tokens`, { label: "Key fob" });
  expect(enrolled.status).toBe(201);
  const uri: string = enrolled.body.otpauthUri;
  return { user: created.body, password, token: enrolled.body.token, secret: secretOf(uri), uri };
}

export async function newPolicy(rig: Rig, name: string, changes: object): Promise<string> {
  const made = await rig.call("POST", "/api/v1/policies", { name, changes });
  expect(made.status).toBe(201);
  return made.body.id;
}

let attempts = 0;
export const newAttemptId = () => `attempt-${++attempts}`;

export function begin(
  rig: Rig,
  person: { user: { userName: string } },
  given: { factor: string; value: string }[],
  more: object = {},
): Promise<Answer> {
  return rig.call("POST", "/api/v1/sign-ins", {
    attemptId: newAttemptId(),
    userName: person.user.userName,
    workflow: "workstation",
    given,
    ...more,
  });
}

/** Password and code in one request. */
export function signIn(rig: Rig, person: Person, code: string, more: object = {}): Promise<Answer> {
  return begin(
    rig,
    person,
    [
      { factor: "password", value: person.password },
      { factor: "hotp", value: code },
    ],
    more,
  );
}

/** RFC 4226 §5.3 by node:crypto, independent of the product's own. */
export function code(
  person: Pick<Person, "secret">,
  counter: number,
  digits = 6,
  algorithm: HotpAlgorithm = "SHA-1",
): string {
  const message = Buffer.alloc(8);
  message.writeBigUInt64BE(BigInt(counter));
  const mac = createHmac(algorithm.replace("-", ""), person.secret).update(message).digest();
  const offset = (mac.at(-1) ?? 0) & 15;
  return String((mac.readUInt32BE(offset) & 0x7fffffff) % 10 ** digits).padStart(digits, "0");
}

/** The secret of an otpauth URI, decoded independently of the product's own base32. */
export function secretOf(uri: string): Uint8Array {
  const text = new URL(uri).searchParams.get("secret") ?? "";
  const bits = [...text]
    .map((letter) => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(letter).toString(2).padStart(5, "0"))
    .join("");
  return Buffer.from(bits.match(/.{8}/g)?.map((byte) => Number.parseInt(byte, 2)) ?? []);
}
