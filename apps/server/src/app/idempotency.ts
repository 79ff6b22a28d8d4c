import { createHash } from "node:crypto";
import type { IdempotencyRow } from "../store/idempotency-store.ts";
import type { Outcome, Refused } from "./outcome.ts";
import { ok, refused } from "./outcome.ts";
import type { AppPorts } from "./ports.ts";
import { newId } from "./ports.ts";

/** A creation that its caller may repeat, because he did not hear the answer. */
export type Repeatable = {
  readonly caller: string;
  readonly key: string;
  /** Method and path. */
  readonly route: string;
  readonly body: unknown;
};

const keptMs = 86_400_000;
/** Longer than any request is given. */
const longestRunMs = 60_000;
const ticketPurpose = "answer kept for a repeated request";

/**
 * Does the work for the first request of a caller's key and gives every later one the same answer, for a day. Who was
 * refused may try again with the same key. Where the server died on the way, nobody knows whether it was done: then
 * later requests are told to look.
 */
export async function once(
  ports: AppPorts,
  request: Repeatable,
  work: () => Promise<Outcome<unknown>>,
): Promise<Outcome<unknown>> {
  const { caller, key } = request;
  const id = newId(ports, "idm");
  const nowMs = ports.clock.now();
  const digest = digestOf(request);
  const row: IdempotencyRow = {
    id,
    caller,
    key,
    sealed: sealed(ports, { id, digest }),
    state: "running",
    atMs: nowMs,
  };
  const before = await ports.store.transaction(async (tx) =>
    (await tx.idempotency.claim(row, nowMs - keptMs)) ? null : await tx.idempotency.get(caller, key),
  );
  if (before) return again(ports, before, digest);

  const outcome = await work();
  await ports.store
    .transaction((tx) =>
      outcome.kind === "refused"
        ? tx.idempotency.release(id)
        : tx.idempotency.answered(id, sealed(ports, { id, digest, answer: outcome.value })),
    )
    // It is done, and its caller is here to hear so; only a repetition will be told to look.
    .catch((err: unknown) => ports.log.error({ err }, "an answer could not be kept for repeated requests"));
  return outcome;
}

export async function forgetAnswers(ports: AppPorts): Promise<void> {
  await ports.store.transaction((tx) => tx.idempotency.forget(ports.clock.now() - keptMs));
}

type Kept = { readonly id: string; readonly digest: string; readonly answer?: unknown };

function again(ports: AppPorts, row: IdempotencyRow, digest: string): Outcome<unknown> {
  const kept = opened(ports, row);
  if (kept === null) return unknown;
  if (kept.digest !== digest)
    return refused("idempotency-key-reused", "This Idempotency-Key was used for another request before.");
  if (row.state === "answered") return ok(kept.answer);
  return ports.clock.now() - row.atMs < longestRunMs ? stillRunning : unknown;
}

const stillRunning: Refused = refused(
  "idempotency-key-in-use",
  "The first request with this Idempotency-Key is still being worked on.",
  { retryAfterSeconds: 1 },
);
const unknown: Refused = refused(
  "idempotency-key-in-use",
  "What became of the first request with this Idempotency-Key is not known. Look whether it was done; if not, use a new key.",
);

/** Of the content, because bodies hold passwords: it is sealed too, as an unsealed one could be guessed against. */
function digestOf({ route, body }: Repeatable): string {
  return createHash("sha256")
    .update(JSON.stringify([route, body]))
    .digest("base64url");
}

function sealed(ports: AppPorts, kept: Kept): string {
  return ports.secrets.sealTicket(ticketPurpose, Buffer.from(JSON.stringify(kept)));
}

/** Null also where the master key has been changed, or a backup restored, since. */
function opened(ports: AppPorts, { id, sealed: ticket }: IdempotencyRow): Kept | null {
  const content = ports.secrets.openTicket(ticketPurpose, ticket);
  if (content === null) return null;
  const kept = JSON.parse(Buffer.from(content).toString("utf8")) as Kept;
  return kept.id === id ? kept : null;
}
