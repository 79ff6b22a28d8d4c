import { superadministrator } from "@holdfast/core/authorization/built-in-roles";
import { encodeBase32 } from "@holdfast/core/oath/base32";
import { buildOtpauthUri } from "@holdfast/core/oath/otpauth-uri";
import { newSecretBytes } from "@holdfast/core/oath/token-secret";
import { verifyTotp } from "@holdfast/core/oath/verify-totp";
import { defaultUserPolicy } from "@holdfast/protocol/policy";
import type {
  AdministratorSetup,
  AdministratorSetupAsked,
  AdministratorSetupStep,
} from "@holdfast/protocol/setup-api";
import type { AuthenticatorRow } from "../store/authenticators-store.ts";
import type { Transaction } from "../store/store.ts";
import type { TokenRow } from "../store/tokens-store.ts";
import { giveRole } from "./administrators.ts";
import { report } from "./audit.ts";
import { registeredPasskey, registrationOptions } from "./authenticators/passkeys.ts";
import { newRecoveryCodes, recoveryCodesDataOf } from "./authenticators/recovery-codes.ts";
import type { Outcome } from "./outcome.ts";
import { ok, refused } from "./outcome.ts";
import { refusalOfPassword } from "./password-rules.ts";
import type { AppPorts } from "./ports.ts";
import { newId } from "./ports.ts";
import type { Proven } from "./sessions/sessions.ts";
import type { Setup } from "./setup.ts";
import { hashPassword, tooBusy } from "./users.ts";

/**
 * The first superadministrator, made at the console in two steps out of the one-time link: a user with a password and a
 * second factor, so that he signs in like every administrator after him. Nothing is kept before the second factor has
 * been shown to work: the browser carries it, sealed.
 */
export type FirstAdministrator = {
  begin(request: AdministratorSetup): Promise<Outcome<AdministratorSetupAsked>>;
  step(request: AdministratorSetupStep): Promise<Outcome<{ proven: Proven; recoveryCodes: string[] }>>;
};

const lifetimeMs = 15 * 60_000;
const purpose = "first administrator";
const totp = { digits: 6, algorithm: "SHA-1", periodSeconds: 30 } as const;

/** What the browser brings back. */
type Carried = {
  readonly token: string;
  readonly userId: string;
  readonly userName: string;
  readonly displayName: string;
  readonly salt: string;
  readonly verifier: string;
  /** base64url. */
  readonly totpSecret: string;
  readonly challenge: string;
  readonly expiresAtMs: number;
};

/** What the second step has shown, ready to be kept. */
type SecondFactor =
  | { readonly factor: "totp"; readonly counter: number }
  | { readonly factor: "passkey"; readonly row: Pick<AuthenticatorRow, "lookup" | "data"> };

export function createFirstAdministrator(ports: AppPorts, setup: Setup): FirstAdministrator {
  return {
    async begin({ token, userName, displayName = userName, password }) {
      const closed = setup.refuses(token);
      if (closed) return closed;
      const { document } = await ports.store.read((tx) => tx.policies.default());
      const { minimumLength } = document.password;
      const unfit = await refusalOfPassword(ports, { password, userName, minimumLength });
      if (unfit) return unfit;
      const hashed = await hashPassword(ports, password);
      if (hashed === "busy") return tooBusy(ports);
      const secret = ports.entropy(newSecretBytes(totp.algorithm));
      const challenge = ports.entropy(32);
      const carried: Carried = {
        token,
        userId: newId(ports, "usr"),
        userName,
        displayName,
        ...hashed,
        totpSecret: Buffer.from(secret).toString("base64url"),
        challenge: Buffer.from(challenge).toString("base64url"),
        expiresAtMs: ports.clock.now() + lifetimeMs,
      };
      const issuer = ports.server.productName;
      const built = buildOtpauthUri({ kind: "totp", issuer, account: userName, secret, ...totp });
      if (built.kind === "refused")
        return refused("invalid-request", `No enrolment URI can be made for this user: ${built.reason}.`);
      const party = ports.relyingParty("console");
      const user = { id: carried.userId, name: userName, displayName };
      return ok({
        continuation: ports.secrets.sealTicket(purpose, Buffer.from(JSON.stringify(carried))),
        expiresAtMs: carried.expiresAtMs,
        totp: { otpauthUri: built.uri, secret: encodeBase32(secret) },
        passkeyOptions:
          party &&
          ((await registrationOptions(party, user, challenge, [])) as unknown as Record<string, unknown>),
      });
    },

    async step({ continuation, given }) {
      const opened = ports.secrets.openTicket(purpose, continuation);
      const carried = opened && (JSON.parse(Buffer.from(opened).toString("utf8")) as Carried);
      if (carried === null || ports.clock.now() >= carried.expiresAtMs)
        return refused("continuation-invalid", "This setup took too long. Begin again with the link.");
      const closed = setup.refuses(carried.token);
      if (closed) return closed;
      const second = await secondFactor(ports, carried, given);
      if (second === null) {
        return refused(
          "invalid-request",
          given.factor === "totp"
            ? "This is not the code that the app shows now. Check the clock of the phone, and try its next code."
            : "The passkey was not made for this setup. Try again.",
        );
      }
      const recoveryCodes = newRecoveryCodes(ports.entropy);
      const ids = {
        second: newId(ports, "tok"),
        passkey: newId(ports, "aut"),
        recovery: newId(ports, "aut"),
      };
      return setup.settle(carried.token, async (tx) => {
        if (await tx.users.byName(carried.userName))
          return refused("conflict", "A user of this name exists already. Choose another name.");
        await insertUser(tx, carried);
        if (second.factor === "totp") await insertToken(ports, tx, carried, second.counter, ids.second);
        else await insertAuthenticator(tx, carried.userId, ids.passkey, "passkey", "Passkey", second.row);
        const data = recoveryCodesDataOf(ports.lookupMac, carried.userId, recoveryCodes);
        await insertAuthenticator(tx, carried.userId, ids.recovery, "recovery-code", "Recovery codes", {
          lookup: null,
          data,
        });
        await report(tx, { name: "setup" }, "user-created", {
          userId: carried.userId,
          detail: { userName: carried.userName, passwordSet: true, secondFactor: second.factor },
        });
        await giveRole(tx, { name: "setup" }, carried.userId, superadministrator);
        const factors = second.factor === "totp" ? (["password", "totp"] as const) : (["passkey"] as const);
        return ok({ proven: { userId: carried.userId, factors }, recoveryCodes });
      });
    },
  };
}

async function secondFactor(
  ports: AppPorts,
  carried: Carried,
  given: AdministratorSetupStep["given"],
): Promise<SecondFactor | null> {
  if (given.factor === "totp") {
    const secret = Buffer.from(carried.totpSecret, "base64url");
    const { driftSteps } = defaultUserPolicy.totp;
    const code = given.value.replace(/\s/g, "");
    const found = verifyTotp({ ...totp, secret, code, nextCounter: 0, driftSteps, nowMs: ports.clock.now() });
    return found.kind === "accepted" ? { factor: "totp", counter: found.counter } : null;
  }
  const party = ports.relyingParty("console");
  const answer = jsonOf(given.value);
  const made = party && (await registeredPasskey(party, carried.challenge, answer));
  return made ? { factor: "passkey", row: { lookup: made.credentialId, data: made.data } } : null;
}

async function insertUser(tx: Transaction, carried: Carried): Promise<void> {
  const { userId: id, userName: name, displayName, salt, verifier } = carried;
  const policy = await tx.policies.default();
  await tx.users.insert({
    id,
    name,
    displayName,
    status: "active",
    policyId: policy.id,
    offlineSalt: salt,
    passwordVerifier: verifier,
    credentialEpoch: 1,
    cacheSize: null,
    createdAtMs: tx.now(),
  });
}

async function insertToken(
  ports: AppPorts,
  tx: Transaction,
  { userId, totpSecret }: Carried,
  counter: number,
  id: string,
): Promise<void> {
  const row: TokenRow = {
    id,
    userId,
    kind: "totp",
    label: "Authenticator app",
    digits: totp.digits,
    algorithm: totp.algorithm,
    sealedSecret: ports.secrets.seal("token-secret", id, Buffer.from(totpSecret, "base64url")),
    // The code that was just shown is spent.
    nextCounter: counter + 1,
    periodSeconds: totp.periodSeconds,
    windowSize: null,
    cacheSize: null,
    status: "enabled",
    exposed: [],
    createdAtMs: tx.now(),
    phoneId: null,
  };
  await tx.tokens.insert(row);
}

function insertAuthenticator(
  tx: Transaction,
  userId: string,
  id: string,
  kind: AuthenticatorRow["kind"],
  label: string,
  row: Pick<AuthenticatorRow, "lookup" | "data">,
): Promise<void> {
  const [createdAtMs, status] = [tx.now(), "enabled" as const];
  return tx.authenticators.insert({
    id,
    userId,
    kind,
    label,
    status,
    version: 1,
    createdAtMs,
    lastUsedAtMs: null,
    ...row,
  });
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
