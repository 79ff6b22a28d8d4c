import { isUsualFactor } from "@holdfast/core/help-desk-codes/temporary-code-standing";
import { enrolsAt } from "@holdfast/core/policy/enrolment-code";
import { isSentCode, type SentCode, takes } from "@holdfast/core/policy/workflows";
import { forEver } from "@holdfast/core/sign-in/enrolment";
import type { Factor, UserPolicy } from "@holdfast/protocol/policy";
import type { SignInAnswer } from "@holdfast/protocol/sign-in-api";
import type { Transaction } from "../../store/store.ts";
import type { Actor } from "../actor.ts";
import { report } from "../audit.ts";
import { goOn } from "../me/own-authenticators.ts";
import { refused } from "../outcome.ts";
import type { AppPorts } from "../ports.ts";
import { beginAddressProof, endAddressProof } from "../senders/address-proofs.ts";
import { senderOf } from "../senders/sender-settings.ts";
import { channelOf } from "../senders/sign-in-codes.ts";
import { policyOf } from "../users.ts";
import type { AccessReply } from "./access-reply.ts";
import type { Challenge } from "./challenges.ts";
import { keepChallenge } from "./challenges.ts";

/** Steps of a conversation in which somebody enrols. */
export type Enrolling = Extract<Challenge, { at: "address" | "address-code" }>;
type Begun = Omit<Extract<Challenge, { at: "address" }>, "at">;
type Success = Pick<
  Extract<SignInAnswer, { status: "succeeded" }>,
  "userId" | "userName" | "factors" | "messages"
> &
  Partial<Pick<Extract<SignInAnswer, { status: "succeeded" }>, "enrolmentDue">>;

/**
 * Enrolling while signing in from outside (TC-43, TC-44, TC-46). What is told to the person crosses the network between
 * FreeRADIUS and the gateway in clear (RFC 2865 §5.18), what he types does not: so a phone number or an address is enrolled
 * here, by a code that goes there, and an authenticator app, whose secret would have to be shown, at the portal.
 */
export type RemoteEnrolment = {
  /** What somebody hears whose sign-in succeeded: that he is in, or what he has to enrol first. */
  afterSuccess(clientId: string, success: Success): Promise<AccessReply>;
  /** The same answer to one State gets the same reply, another one none. */
  answer(challenge: Enrolling, state: Uint8Array, typed: string): Promise<AccessReply>;
};

const challengeLifetimeMs = 300_000;
const mostAnswersKept = 1_000;
const tries = 3;

export function createRemoteEnrolment(ports: AppPorts, portalUrl: () => string | null): RemoteEnrolment {
  /** Of this process: FreeRADIUS remembers its own replies, and asks the same server as long as it is there. */
  const answered = new Map<string, { mac: string; reply: Promise<AccessReply> }>();

  const ask = async (challenge: Enrolling, message: string): Promise<AccessReply> => {
    const state = await keepChallenge(ports, challenge, ports.clock.now() + challengeLifetimeMs);
    return { kind: "challenge", message, state, shown: challenge.at === "address" };
  };

  const tellOfEnrolment = (clientId: string, userId: string, begun: boolean) =>
    ports.store.transaction((tx) =>
      report(
        tx,
        { name: `radius:${clientId}` },
        begun ? "remote-enrolment-begun" : "remote-enrolment-needed",
        {
          userId,
          outcome: begun ? "info" : "refused",
          reason: begun ? null : "no-token",
        },
      ),
    );

  const perform = async (challenge: Enrolling, typed: string): Promise<AccessReply> => {
    const { userId, kinds, optional, triesLeft, ...rest } = challenge;
    if (!(await ports.store.read((tx) => stillMay(tx, challenge)))) return rejected(over);
    const actor: Actor = { name: `user:${userId}`, principal: { kind: "person", userId } };
    const again = (why: string): Promise<AccessReply> | AccessReply =>
      triesLeft <= 1
        ? rejected(`${why} ${over}`)
        : ask({ ...challenge, triesLeft: triesLeft - 1 }, `${why} Again:`);
    if (rest.at === "address") {
      if (optional && typed.trim() === "0") return { kind: "accept", message: null };
      const kind: SentCode = typed.includes("@") ? "email-code" : "sms-code";
      if (!kinds.includes(kind)) return again(whatToType(kinds));
      const begun = await beginAddressProof(ports, actor, userId, { kind, address: typed });
      if (begun.kind === "refused") return again(begun.problems?.[0]?.message ?? begun.detail);
      const { proofId, sentTo } = begun.value;
      return ask(
        { ...challenge, at: "address-code", proofId, sentTo, triesLeft: tries },
        `Code sent to ${sentTo}:`,
      );
    }
    const code = typed.trim();
    const ended = await endAddressProof(ports, actor, userId, rest.proofId, { code }, async (tx) =>
      (await stillMay(tx, challenge)) ? null : refused("conflict", "Something changed meanwhile."),
    );
    if (ended.kind === "ok") {
      // As at the portal: what began there with the password alone is too little from now on.
      await goOn(ports, { userId, sessionId: null, actor }, ended.value.kind);
      await ports.store.transaction((tx) =>
        report(tx, { name: `radius:${challenge.clientId}` }, "enrolled-remotely", {
          userId,
          outcome: "succeeded",
          detail: { authenticatorId: ended.value.id, kind: ended.value.kind },
        }),
      );
      return { kind: "accept", message: `${rest.sentTo} is set up: from now on you get codes there.` };
    }
    return ended.code === "invalid-request"
      ? again(ended.problems?.[0]?.message ?? ended.detail)
      : rejected(`${ended.detail} ${over}`);
  };

  return {
    async afterSuccess(clientId, { userId, userName, factors, messages, enrolmentDue }) {
      const said = messages.join(" ");
      const byTemporaryCode = factors.includes("temporary-code");
      if (enrolmentDue === undefined && !byTemporaryCode) return { kind: "accept", message: said || null };
      const left = enrolmentDue?.signInsLeft ?? 0;
      if (enrolmentDue !== undefined && left > 0)
        return { kind: "accept", message: later(left, portalUrl()) };
      const begun = await ports.store.read(async (tx): Promise<Begun | null> => {
        const user = await tx.users.get(userId);
        const kinds = await kindsFor(tx, userId);
        if (user === null || kinds.length === 0) return null;
        const { credentialEpoch } = user;
        const optional = enrolmentDue === undefined;
        const begunAtMs = tx.now();
        return { clientId, userName, userId, credentialEpoch, begunAtMs, kinds, optional, triesLeft: tries };
      });
      // The sign-in's own event says that it succeeded; whether he was let in is said here.
      if (enrolmentDue !== undefined) await tellOfEnrolment(clientId, userId, begun !== null);
      if (begun !== null) {
        const text = begun.optional
          ? `You are in by a temporary code. ${whatToType(begun.kinds)} 0: not now.`
          : `You need a second factor. ${whatToType(begun.kinds)}`;
        return ask({ ...begun, at: "address" }, text);
      }
      if (!byTemporaryCode) return rejected(atThePortal(portalUrl()));
      const lacks = await ports.store.read((tx) => mayEnrolAtPortal(tx, userId));
      return { kind: "accept", message: lacks ? byCodeSoFar(portalUrl()) : said || null };
    },

    answer(challenge, state, typed) {
      const key = Buffer.from(state).toString("base64url");
      const mac = ports.lookupMac("radius answer", `${key}\0${typed}`);
      const known = answered.get(key);
      if (known) return known.mac === mac ? known.reply : Promise.resolve(rejected(over));
      const reply = perform(challenge, typed);
      answered.set(key, { mac, reply });
      for (const oldest of answered.keys()) {
        if (answered.size <= mostAnswersKept) break;
        answered.delete(oldest);
      }
      return reply;
    },
  };
}

/**
 * Whether what let him in so far still does: a conversation is no session that would be ended. He was not stopped since,
 * nobody has enrolled anything in his name, and the help desk has not taken its code back.
 */
async function stillMay(tx: Transaction, challenge: Enrolling): Promise<boolean> {
  const { userId, credentialEpoch, begunAtMs, kinds, optional } = challenge;
  const user = await tx.users.get(userId);
  if (user?.status !== "active" || user.credentialEpoch !== credentialEpoch) return false;
  if ((await tx.stops.ofUser(userId)).some(({ atMs }) => atMs >= begunAtMs)) return false;
  const now = await kindsFor(tx, userId);
  if (!kinds.every((kind) => now.includes(kind))) return false;
  if (!optional) return true;
  const ended = (await tx.temporaryCodes.ofUser(userId))?.endedWhy ?? null;
  return ended === null || ended === "used-up" || ended === "expired";
}

/** The policy of somebody who has nothing yet that would let him in from outside; null: he has, or may not enrol there. */
async function policyOfNewcomer(tx: Transaction, userId: string): Promise<UserPolicy | null> {
  const user = await tx.users.get(userId);
  if (user === null) return null;
  const { document: policy } = await policyOf(tx, user);
  if (!policy.enrolment.remoteAllowed) return null;
  const held = [
    ...(await tx.authenticators.ofUser(userId)).map(({ kind }) => kind),
    ...(await tx.tokens.ofUser(userId)).filter(({ status }) => status !== "revoked").map(({ kind }) => kind),
  ];
  return held.some((kind) => isUsualFactor(kind) && takes(policy, "remote-access", kind)) ? null : policy;
}

/** Whether what he lacks can be set up at the portal, where its secret may be shown. */
async function mayEnrolAtPortal(tx: Transaction, userId: string): Promise<boolean> {
  const policy = await policyOfNewcomer(tx, userId);
  if (policy === null) return false;
  const here = new Set<Factor>(enrolsAt(policy, "remote-access"));
  return enrolsAt(policy, "self-service").some((factor) => here.has(factor));
}

/** What this person may enrol in a conversation, and could sign in with from outside afterwards. */
async function kindsFor(tx: Transaction, userId: string): Promise<SentCode[]> {
  const policy = await policyOfNewcomer(tx, userId);
  if (policy === null) return [];
  const { rights } = policy.enrolment;
  const kinds: SentCode[] = [];
  for (const kind of rights)
    if (
      isSentCode(kind) &&
      takes(policy, "remote-access", kind) &&
      (await senderOf(tx, channelOf[kind])) !== null
    )
      kinds.push(kind);
  return kinds;
}

const over = "This sign-in is over. Begin again.";

function rejected(message: string): AccessReply {
  return { kind: "reject", message };
}

function whatToType(kinds: readonly SentCode[]): string {
  const [sms, email] = [kinds.includes("sms-code"), kinds.includes("email-code")];
  if (sms && email) return "Type your mobile number, beginning with +, or your e-mail address.";
  return sms ? "Type your mobile number, beginning with +." : "Type your e-mail address.";
}

function later(left: number, portal: string | null): string {
  const where = portal === null ? "" : ` at ${portal}`;
  if (left >= forEver) return `You have no second factor. Set one up${where}.`;
  const more = left - 1;
  const times = more === 0 ? "not again" : `${more} more ${more === 1 ? "time" : "times"}`;
  return `You have no second factor. Set one up${where}. Without it you get in: ${times}.`;
}

function byCodeSoFar(portal: string | null): string {
  return `You are in by a temporary code. Set up a second factor${portal === null ? "" : ` at ${portal}`}.`;
}

function atThePortal(portal: string | null): string {
  return portal === null
    ? "You need a second factor before you sign in from outside. Ask your help desk."
    : `You need a second factor before you sign in from outside. Set it up at ${portal}, then sign in here again.`;
}
