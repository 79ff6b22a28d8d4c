import { needsCodeOffline } from "@holdfast/core/policy/workflows";
import { durationSeconds } from "@holdfast/protocol/primitives";
import { problemCode } from "@holdfast/protocol/problem";
import { refusalReason } from "@holdfast/protocol/refusals";
import type { Attempt } from "../model/attempt.ts";
import type { EndpointMachine } from "../system/endpoint-machine.ts";
import { localRules } from "../system/endpoint-machine.ts";
import type { Expectation } from "./expectations.ts";
import type { World } from "./world.ts";

/** Reasons that say: something typed was wrong. */
const guesses = new Set(["wrong-credentials", "push-not-approved", "token-out-of-step", "code-exposed"]);

/** Weighs what came of a sign-in, at the moment at which the person is told. `machine` is null for remote access. */
export async function judge(
  world: World,
  machine: EndpointMachine | null,
  attempt: Attempt,
  expected: Expectation,
): Promise<void> {
  const { end } = attempt;
  if (!end) return;
  if (end.code === "success") {
    if (machine && isOffline(end.reason)) await judgeOffline(world, machine, attempt);
    else judgeOnline(world, machine, attempt);
    world.tries.succeeded(attempt);
  } else if (guesses.has(end.reason)) countTry(world, machine, attempt);
  if (machine && problemCode.safeParse(end.reason).success)
    judgeDecline(world, machine, end.reason, attempt.tag);
  await judgeExpectation(world, attempt, expected);
}

async function judgeExpectation(world: World, attempt: Attempt, expected: Expectation): Promise<void> {
  const { end, tag } = attempt;
  if (expected.kind === "not-online" && end && !isOfflineVerdict(attempt))
    world.report("7", `${tag} got a server's word where no server can be reached: ${end.code} ${end.reason}`);
  if (expected.kind !== "success" || (end?.code === "success" && end.reason === expected.mode)) return;
  const { counter } = expected;
  const tokenId = attempt.person.token?.id ?? "";
  // Another endpoint's return has used it up meanwhile.
  if (counter !== null && world.ledger.floor("server", tokenId) > counter) return;
  // Or what it reported has locked him, while he was at it.
  if (expected.mode === "online" && end?.reason === "locked") {
    const row = await world.database.store.signInFacts(attempt.person.userName);
    if ((row?.state.lockedUntilMs ?? 0) > world.kernel.nowMs) return;
  }
  world.report(
    "6",
    `${tag} ${attempt.person.userName}@${attempt.where}: everything was right (${expected.mode}, counter ${counter}), and the answer is ${end?.code} ${end?.reason}`,
  );
}

/**
 * A server declines an endpoint, and not a person, for few reasons. Whoever else answers in its place may say what he
 * likes: it is nobody's word (OTP-30).
 */
export function judgeDecline(world: World, machine: EndpointMachine, code: string, what: string): void {
  const { revoked, setBack } = world.notesOf(machine);
  const caused =
    (code === "endpoint-revoked" && revoked) ||
    (code === "proof-invalid" && world.clocksTurned.has(machine.name)) ||
    ((code === "clone-suspected" || code === "chain-broken") && setBack.length > 0);
  if (!caused) world.report("7", `${what}: ${machine.name} believes that a server declined it: ${code}`);
}

/** What this machine's store alone may say. Whatever a proxy says is nobody's word (OTP-30). */
function isOfflineVerdict({ end, offline }: Attempt): boolean {
  if (end?.code === "success") return isOffline(end.reason);
  const local = refusalReason.safeParse(end?.reason).success;
  return local && (offline || !guesses.has(end?.reason ?? ""));
}

function judgeOnline(world: World, machine: EndpointMachine | null, attempt: Attempt): void {
  const accepted = world.ledger.acceptances.find(
    ({ source, tag }) => source === "server" && tag === attempt.tag,
  );
  if (!accepted) {
    const codeNeeded = world.ledger
      .policiesSince(attempt.person.policyId, attempt.startedMs)
      .every((policy) => needsCodeOffline(policy, "workstation"));
    if (codeNeeded) world.report("1", `${attempt.tag} was let in online, and the server knows of no code`);
  }
  if (!machine) return;
  world.signedInOnline(machine, attempt.person, attempt.typed.password);
  if (!machine.disk.refusesWrites) world.helpDesk.signedInOnline(machine.name, attempt.person);
  if (accepted && !machine.disk.refusesWrites)
    world.ledger.raiseFloor(machine.name, accepted.tokenId, accepted.counter + 1);
}

async function judgeOffline(world: World, machine: EndpointMachine, attempt: Attempt): Promise<void> {
  const store = machine.endpoint?.store;
  if (!store) return;
  const { person, tag } = attempt;
  const { events } = await store.events(Number.MAX_SAFE_INTEGER);
  const event = events.find(
    ({ body }) => body.type === "sign-in" && body.tty === tag && body.outcome === "succeeded",
  );
  if (event?.body.type !== "sign-in") {
    world.report("3", `${tag} was told that he is in, and ${machine.name} keeps no event of it`);
    return;
  }
  const { consumed, factors, attemptId } = event.body;
  const bundles = world.ledger.bundlesOf(machine.endpointId, person.userId);
  if (bundles.length === 0) {
    world.report("5", `${tag}: ${person.userName} holds no bundle at ${machine.name}`);
    return;
  }
  world.ledger.acceptedOffline(
    machine.name,
    attempt,
    factors,
    consumed ?? null,
    attemptId,
    bundles[0]?.issuedAtMs ?? 0,
  );
  if (!world.everSlotPasswords(machine, person).has(attempt.typed.password))
    world.report("1", `${tag}: this password was never right at ${machine.name}`);
  judgeLease(world, machine, attempt);
  if (factors.includes("qr-challenge")) judgePhone(world, machine, attempt);
  if (event.body.bypass) judgeHelp(world, machine, attempt);
  else await judgeSignIns(world, machine, attempt);
  await judgeRevocations(world, machine, attempt);
}

/** Let in by what the help desk gave: to him, for here, and not over (OTP-23). */
function judgeHelp(world: World, machine: EndpointMachine, { person, tag, typed }: Attempt): void {
  const why = typed.help ? world.helpDesk.whyNot(machine.name, person, typed.help) : "that he never had";
  if (why !== null && world.notesOf(machine).setBack.length === 0)
    world.report("1", `${tag}: in at ${machine.name} by something of the help desk ${why}`);
}

/** Let in by his own phone's answer to the code before him, which has let nobody in before (SECURITY §4). */
function judgePhone(world: World, { name }: EndpointMachine, { person, tag, qr }: Attempt): void {
  if (qr === null || qr.typed === null || person.phone?.answerTo(qr.message) !== qr.typed) {
    world.report("1", `${tag}: in at ${name} by digits that his phone does not show for that code`);
    return;
  }
  const code = Buffer.from(qr.message).toString("hex");
  if (world.usedQrCodes.has(code))
    world.report("2", `${tag}: one QR code of ${name} has let somebody in twice`);
  world.usedQrCodes.add(code);
}

function isOffline(reason: string): boolean {
  return reason === "offline" || reason === "offline-bypass";
}

/** By the time that has certainly passed at this machine, its lease must not be over. */
function judgeLease(world: World, machine: EndpointMachine, { person, tag }: Attempt): void {
  const bundles = world.ledger.bundlesOf(machine.endpointId, person.userId);
  const lastMs = Math.max(...bundles.map(({ notAfterMs }) => notAfterMs));
  const certainMs = world.certainTime(machine);
  if (certainMs >= lastMs)
    world.report(
      "5",
      `${tag}: in ${(certainMs - lastMs) / 1000} s after the last lease at ${machine.name} ended`,
    );
}

/** Never more sign-ins from one bundle than it allows. */
async function judgeSignIns(world: World, machine: EndpointMachine, { person, tag }: Attempt): Promise<void> {
  const holdings = (await machine.endpoint?.store.holdings(localRules)) ?? [];
  const holding = holdings.find(({ userId }) => userId === person.userId);
  if (!holding) return;
  const { epoch, sequence } = holding;
  const bundle = world.ledger
    .bundlesOf(machine.endpointId, person.userId)
    .find((one) => one.epoch === epoch && one.sequence === sequence);
  const used = world.countSignIn(machine, person, epoch, sequence);
  if (bundle && used > bundle.maxSignIns)
    world.report("5", `${tag}: ${used} sign-ins from a bundle of ${bundle.maxSignIns} at ${machine.name}`);
}

/**
 * What was revoked and reported as done opens nothing any more, until a later bundle comes; or until the whole machine is
 * set back to before, its counter with it, which it can learn from a server alone (SECURITY §1).
 */
async function judgeRevocations(world: World, machine: EndpointMachine, attempt: Attempt): Promise<void> {
  const { person, tag, startedMs } = attempt;
  const { setBack } = world.notesOf(machine);
  const rows = await world.database.store.read((tx) =>
    tx.revocations.list({ endpointId: machine.endpointId }),
  );
  for (const { userId, revocation, doneAtMs, createdAtMs } of rows) {
    if (doneAtMs === null || doneAtMs >= startedMs || (userId !== null && userId !== person.userId)) continue;
    if (revocation.reason === "password-changed" || revocation.reason === "token-revoked") continue;
    if (setBack.some(({ atMs, withCounter }) => withCounter && atMs >= doneAtMs)) continue;
    const later = world.ledger
      .bundlesOf(machine.endpointId, person.userId)
      .some(({ issuedAtMs }) => issuedAtMs >= createdAtMs);
    if (!later)
      world.report(
        "5",
        `${tag}: in at ${machine.name} after a revocation there (${revocation.reason}) was done`,
      );
  }
}

/** Attempts are never refunded: no more guesses in a row than the policy allows before it locks. */
function countTry(world: World, machine: EndpointMachine | null, attempt: Attempt): void {
  const offline = machine !== null && attempt.offline;
  // Remote access counts for itself (SECURITY §3).
  const verifier = machine === null ? "remote access" : offline ? machine.name : "server";
  const verifierMs = offline ? machine?.endpoint?.store.effectiveTime().nowMs : world.kernel.nowMs;
  if (verifierMs === undefined) return;
  const versions = world.ledger.policiesSince(attempt.person.policyId, 0);
  const most = Math.max(...versions.map(({ lockout }) => lockout.failures));
  const shortestMs = Math.min(
    ...versions.map(({ lockout }) => (durationSeconds(lockout.duration) ?? 0) * 1000),
  );
  // A clock that ran ahead had let a lock pass when this was tried, whatever the time is now.
  const triedMs = Math.max(verifierMs, (offline ? attempt.startedEffectiveMs : null) ?? verifierMs);
  const count = world.tries.wrong(attempt, verifier, { triedMs, toldMs: verifierMs }, shortestMs);
  if (count > most)
    world.report(
      "4",
      `${attempt.tag}: guess ${count} in a row about ${attempt.person.userName} at ${verifier}, where ${most} lock`,
    );
}
