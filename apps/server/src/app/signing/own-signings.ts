import { orderChallenge } from "@holdfast/envelope/signing-statement";
import type { Factor } from "@holdfast/protocol/policy";
import type { GivenInput } from "@holdfast/protocol/sign-in-api";
import type { OwnSigningView, SigningAnswer, SigningStep } from "@holdfast/protocol/signing-api";
import type { Order } from "@holdfast/protocol/signing-statement";
import { canonicalOrder } from "@holdfast/protocol/signing-statement";
import type { StatementSigner } from "../../keys/statement-keys.ts";
import type { SigningRow } from "../../store/signing-store.ts";
import type { Transaction } from "../../store/store.ts";
import { report } from "../audit.ts";
import type { Self } from "../me/self.ts";
import type { Outcome, Refused } from "../outcome.ts";
import { notFound, ok, refused } from "../outcome.ts";
import type { AppPorts } from "../ports.ts";
import { newId, newSecret } from "../ports.ts";
import { tellPhonesLater, withdrawOfSigning } from "../push/withdrawing.ts";
import type { SignInClient } from "../sign-in/client.ts";
import type { Signed, SignInResult, SignIns } from "../sign-in/sign-in.ts";
import { about, statusOf } from "./requests.ts";
import { type SignerFacts, signerFacts, signingPasskeys, signingPhones } from "./signer.ts";
import { composeStatement, issueStatement, type SignedBy } from "./statement.ts";

/**
 * What a person signs at the portal. The session only says whose orders he sees; for each signature he proves himself
 * anew, by the workflow order-signing of his policy, and his passkey signs the order.
 */
export type OwnSignings = {
  list(self: Self): Promise<{ items: OwnSigningView[] }>;
  read(self: Self, id: string): Promise<Outcome<OwnSigningView>>;
  decline(self: Self, id: string): Promise<Outcome<OwnSigningView>>;
  begin(self: Self, id: string, given: GivenInput[], remoteHost: string): Promise<Outcome<SigningAnswer>>;
  step(self: Self, id: string, request: SigningStep): Promise<Outcome<SigningAnswer>>;
};

/** Sealed with what the sign-in carries, so that each step goes on with the same order. */
type Ticket = { readonly order: Order; readonly credentialIds: readonly string[]; readonly inner: string };
const purpose = "order signing";

export function createOwnSignings(
  ports: AppPorts,
  signIns: SignIns,
  statements: StatementSigner,
): OwnSignings {
  const viewIn = async (tx: Transaction, row: SigningRow): Promise<OwnSigningView> => {
    const user = await tx.users.get(row.userId);
    if (user === null) throw new Error(`the signing ${row.id} is of nobody`);
    const { obstacle } = await signerFacts(ports, tx, user);
    const { id, applicationName, documentTitle, digest, createdAtMs, expiresAtMs, endedAtMs } = row;
    const status = statusOf(row, tx.now());
    return {
      ...{ id, applicationName, documentTitle, digest, createdAtMs, expiresAtMs, endedAtMs, status },
      obstacle: status === "pending" ? obstacle : null,
    };
  };

  /** Everything that the signature will be about, as it is now; or why there can be none. */
  const prepare = (self: Self, id: string, attemptId: string) =>
    ports.store.read(async (tx): Promise<Outcome<Omit<Ticket, "inner">>> => {
      const found = await openFor(tx, self, id);
      if (found.kind === "refused") return found;
      const { row, facts } = found.value;
      const { user, policy, proofing } = facts;
      const order: Order = {
        purpose: "holdfast order v1",
        signingId: row.id,
        attemptId,
        nonce: newSecret(ports, 32),
        signer: { id: user.id, userName: user.name, displayName: user.displayName },
        application: { id: row.applicationId, name: row.applicationName },
        requestId: row.requestId,
        document: { title: row.documentTitle, sha256: row.digest },
        policy: { id: policy.id, name: policy.name, version: policy.version },
        proofingId: proofing?.id ?? "",
        preparedAtMs: tx.now(),
      };
      const credentialIds = signingPasskeys(facts).flatMap(({ row: { lookup } }) => lookup ?? []);
      return ok({ order, credentialIds });
    });

  const openFor = async (
    tx: Transaction,
    self: Self,
    id: string,
  ): Promise<Outcome<{ row: SigningRow; facts: SignerFacts }>> => {
    const row = await ofSelf(tx, self, id);
    if (row === null) return notFound("signing");
    const status = statusOf(row, tx.now());
    if (status !== "pending") return refused("conflict", over[status]);
    const application = (await tx.apiKeys.list()).find((key) => key.id === row.applicationId);
    if (application?.revokedAtMs !== null)
      return refused("conflict", "The application that asked for this may not ask any more.");
    const user = await tx.users.get(self.userId);
    if (user === null) return notFound("signing");
    const facts = await signerFacts(ports, tx, user);
    const { obstacle } = facts;
    return obstacle === null ? ok({ row, facts }) : refused("forbidden", `${obstacle.text} ${obstacle.next}`);
  };

  const clientOf = async (
    { sessionId }: Self,
    { order, credentialIds }: Omit<Ticket, "inner">,
  ): Promise<SignInClient> => {
    const challenge = Buffer.from(await orderChallenge(order)).toString("base64url");
    const { title, sha256: documentSha256 } = order.document;
    return {
      kind: "signer",
      sessionId,
      signingId: order.signingId,
      challenge,
      credentialIds,
      applicationName: order.application.name,
      order: { title, documentSha256, text: canonicalOrder(order), digest: challenge },
    };
  };

  const answered = async (
    self: Self,
    prepared: Omit<Ticket, "inner">,
    result: SignInResult,
  ): Promise<Outcome<SigningAnswer>> => {
    if (result.kind === "refused") return result;
    const { value } = result;
    if (value.status === "asking") {
      const ticket: Ticket = { ...prepared, inner: value.continuation };
      const { expiresAtMs, prompts } = value;
      const continuation = ports.secrets.sealTicket(purpose, Buffer.from(JSON.stringify(ticket)));
      return ok({ status: "asking", continuation, expiresAtMs, prompts });
    }
    if (value.signed === undefined) throw new Error("somebody else's sign-in signed an order");
    if (value.renewalDue !== undefined)
      return refused("forbidden", "Your PIN has expired. Set a new one under How I sign in, then sign.");
    return finish(self, prepared.order, value.signed);
  };

  /** The factors are proven and used up; what they were proven for must still be so. */
  const finish = async (self: Self, order: Order, signed: Signed): Promise<Outcome<SigningAnswer>> => {
    const current = await ports.store.read((tx) => standing(tx, self, order, signed));
    if (current.kind === "refused") return noted(self, order, current);
    const { facts, by } = current.value;
    const statement = await composeStatement(order, signed, facts, by, ports.clock.now());
    const text = await issueStatement(statements, statement);
    return ports.store.transaction(async (tx) => {
      const still = await standing(tx, self, order, signed);
      if (still.kind === "refused") return still;
      const end = { status: "signed", atMs: tx.now(), statement: text } as const;
      if (!(await tx.signing.requests.end(order.signingId, end)))
        return refused("conflict", "This order was signed or ended at the same moment.");
      const row = await tx.signing.requests.get(order.signingId);
      if (row === null) return notFound("signing");
      const { factors } = statement;
      await report(tx, self.actor, "order-signed", {
        userId: self.userId,
        outcome: "succeeded",
        detail: { ...about(row), attemptId: order.attemptId, factors, statement: text },
      });
      return ok({
        status: "signed",
        factors: factors.map(({ factor }) => factor),
        signing: await viewIn(tx, row),
      });
    });
  };

  const standing = async (
    tx: Transaction,
    self: Self,
    order: Order,
    { factors }: Signed,
  ): Promise<Outcome<{ facts: SignerFacts; by: SignedBy }>> => {
    const found = await openFor(tx, self, order.signingId);
    if (found.kind === "refused") return found;
    const { facts, row } = found.value;
    const idOf = (factor: Factor) => factors.find((one) => one.factor === factor)?.authenticatorId;
    const passkey = signingPasskeys(facts).find(({ row: { id } }) => id === idOf("passkey"));
    const phone = signingPhones(facts).find(({ id }) => id === idOf("push"));
    const by = passkey ? signedByPasskey(passkey) : phone && ({ kind: "phone", phone } as const);
    const same =
      facts.user.status === "active" &&
      facts.policy.id === order.policy.id &&
      facts.policy.version === order.policy.version &&
      facts.proofing?.id === order.proofingId &&
      row.digest === order.document.sha256;
    if (!same) return refused("conflict", "Your policy or your proofing changed meanwhile. Begin again.");
    return by === undefined
      ? refused(
          "forbidden",
          "Your identity proofing does not vouch for what you signed with. Use another passkey or phone.",
        )
      : ok({ facts, by });
  };

  const noted = (self: Self, order: Order, why: Refused): Promise<Refused> =>
    ports.store.transaction(async (tx) => {
      await report(tx, self.actor, "signing-refused", {
        userId: self.userId,
        outcome: "refused",
        reason: why.code,
        detail: { signingId: order.signingId, attemptId: order.attemptId },
      });
      return why;
    });

  /** TC-9: what the help desk gives out signs nothing, whatever it is worth elsewhere; it is not even looked at. */
  const barred = async (self: Self, id: string, given: readonly GivenInput[]): Promise<Refused | null> => {
    const code = given.find(({ factor }) => helpDeskCodes.has(factor));
    if (code === undefined) return null;
    await ports.store.transaction((tx) =>
      report(tx, self.actor, "signing-refused", {
        userId: self.userId,
        outcome: "refused",
        reason: "workflow-not-allowed",
        detail: { signingId: id, workflow: "order-signing", factor: code.factor },
      }),
    );
    return refused("forbidden", "Temporary codes cannot sign orders.");
  };

  return {
    list: (self) =>
      ports.store.read(async (tx) => {
        const items: OwnSigningView[] = [];
        for (const row of await tx.signing.requests.pendingOfUser(self.userId, tx.now()))
          items.push(await viewIn(tx, row));
        return { items };
      }),
    read: (self, id) =>
      ports.store.read(async (tx) => {
        const row = await ofSelf(tx, self, id);
        return row === null ? notFound("signing") : ok(await viewIn(tx, row));
      }),
    async decline(self, id) {
      let asked = false;
      const declined = await ports.store.transaction<Outcome<OwnSigningView>>(async (tx) => {
        const row = await ofSelf(tx, self, id);
        if (row === null) return notFound("signing");
        const end = { status: "declined", atMs: tx.now(), statement: null } as const;
        if (!(await tx.signing.requests.end(id, end)))
          return refused("conflict", `This order is ${statusOf(row, tx.now())} already.`);
        await report(tx, self.actor, "signing-declined", { userId: self.userId, detail: about(row) });
        asked = await withdrawOfSigning(tx, row);
        return ok(await viewIn(tx, { ...row, status: "declined", endedAtMs: end.atMs }));
      });
      if (asked) tellPhonesLater(ports, self.userId);
      return declined;
    },
    async begin(self, id, given, remoteHost) {
      const no = await barred(self, id, given);
      if (no) return no;
      const attemptId = newId(ports, "att");
      const prepared = await prepare(self, id, attemptId);
      if (prepared.kind === "refused") return prepared;
      const { order } = prepared.value;
      const result = await signIns.begin(await clientOf(self, prepared.value), {
        attemptId,
        userName: order.signer.userName,
        workflow: "order-signing",
        given,
        context: { service: "portal", remoteHost },
      });
      return answered(self, prepared.value, result);
    },
    async step(self, id, { continuation, given }) {
      const no = await barred(self, id, [given]);
      if (no) return no;
      const ticket = openTicket(ports, continuation);
      if (ticket === null || ticket.order.signer.id !== self.userId || ticket.order.signingId !== id)
        return refused("continuation-invalid", "This signature is over or was not begun here. Begin again.");
      const { inner, ...prepared } = ticket;
      const client = await clientOf(self, prepared);
      return answered(self, prepared, await signIns.step(client, { continuation: inner, given }));
    },
  };
}

function signedByPasskey(passkey: SignerFacts["passkeys"][number]): SignedBy {
  return { kind: "passkey", passkey };
}

const helpDeskCodes: ReadonlySet<string> = new Set(["temporary-code", "bypass-code", "ocra"]);

const over = {
  signed: "This order is signed already.",
  declined: "You declined this order.",
  cancelled: "The application took this order back.",
  expired: "The time to sign this order is over.",
  void: "The server was restored from a backup since. Have the order sent again.",
} as const;

async function ofSelf(tx: Transaction, { userId }: Self, id: string): Promise<SigningRow | null> {
  const row = await tx.signing.requests.get(id);
  return row?.userId === userId ? row : null;
}

function openTicket(ports: AppPorts, text: string): Ticket | null {
  const content = ports.secrets.openTicket(purpose, text);
  return content === null ? null : (JSON.parse(Buffer.from(content).toString("utf8")) as Ticket);
}
