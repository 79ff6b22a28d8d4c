import { hostname } from "node:os";
import { generateDeviceKey } from "@holdfast/envelope/keys";
import type { DurableFiles } from "@holdfast/offline-store/types";
import type { EnrolmentAnswer } from "@holdfast/protocol/endpoint-api";
import type { EnrolmentCode } from "@holdfast/protocol/enrolment-code";
import { parseEnrolmentCode } from "@holdfast/protocol/enrolment-code";
import type { ClientProfile } from "@holdfast/protocol/policy";
import { serverApi } from "../transport/server-api.ts";
import { ServerClient } from "../transport/server-client.ts";
import { agentVersion } from "../version.ts";
import { Enterprise, verifyManifest } from "./enterprise.ts";
import type { DeviceKeys, Identity } from "./identity.ts";
import { dropEnrolmentKeys, keysForEnrolment, writeIdentity } from "./identity.ts";
import { findAuthority } from "./pinned-authority.ts";

export type EnrolmentInputs = {
  readonly server: string;
  readonly code: string;
  readonly profile: ClientProfile;
  readonly files: DurableFiles;
  readonly nowMs: () => number;
  readonly progress: (text: string) => void;
  /** Makes the empty store; called once the server has agreed and before this endpoint counts as enrolled. */
  readonly makeStore: (identity: Identity, enterprise: Enterprise, chainKey: string) => Promise<void>;
};
export type EnrolmentOutcome =
  | { readonly kind: "enrolled"; readonly identity: Identity }
  | { readonly kind: "refused"; readonly why: string; readonly next: string | null };

const handshakeTimeoutMs = 10_000;

/**
 * Enrols this machine with a one-time code. Nothing secret leaves before the server has shown the authority whose pin
 * is in the code, so nobody has to click through a warning.
 */
export async function enrol(inputs: EnrolmentInputs): Promise<EnrolmentOutcome> {
  const code = parseEnrolmentCode(inputs.code);
  if (code === null)
    return refused(
      "This is no enrolment code: one looks like HF1.….….…",
      "Copy the whole code, or ask for a new one.",
    );
  const server = new URL(inputs.server);
  if (
    server.protocol !== "https:" ||
    server.pathname !== "/" ||
    server.search !== "" ||
    server.username !== ""
  )
    return refused("The server's address must look like https://auth.example.com:8443", null);

  inputs.progress(`Looking for the authority of the code at ${server.host}`);
  const authority = await findAuthority(server, code.authorityPin, handshakeTimeoutMs);
  if (authority.kind === "not-reachable")
    return refused(
      `${server.host} cannot be reached: ${authority.why}.`,
      "Check the address and the network, then try again. The code is not used yet.",
    );
  if (authority.kind === "refused")
    return refused(
      `${server.host} is not the server that issued this code: ${authority.why}. Nothing was sent to it.`,
      "Check the address; somebody may stand between this computer and the server.",
    );

  inputs.progress("Enrolling");
  const asked = await askServer(inputs, server, authority.certificate, code);
  if (asked.kind !== "keys-taken") return settle(inputs, server, authority.certificate, asked);
  // The answer to an earlier code was lost, and this one is for another endpoint. It is not used yet.
  inputs.progress(
    "This computer's keys were enrolled before, and the answer was lost: enrolling with new keys. The endpoint that never made contact can be revoked: holdfast admin endpoints list",
  );
  await dropEnrolmentKeys(inputs.files);
  return settle(
    inputs,
    server,
    authority.certificate,
    await askServer(inputs, server, authority.certificate, code),
  );
}

type Refused = Extract<EnrolmentOutcome, { kind: "refused" }>;
type Asked =
  | Refused
  | { readonly kind: "keys-taken"; readonly why: string }
  | { readonly kind: "answered"; readonly keys: DeviceKeys; readonly answer: EnrolmentAnswer };

function settle(
  inputs: EnrolmentInputs,
  server: URL,
  authority: string,
  asked: Asked,
): Promise<EnrolmentOutcome> | Refused {
  switch (asked.kind) {
    case "refused":
      return asked;
    case "keys-taken":
      return refused(asked.why, askForCode);
    case "answered":
      return take(inputs, server, authority, asked.keys, asked.answer);
  }
}

const askForCode = "Ask an administrator for a new code: holdfast admin endpoints enrolment-code";

async function askServer(
  { profile, files, nowMs }: EnrolmentInputs,
  server: URL,
  authority: string,
  code: EnrolmentCode,
): Promise<Asked> {
  const keys = await keysForEnrolment(files, async () => ({
    deviceKey: await generateDeviceKey("sign-requests"),
    encryptionKey: await generateDeviceKey("decrypt"),
  }));
  const client = new ServerClient(keys.deviceKey, [authority], nowMs);
  try {
    const answer = await client.call(
      server.origin,
      serverApi.enrol({
        enrolmentId: code.enrolmentId,
        secret: code.secret,
        hostName: hostname().slice(0, 200) || "unnamed",
        agentVersion,
        profile,
        keyProtection: "file",
        deviceKey: keys.deviceKey.publicKey,
        encryptionKey: keys.encryptionKey.publicKey,
      }),
    );
    if (answer.kind === "answered") return { kind: "answered", keys, answer: answer.value };
    if (answer.kind === "problem") {
      const { code: problem, detail } = answer.problem;
      return problem === "conflict" ? { kind: "keys-taken", why: detail } : refused(detail, askForCode);
    }
    return refused(
      `${server.host} did not answer: ${answer.why}.`,
      "Try again with the same code. If it is said to be used, ask for a new one.",
    );
  } finally {
    client.close();
  }
}

async function take(
  { files, makeStore }: EnrolmentInputs,
  server: URL,
  authority: string,
  keys: DeviceKeys,
  answer: EnrolmentAnswer,
): Promise<EnrolmentOutcome> {
  if ((await verifyManifest(answer.manifest, answer.rootKey)) === null)
    return refused(
      "The server's key manifest is not signed by its root key.",
      "Tell the server's administrator.",
    );
  const { endpointId, name, site, rootKey, manifest, nonce, chainKey } = answer;
  const identity = { endpointId, name, site, rootKey, ...keys };
  await Enterprise.write(files, {
    authorities: [authority],
    manifest,
    servers: [],
    enrolledAt: server.origin,
    failoverBetweenSites: false,
    nonce,
    contactNumber: 0,
    lastContactMs: null,
    headSignature: null,
  });
  await makeStore(identity, await Enterprise.read(files, rootKey), chainKey);
  await writeIdentity(files, { endpointId, name, site, rootKey });
  return { kind: "enrolled", identity };
}

function refused(why: string, next: string | null): Refused {
  return { kind: "refused", why, next };
}
