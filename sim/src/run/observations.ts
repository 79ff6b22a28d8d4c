import type { UserHolding } from "@holdfast/offline-store/types";
import { consumedOf } from "../model/ledger.ts";
import type { EndpointMachine } from "../system/endpoint-machine.ts";
import { localRules } from "../system/endpoint-machine.ts";
import { noteMeeting } from "./set-back.ts";
import { judgeDecline } from "./verdicts.ts";
import type { World } from "./world.ts";

type Seen = {
  readonly nonce: string;
  /** At the server: it has answered a contact since, whether or not the answer arrived. */
  readonly contactMs: number | null;
  readonly holdings: readonly UserHolding[];
  readonly attempts: number;
  readonly process: unknown;
  readonly effectiveMs: number;
  readonly trueMs: number;
};

/** What shows just as well a little later is looked at now and then. */
const fullLookEvery = 5;

/** Looks at every machine after each operation. */
export class Observations {
  readonly #world: World;
  readonly #seen = new Map<string, Seen>();
  #faultsSeen = 0;
  #mergedSeen = 0;
  #looks = 0;

  constructor(world: World) {
    this.#world = world;
  }

  async look(): Promise<void> {
    this.#lookForFaults();
    this.#looks += 1;
    await this.#floorsFollow();
    for (const machine of this.#world.endpoints) await this.#lookAt(machine);
  }

  /** An error that nobody caught ends a real process. */
  #lookForFaults(): void {
    const { faults } = this.#world.kernel;
    for (const { process, error } of faults.slice(this.#faultsSeen))
      this.#world.report("3", `an uncaught error in ${process}: ${(error as Error).stack ?? String(error)}`);
    this.#faultsSeen = faults.length;
  }

  async #lookAt(machine: EndpointMachine): Promise<void> {
    const world = this.#world;
    const { endpoint } = machine;
    if (!endpoint) {
      this.#seen.delete(machine.name);
      return;
    }
    const { declined } = endpoint.contacts;
    if (declined) judgeDecline(world, machine, declined.code, "contact");
    const { nonce } = endpoint.enterprise.record;
    const row = await world.database.store.read((tx) => tx.endpoints.get(machine.endpointId));
    // The endpoint has the server's last word, and with it the time at which that was said.
    if (
      row &&
      row.nonce === nonce &&
      row.lastContactAtMs !== null &&
      endpoint.store.condition().kind === "sound"
    )
      world.toldTime(machine, row.lastContactAtMs);
    await noteMeeting(world, machine);
    const holdings = await endpoint.store.holdings(localRules);
    const attempts = [...world.ledger.attempts.values()].filter(({ where }) => where === machine.name).length;
    const before = this.#seen.get(machine.name);
    const effectiveMs = endpoint.store.effectiveTime().nowMs;
    const contactMs = row?.lastContactAtMs ?? null;
    const now: Seen = {
      nonce,
      contactMs,
      holdings,
      attempts,
      process: machine.process,
      effectiveMs,
      trueMs: world.kernel.nowMs,
    };
    this.#seen.set(machine.name, now);
    if (this.#looks % fullLookEvery === 0) await this.#nothingRevokedIsHeld(machine, holdings);
    // An answer on its way may bring the time at any moment.
    const nothingComes = before?.contactMs === contactMs && before?.nonce === nonce && row?.nonce === nonce;
    if (before?.process === machine.process && nothingComes) this.#timePassed(machine, before, now);
    const undisturbed =
      before && before.nonce === nonce && before.attempts === attempts && before.process === machine.process;
    if (undisturbed && everyLinkIsBad(world, machine)) this.#nothingLost(machine, before.holdings, holdings);
  }

  /** What an endpoint reported and the server believes is used up there, too, from that moment on. */
  async #floorsFollow(): Promise<void> {
    const { merged } = this.#world.ledger;
    for (const { draft } of merged.slice(this.#mergedSeen)) {
      const consumed = consumedOf(draft);
      if (!consumed || draft.type !== "sign-in" || draft.outcome !== "succeeded" || draft.detail.unheeded)
        continue;
      const row = await this.#world.database.store.read((tx) => tx.tokens.get(consumed.tokenId));
      if (row && row.nextCounter <= consumed.counter)
        this.#world.report(
          "3",
          `counter ${consumed.counter} was reported by ${draft.actor}, and the server would accept it again`,
        );
    }
    this.#mergedSeen = merged.length;
  }

  /** Effective time runs on, whatever the wall clock does; only the server's word sets it back (UNI-6). */
  #timePassed(machine: EndpointMachine, before: Seen, now: Seen): void {
    const missingMs = now.trueMs - before.trueMs - (now.effectiveMs - before.effectiveMs);
    if (missingMs > 1000)
      this.#world.report(
        "5",
        `effective time at ${machine.name} lost ${missingMs / 1000} s without the server's word`,
      );
  }

  /** What a revocation has deleted, and the endpoint has said so, is held no more. */
  async #nothingRevokedIsHeld(machine: EndpointMachine, holdings: readonly UserHolding[]): Promise<void> {
    const world = this.#world;
    if (holdings.length === 0 || world.notesOf(machine).suspect) return;
    const orders = await world.database.store.read((tx) =>
      tx.revocations.list({ endpointId: machine.endpointId }),
    );
    for (const { userId, revocation, doneAtMs, createdAtMs } of orders) {
      if (
        doneAtMs === null ||
        revocation.reason === "password-changed" ||
        revocation.reason === "token-revoked"
      )
        continue;
      for (const held of holdings.filter((one) => userId === null || one.userId === userId)) {
        const bundle = world.ledger
          .bundlesOf(machine.endpointId, held.userId)
          .find(({ epoch, sequence }) => epoch === held.epoch && sequence === held.sequence);
        if (bundle && bundle.issuedAtMs < createdAtMs)
          world.report(
            "5",
            `${machine.name} still holds what was revoked of ${held.userName} (${revocation.reason}) and has said that it is gone`,
          );
      }
    }
  }

  /** Without the server's word nothing goes but what people use up themselves (promise 7). */
  #nothingLost(
    machine: EndpointMachine,
    before: readonly UserHolding[],
    after: readonly UserHolding[],
  ): void {
    for (const held of before) {
      const still = after.find(({ userId }) => userId === held.userId);
      const same =
        still?.epoch === held.epoch && still.sequence === held.sequence && still.remaining === held.remaining;
      if (!same && !(still && this.#wasOnItsWay(machine, held, still)))
        this.#world.report(
          "7",
          `what ${machine.name} holds of ${held.userName} changed while no server could be reached`,
        );
    }
  }

  /** A refill had arrived when the network went, and was stored a moment later. */
  #wasOnItsWay(machine: EndpointMachine, held: UserHolding, still: UserHolding): boolean {
    const isNewer =
      still.epoch > held.epoch || (still.epoch === held.epoch && still.sequence > held.sequence);
    return (
      isNewer &&
      this.#world.ledger
        .bundlesOf(machine.endpointId, still.userId)
        .some(({ epoch, sequence }) => epoch === still.epoch && sequence === still.sequence)
    );
  }
}

function everyLinkIsBad(world: World, machine: EndpointMachine): boolean {
  return world.servers.every(({ place }) => world.network.link(machine.name, place.host).kind !== "up");
}
