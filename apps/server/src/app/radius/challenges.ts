import { createCipheriv, createDecipheriv, createHash, hkdfSync } from "node:crypto";
import { z } from "zod";
import type { AppPorts } from "../ports.ts";

/** A sign-in between two Access-Requests. The State alone finds it and opens it; the store has neither. */
export type Challenge = z.infer<typeof challengeContent>;

const common = { clientId: z.string(), userName: z.string() };
/** Somebody who was let in so far, to enrol a second factor. */
const enrolling = {
  ...common,
  userId: z.string(),
  credentialEpoch: z.number(),
  /** When he was let in so far. */
  begunAtMs: z.number(),
  /** What he may enrol by this conversation. */
  kinds: z.array(z.enum(["sms-code", "email-code"])),
  /** He is in without it: he signed in with a temporary code. */
  optional: z.boolean(),
  triesLeft: z.number(),
};
const challengeContent = z.discriminatedUnion("at", [
  z.strictObject({
    ...common,
    at: z.literal("sign-in"),
    continuation: z.string(),
    /** What the next answer is taken for. */
    factor: z.string(),
  }),
  z.strictObject({ ...enrolling, at: z.literal("address") }),
  z.strictObject({ ...enrolling, at: z.literal("address-code"), proofId: z.string(), sentTo: z.string() }),
]);

const stateBytes = 32;

/** Keeps it and returns the State to hand out: 256 random bits. Those that are over go on the way, now and then. */
export async function keepChallenge(
  ports: AppPorts,
  challenge: Challenge,
  expiresAtMs: number,
): Promise<Uint8Array> {
  const state = ports.entropy(stateBytes);
  const sealed = seal(state, Buffer.from(JSON.stringify(challenge)));
  const tidies = (state[0] ?? 0) < tidyingOf256;
  await ports.store.transaction(async (tx) => {
    await tx.radius.challenges.insert({ stateHash: hashOf(state), sealed, expiresAtMs });
    if (tidies) await tx.radius.challenges.forget(ports.clock.now());
  });
  return state;
}

/** How many of 256 insertions tidy up: strangers cannot fill the store with sign-ins that they never end. */
const tidyingOf256 = 4;

/**
 * What this State was handed out for, as often as it is asked within its time: whoever repeats an answer is told the
 * first verdict again by the attempt's own memory, and whoever gives another one is refused by it. Null: never, or over.
 */
export async function findChallenge(ports: AppPorts, state: Uint8Array): Promise<Challenge | null> {
  if (state.length !== stateBytes) return null;
  const row = await ports.store.read((tx) => tx.radius.challenges.byHash(hashOf(state)));
  if (row === null || ports.clock.now() >= row.expiresAtMs) return null;
  return challengeContent.parse(JSON.parse(open(state, row.sealed).toString("utf8")));
}

export function forgetChallenges(ports: AppPorts): Promise<number> {
  return ports.store.transaction((tx) => tx.radius.challenges.forget(ports.clock.now()));
}

function hashOf(state: Uint8Array): string {
  return createHash("sha256").update("holdfast radius state v1\0").update(state).digest("base64url");
}

const tagBytes = 16;

/** Each State seals one challenge, so that the nonce may be the same. */
const nonce = Buffer.alloc(12);

function keyOf(state: Uint8Array): Buffer {
  return Buffer.from(hkdfSync("sha256", state, Buffer.alloc(0), "holdfast radius challenge v1", 32));
}

function seal(state: Uint8Array, content: Uint8Array): string {
  const cipher = createCipheriv("aes-256-gcm", keyOf(state), nonce, { authTagLength: tagBytes });
  return Buffer.concat([cipher.update(content), cipher.final(), cipher.getAuthTag()]).toString("base64url");
}

function open(state: Uint8Array, sealed: string): Buffer {
  const bytes = Buffer.from(sealed, "base64url");
  const decipher = createDecipheriv("aes-256-gcm", keyOf(state), nonce, { authTagLength: tagBytes });
  decipher.setAuthTag(bytes.subarray(-tagBytes));
  return Buffer.concat([decipher.update(bytes.subarray(0, -tagBytes)), decipher.final()]);
}
