import { randomBytes } from "node:crypto";
import type { ChainPosition } from "@holdfast/core/event-chain/event-chain";
import { chainStart, linkEvent } from "@holdfast/core/event-chain/event-chain";
import { openBundle, openInner, trustedKeys, trustOnly, verifyDocument } from "@holdfast/envelope/documents";
import type { KeyPair } from "@holdfast/envelope/keys";
import { generateDeviceKey } from "@holdfast/envelope/keys";
import { makeProof } from "@holdfast/envelope/proof";
import type { Bundle, BundleInner } from "@holdfast/protocol/bundle";
import type { ContactAnswer } from "@holdfast/protocol/endpoint-api";
import { contactAnswer, enrolmentAnswer } from "@holdfast/protocol/endpoint-api";
import type { ChainedEvent, EndpointEventBody } from "@holdfast/protocol/endpoint-events";
import { parseEnrolmentCode } from "@holdfast/protocol/enrolment-code";
import type { PublicKey } from "@holdfast/protocol/primitives";
import { expect } from "vitest";
import type { Answer, Person, Rig } from "./rig.ts";
import { answerOf, code, newAttemptId } from "./rig.ts";

type Keys = { device: KeyPair<PublicKey>; encryption: KeyPair<PublicKey> };

/** What an agent is to the server, without anything of an agent: keys, contact number, nonce and event chain. */
export type TestEndpoint = {
  id: string;
  keys: Keys;
  nonce: string;
  contactNumber: number;
  chain: ChainPosition;
  waiting: ChainedEvent[];
  refillKeys: Map<string, KeyPair<PublicKey>>;
  call(method: "GET" | "POST", path: string, body?: unknown, proof?: Partial<ProofOptions>): Promise<Answer>;
};
type ProofOptions = { jti: string; nonce: string; iatSeconds: number; url: string; method: string };

export async function enrol(
  rig: Rig,
  name: string,
  changes: object = {},
  issue: object = {},
): Promise<TestEndpoint> {
  const issued = await rig.call("POST", "/api/v1/endpoint-enrolments", { name, ...issue });
  expect(issued.status).toBe(201);
  const keys = await newKeys();
  const answer = await enrolWith(rig, issued.body.code, keys, changes);
  expect(answer.status).toBe(201);
  const { endpointId, nonce, chainKey } = enrolmentAnswer.parse(answer.body);
  return {
    id: endpointId,
    keys,
    nonce,
    contactNumber: 0,
    chain: chainStart(Buffer.from(chainKey, "base64url")),
    waiting: [],
    refillKeys: new Map(),
    call: (method, path, body, proof) => signed(rig, keys, method, path, body, proof),
  };
}

export async function newKeys(): Promise<Keys> {
  return { device: await generateDeviceKey("sign-requests"), encryption: await generateDeviceKey("decrypt") };
}

export function enrolWith(
  rig: Rig,
  enrolmentCode: string,
  keys: Keys,
  changes: object = {},
  proof?: Partial<ProofOptions>,
): Promise<Answer> {
  const parsed = parseEnrolmentCode(enrolmentCode);
  if (!parsed) throw new Error("the server issued no enrolment code");
  const body = {
    enrolmentId: parsed.enrolmentId,
    secret: parsed.secret,
    hostName: "ward-7",
    agentVersion: "0.1.0",
    profile: { name: "pam", buffer: 5 },
    keyProtection: "file",
    deviceKey: keys.device.publicKey,
    encryptionKey: keys.encryption.publicKey,
    ...changes,
  };
  return signed(rig, keys, "POST", "/api/v1/endpoints", body, proof);
}

export async function signed(
  rig: Rig,
  keys: Keys,
  method: "GET" | "POST",
  path: string,
  body?: unknown,
  change: Partial<ProofOptions> = {},
): Promise<Answer> {
  const proof = await makeProof({
    method,
    url: `https://localhost:8443${path}`,
    key: keys.device,
    jti: randomBytes(16).toString("base64url"),
    iatSeconds: Math.floor(rig.clock.now() / 1000),
    ...change,
  });
  return withProof(rig, proof, method, path, body);
}

export async function withProof(
  rig: Rig,
  proof: string,
  method: "GET" | "POST",
  path: string,
  body?: unknown,
): Promise<Answer> {
  const response = await rig.server.app.inject({
    method,
    url: path,
    headers: { dpop: proof, host: "localhost:8443" },
    ...(body === undefined ? {} : { payload: body as object }),
  });
  return answerOf(response);
}

/** Signs in online at the endpoint. */
export function signInAt(
  endpoint: TestEndpoint,
  person: Person,
  counter: number,
  attemptId = newAttemptId(),
): Promise<Answer> {
  return endpoint.call("POST", "/api/v1/sign-ins", {
    attemptId,
    userName: person.user.userName,
    workflow: "workstation",
    given: [
      { factor: "password", value: person.password },
      { factor: "hotp", value: code(person, counter) },
    ],
  });
}

export async function requestBundle(endpoint: TestEndpoint, person: Person, body: object): Promise<Answer> {
  return endpoint.call("POST", "/api/v1/endpoints/self/bundles", {
    requestId: randomBytes(12).toString("base64url"),
    userName: person.user.userName,
    ...body,
  });
}

export type Opened = { bundle: Bundle; inner: BundleInner | null };

/** Online success, refill key, bundle, acknowledgement: what an agent does after an online sign-in. */
export async function holdBundle(
  rig: Rig,
  endpoint: TestEndpoint,
  person: Person,
  counter: number,
): Promise<Opened> {
  const success = await signInAt(endpoint, person, counter);
  expect([success.status, success.body]).toEqual([200, expect.objectContaining({ status: "succeeded" })]);
  const refillKey = await generateDeviceKey("decrypt");
  endpoint.refillKeys.set(person.user.id, refillKey);
  const answer = await requestBundle(endpoint, person, {
    grant: success.body.grant,
    refillKey: refillKey.publicKey,
  });
  expect(answer.status).toBe(200);
  const opened = await openAnswer(rig, endpoint, person, answer);
  const { userId, epoch, sequence } = opened.bundle;
  const acknowledged = await endpoint.call("POST", "/api/v1/endpoints/self/bundles/acknowledgements", {
    userId,
    epoch,
    sequence,
  });
  expect(acknowledged.status).toBe(200);
  return opened;
}

/** Decrypts and verifies a bundle by the manifest, as an endpoint must. */
export async function openAnswer(
  rig: Rig,
  endpoint: TestEndpoint,
  person: Person,
  answer: Answer,
): Promise<Opened> {
  const { document, rootKey } = (await rig.call("GET", "/api/v1/manifest")).body;
  const manifest = await verifyDocument("manifest", document, await trustOnly(rootKey));
  if (manifest.kind === "refused") throw new Error(manifest.why);
  const opened = await openBundle(
    answer.body.bundle,
    endpoint.keys.encryption.privateKey,
    trustedKeys(manifest.content, rig.clock.now()),
  );
  if (opened.kind === "refused") throw new Error(opened.why);
  const refillKey = endpoint.refillKeys.get(person.user.id);
  if (opened.content.inner === null || !refillKey) return { bundle: opened.content, inner: null };
  const inner = await openInner(opened.content.inner, refillKey.privateKey);
  if (inner.kind === "refused") throw new Error(inner.why);
  return { bundle: opened.content, inner: inner.content };
}

/** Something happens at the endpoint while it is away. */
export function happened(endpoint: TestEndpoint, atMs: number, body: EndpointEventBody): void {
  const { event, position } = linkEvent(endpoint.chain, atMs, body);
  endpoint.chain = position;
  endpoint.waiting.push(event);
}

export function offlineSuccess(
  person: Person,
  counter: number,
  attemptId = newAttemptId(),
): EndpointEventBody {
  return {
    type: "sign-in",
    attemptId,
    userId: person.user.id,
    userName: person.user.userName,
    workflow: "workstation",
    mode: "offline",
    outcome: "succeeded",
    factors: ["password", "hotp"],
    consumed: { tokenId: person.token.id, counter },
  };
}

export function offlineFailure(person: Person, count: number, attemptId = newAttemptId()): EndpointEventBody {
  return {
    type: "sign-in",
    attemptId,
    userId: person.user.id,
    userName: person.user.userName,
    workflow: "workstation",
    mode: "offline",
    outcome: "refused",
    reason: "wrong-credentials",
    factors: [],
    failure: { factor: "password", count },
  };
}

/** So many wrong passwords, told in one event; `failuresSinceLock` is the endpoint's own count after them. */
export function offlineFailures(
  person: Person,
  failures: number,
  failuresSinceLock: number,
  times: { readonly firstAtMs: number; readonly lastAtMs: number },
): EndpointEventBody {
  return {
    type: "sign-ins-refused",
    userId: person.user.id,
    userName: person.user.userName,
    failuresSinceLock,
    refusals: [{ reason: "wrong-credentials", factor: "password", count: failures, failures, ...times }],
  };
}

/** The raw answer of a contact that uploads everything waiting. */
export function rawContact(
  endpoint: TestEndpoint,
  more: object = {},
  proof: Partial<ProofOptions> = {},
): Promise<Answer> {
  endpoint.contactNumber += 1;
  const body = {
    timeNonce: randomBytes(16).toString("base64url"),
    contactNumber: endpoint.contactNumber,
    agentVersion: "0.1.0",
    events: endpoint.waiting,
    more: false,
    holdings: [],
    manifestNumber: 0,
    ...more,
  };
  return endpoint.call("POST", "/api/v1/endpoints/self/contact", body, { nonce: endpoint.nonce, ...proof });
}

/** A contact whose answer arrives. */
export async function contact(endpoint: TestEndpoint, more: object = {}): Promise<ContactAnswer> {
  const answer = await rawContact(endpoint, more);
  expect([answer.status, answer.body]).toEqual([200, expect.anything()]);
  const parsed = contactAnswer.parse(answer.body);
  endpoint.nonce = parsed.nonce;
  endpoint.waiting = endpoint.waiting.filter(({ sequence }) => sequence > parsed.eventsThrough);
  return parsed;
}
