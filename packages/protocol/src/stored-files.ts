import { z } from "zod";
import { bundle, bypassNumber } from "./bundle.ts";
import { chainedEvent, refusalCount } from "./endpoint-events.ts";
import { base64url, counter, epochMs, identifier, publicKey, userName } from "./primitives.ts";

/**
 * What an endpoint keeps on disk (SECURITY §1). `state` is JSON with a MAC by the device key, one file per endpoint;
 * each user has a sealed file that the state names and holds the digest of; `events.log` holds one `chainedEvent` per
 * line. Versions and their history are in versions.ts.
 */
const sha256Text = base64url.length(43);
const nonce = base64url.length(16);

/** The names the store gives its files; `[a-z0-9.-]+`, flat. */
export const storedFileName = z.string().regex(/^[a-z0-9.-]{1,80}$/);

/** Where effective time stood (core/lease/effective-time). */
export const storedTime = z.strictObject({
  signedMs: epochMs.nullable(),
  persistedMs: epochMs,
  bootId: z.string().max(100),
  sinceBootMs: epochMs,
  wallAheadMs: epochMs,
});

/** What is counted about one cached user. It outlives the user's sealed file, so that nothing ever falls back. */
export const storedUser = z.strictObject({
  userId: identifier,
  userName,
  /** The generation of the last change about this user: what a commit expects. */
  version: z.number().int().nonnegative(),
  status: z.enum(["active", "disabled"]),
  failures: z.number().int().nonnegative(),
  /** Of them, those after the last lock began. */
  failuresSinceLock: z.number().int().nonnegative(),
  lockedUntilMs: epochMs.nullable(),
  /** Offline sign-ins from the bundle that is held. */
  signInsUsed: z.number().int().nonnegative(),
  lastOnlineMs: epochMs.nullable(),
  freshSignInNeeded: z.boolean(),
  /** Highest credential epoch heard of; slots of older ones open nothing. */
  credentialEpoch: z.number().int().nonnegative(),
  tokens: z
    .array(
      z.strictObject({
        tokenId: identifier,
        /** Lowest counter that may still be accepted here. Never falls. */
        floor: counter,
        wrongCodes: z.number().int().nonnegative(),
        suspended: z.boolean(),
        revoked: z.boolean(),
      }),
    )
    .max(100),
  /** What the help desk can give in place of a code. */
  bypass: z.strictObject({
    /** Of the bundle that is held; 0: it has none. */
    number: z.number().int().nonnegative(),
    /** Lowest number whose code may still be accepted. Never falls. */
    floor: z.number().int().nonnegative(),
    /** Sign-ins with the code of this number. */
    uses: z.number().int().nonnegative(),
    /** The one that is shown, until it is answered, tried too often or over. */
    challenge: z
      .strictObject({
        text: z.string().regex(/^\d{8}$/),
        expiresAtMs: epochMs,
        tries: z.number().int().nonnegative(),
      })
      .nullable(),
    /** Raised by each new one, and whenever one ends. */
    challenges: z.number().int().nonnegative(),
  }),
  /** What his phones answer here; the challenge itself is in memory only. */
  qrChallenges: z.strictObject({
    /** Raised by each that is shown, and by its use. */
    number: z.number().int().nonnegative(),
    /** Wrong answers in a row after a right password. */
    wrongAnswers: z.number().int().nonnegative(),
    /** Of phones that a signed order took away. */
    revokedProfiles: z.array(identifier).max(100),
  }),
  /** Attempts whose failure is counted and whose verdict is not known yet. */
  pending: z.array(identifier).max(256),
  /** Refusals that are counted and not in the chain yet; what ends the row puts them there. */
  refusals: z.array(refusalCount).max(40),
  /** Highest bundle ever taken. */
  taken: z.strictObject({
    epoch: z.number().int().nonnegative(),
    sequence: z.number().int().nonnegative(),
  }),
  sealed: z.strictObject({ file: storedFileName, digest: sha256Text }).nullable(),
});
export type StoredUser = z.infer<typeof storedUser>;

export const storeState = z.strictObject({
  version: z.literal(1),
  endpointId: identifier,
  /** One more with every write; the counter follows. */
  generation: z.number().int().positive(),
  time: storedTime,
  /** Set by a signed revocation of the endpoint; only a new enrolment ends it. */
  revoked: z.boolean(),
  /** Set when the file was found older than the counter, or than what the server holds; `healable` by a contact. */
  rolledBack: z
    .strictObject({ fileGeneration: z.number().int(), counter: z.number().int(), healable: z.boolean() })
    .nullable(),
  chain: z.strictObject({
    /** Last link, its mac, and the key of the next link (the keys before are forgotten). */
    sequence: z.number().int().nonnegative(),
    mac: z.union([sha256Text, z.literal("")]),
    key: sha256Text,
    /** SHA-256 over every link so far, for the log's integrity: the links' own keys are gone. */
    digest: sha256Text,
    /** What the server holds, and the digest there. */
    deliveredThrough: z.number().int().nonnegative(),
    deliveredDigest: sha256Text,
  }),
  /** Links that this very write adds; `events.log` gets them afterwards. One write, one commit. */
  tail: z.array(chainedEvent).max(512),
  users: z.array(storedUser).max(1000),
});
export type StoreState = z.infer<typeof storeState>;

/** Argon2id parameters, versioned; floor and ceiling are the store's. */
export const storedKdf = z.strictObject({
  version: z.literal(1),
  memoryKiB: z.number().int().positive(),
  iterations: z.number().int().positive(),
  parallelism: z.number().int().positive(),
});

/** The store key under one permitted combination of factors, like a key slot of a disk. */
export const storedSlot = z.strictObject({
  combination: z.literal("password"),
  kdf: storedKdf,
  salt: base64url.length(22),
  credentialEpoch: z.number().int().nonnegative(),
  nonce,
  wrapped: base64url.length(64),
});
export type StoredSlot = z.infer<typeof storedSlot>;

/** One user's sealed file. The store key is in no file; everything secret here is encrypted under it. */
export const sealedUser = z.strictObject({
  version: z.literal(1),
  userId: identifier,
  /** As taken, without its inner document; the state's digest keeps it whole. */
  bundle: bundle.omit({ inner: true }),
  slots: z.array(storedSlot).max(8),
  /** The refill key: its private half only ever wrapped under the store key. Null where there is no slot at all. */
  refill: z.strictObject({ publicKey, nonce, wrapped: base64url.max(1024) }).nullable(),
  codes: z
    .strictObject({
      tokenId: identifier,
      epoch: z.number().int().positive(),
      sequence: z.number().int().positive(),
      /** Counters inside, first and last of each run: not secret, and what is left is counted from them. */
      ranges: z.array(z.tuple([counter, counter])).max(1000),
      nonce,
      ciphertext: base64url.max(200_000),
    })
    .nullable(),
  bypass: z.strictObject({ number: bypassNumber, nonce, ciphertext: base64url.max(1024) }).nullable(),
  /** The inner document of a background refill; the user's next sign-in opens it. */
  waiting: z.string().max(400_000).nullable(),
});
export type SealedUser = z.infer<typeof sealedUser>;
