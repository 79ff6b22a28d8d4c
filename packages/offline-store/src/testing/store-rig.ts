import type { Outcome } from "@holdfast/core/sign-in/types";
import type { Bundle, BundleInner } from "@holdfast/protocol/bundle";
import type { UserPolicy } from "@holdfast/protocol/policy";
import { defaultUserPolicy } from "@holdfast/protocol/policy";
import type { PublicKey } from "@holdfast/protocol/primitives";
import { expect } from "vitest";
import type { OfflineStore } from "../types.ts";
import { TestEndpoint } from "./endpoint.ts";
import type { Issuer } from "./issuer.ts";
import { noLocalRules, signInOffline } from "./sign-in.ts";

export const password = "correct horse battery staple";
export const token = "token-1";

/** One endpoint with an open store, and what tests do with it in one word: all about the user anna. */
export class StoreRig {
  readonly issuer: Issuer;
  readonly endpoint: TestEndpoint;
  store: OfflineStore;
  lastSequence = 0;
  #attempts = 0;

  private constructor(issuer: Issuer, endpoint: TestEndpoint, store: OfflineStore) {
    this.issuer = issuer;
    this.endpoint = endpoint;
    this.store = store;
  }

  static async open(issuer: Issuer, seed = 1): Promise<StoreRig> {
    const endpoint = new TestEndpoint(issuer, seed);
    return new StoreRig(issuer, endpoint, await endpoint.open());
  }

  /** As after a restart: the chain's first key is long forgotten. */
  async reopen(): Promise<void> {
    const { chainKey: _forgotten, ...options } = this.endpoint.options();
    this.store = await this.endpoint.openWith(options);
  }

  attemptId(): string {
    this.#attempts += 1;
    return `attempt-${this.#attempts}`;
  }

  online(codes: number[], sequence = 1, changes: Partial<Bundle> = {}) {
    return this.endpoint.signInOnline(this.store, { userId: "anna", password, sequence, codes }, changes);
  }

  /** The refill key that the slot in force stands for. */
  async prepareAgain(): Promise<PublicKey> {
    const user = { userId: "anna", userName: "anna" };
    const prepared = await this.store.preparePasswordSlot(user, this.issuer.saltOf("anna"), 1, password);
    prepared.discard();
    return prepared.refillKey;
  }

  signIn(code: string, typed = password, rules = noLocalRules): Promise<Outcome> {
    return signInOffline(this.store, this.attemptId(), "anna", typed, code, rules);
  }

  async refill(
    sequence: number,
    codes: number[],
    refillKey: PublicKey,
    inner: Partial<BundleInner> = {},
    outer: Partial<Bundle> = {},
  ) {
    const nowMs = this.store.effectiveTime().nowMs;
    const what = { userId: "anna", sequence, codes, refillKey, nowMs };
    return this.store.storeBundle(await this.issuer.bundle(what, outer, inner), null);
  }

  async eventTypes(): Promise<string[]> {
    return (await this.store.events(10_000)).events.map(({ body }) => body.type);
  }

  async deliverAll(): Promise<void> {
    await this.store.close();
    this.lastSequence = (await this.store.events(10_000)).events.at(-1)?.sequence ?? this.lastSequence;
    await this.store.eventsDelivered(this.lastSequence);
  }
}

export function withPolicy(
  offline: Partial<UserPolicy["offline"]>,
  lockout: Partial<UserPolicy["lockout"]> = {},
): UserPolicy {
  return {
    ...defaultUserPolicy,
    offline: { ...defaultUserPolicy.offline, enabled: true, ...offline },
    lockout: { ...defaultUserPolicy.lockout, ...lockout },
  };
}

export function refusal(reason: string) {
  return expect.objectContaining({ kind: "refused", reason });
}
