import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { needsCodeOffline } from "@holdfast/core/policy/workflows";
import { codeLength, givenPart } from "@holdfast/core/sign-in/given-part";
import type { BundleTrust, LocalRules, OfflineStore, PreparedSlot } from "@holdfast/offline-store/types";
import type { Workflow } from "@holdfast/protocol/policy";
import type { Logger } from "pino";
import type { Connection } from "../connectivity/connection.ts";
import { serverApi } from "../transport/server-api.ts";
import type { Call, ServerAnswer, ServerClient } from "../transport/server-client.ts";

/** An online success just now, and the password that was right; kept in memory until the slot is made. */
export type FreshSignIn = {
  readonly userId: string;
  readonly userName: string;
  readonly grant: string;
  /** `line`: password and code in one; the code is its end. */
  readonly password: { readonly text: string; readonly line: boolean };
};

export type RefillPorts = {
  readonly client: ServerClient;
  readonly connection: Connection;
  readonly store: OfflineStore;
  readonly trust: BundleTrust;
  readonly rules: LocalRules;
  readonly log: Logger;
};

/** What this endpoint signs people in to. */
const workflow: Workflow = "workstation";
/** Tries of one exchange; a grant is good for five minutes. */
const pausesMs = [0, 1000, 3000, 10_000, 30_000];
const pauseStepMs = 500;
/** Refills asked for at a time, so that sign-ins come first. */
const maximumQueue = 200;

/**
 * Fetches offline bundles, in the background and one after the other: with a new slot after an online sign-in, without
 * one when the server says that a refill is due. A lost answer is asked for again under the same request id.
 */
export class Refills {
  readonly #ports: RefillPorts;
  readonly #waiting = new Map<string, FreshSignIn | null>();
  #working: Promise<void> | null = null;
  /** Whose bundle is asked for right now, for the first time: what the server answers is fresh. */
  #asking: string | null = null;
  #stopped = new AbortController();

  constructor(ports: RefillPorts) {
    this.#ports = ports;
  }

  /** Makes this user's slot, with one Argon2id, and fetches a bundle for it. A later sign-in replaces an earlier one. */
  afterSignIn(signIn: FreshSignIn): void {
    // Where offline sign-in is off nothing is kept.
    if (!this.#ports.rules.offlineEnabled) return;
    this.#enqueue(signIn.userName, signIn);
  }

  /** Fetches a bundle for the slot that is there. One that is just being asked for is enough. */
  due(userName: string): void {
    if (!this.#ports.rules.offlineEnabled || this.#waiting.has(userName) || this.#asking === userName) return;
    this.#enqueue(userName, null);
  }

  /** Resolves when nothing is left to fetch. */
  async idle(): Promise<void> {
    while (this.#working !== null) await this.#working;
  }

  async stop(): Promise<void> {
    this.#stopped.abort();
    this.#waiting.clear();
    await this.idle();
  }

  #enqueue(userName: string, signIn: FreshSignIn | null): void {
    if (this.#stopped.signal.aborted) return;
    if (this.#waiting.size >= maximumQueue && !this.#waiting.has(userName)) return;
    this.#waiting.set(userName, signIn);
    this.#working ??= this.#work().finally(() => {
      this.#working = null;
    });
  }

  async #work(): Promise<void> {
    for (;;) {
      const [next] = this.#waiting;
      if (next === undefined) return;
      const [userName, signIn] = next;
      this.#waiting.delete(userName);
      this.#asking = userName;
      try {
        if (signIn !== null) await this.#prepareAndFetch(signIn);
        else {
          const document = await this.#request(userName, null);
          if (document !== null) await this.#store(document, null);
        }
      } catch (fault) {
        this.#ports.log.error({ err: fault }, "a refill failed");
      } finally {
        this.#asking = null;
      }
    }
  }

  async #prepareAndFetch(signIn: FreshSignIn): Promise<void> {
    const { store, rules } = this.#ports;
    const parameters = await this.#ask(serverApi.slotParameters(signIn.grant));
    if (parameters === null) return;
    const { text, line } = signIn.password;
    const known = await store.facts(signIn.userName, rules);
    let cut = line ? codeLength(needsCodeOffline(known.policy, workflow), known.token) : 0;
    for (;;) {
      const { userId, offlineSalt, credentialEpoch } = parameters;
      const password = givenPart(text, { allButLast: cut });
      const user = { userId, userName: signIn.userName };
      const prepared = await store.preparePasswordSlot(user, offlineSalt, credentialEpoch, password);
      try {
        const document = await this.#request(signIn.userName, { prepared, grant: signIn.grant });
        if (document === null) return;
        const right = line ? await this.#codeLengthBy(document, cut) : 0;
        if (right === cut) return await this.#store(document, prepared);
        // The line was cut in the wrong place: the bundle knows what was asked for, and how long this token's codes are.
        cut = right;
      } finally {
        prepared.discard();
      }
    }
  }

  async #codeLengthBy(document: string, presumed: number): Promise<number> {
    const opened = await this.#ports.trust.openBundle(document);
    if (opened.kind === "refused") return presumed;
    const { policy, token } = opened.bundle;
    return codeLength(needsCodeOffline(policy, workflow), token);
  }

  async #request(
    userName: string,
    slot: { readonly prepared: PreparedSlot; readonly grant: string } | null,
  ): Promise<string | null> {
    const answer = await this.#ask(
      serverApi.bundle({
        requestId: randomBytes(16).toString("base64url"),
        userName,
        ...(slot === null ? {} : { grant: slot.grant, refillKey: slot.prepared.refillKey }),
      }),
    );
    return answer?.bundle ?? null;
  }

  async #store(document: string, prepared: PreparedSlot | null): Promise<void> {
    const { store, log } = this.#ports;
    const stored = await store.storeBundle(document, prepared);
    this.#asking = null;
    if (stored.kind === "refused") {
      log.warn({ why: stored.why }, "a bundle was refused");
      return;
    }
    const { userId, epoch, sequence } = stored;
    log.info({ userId, epoch, sequence }, "an offline bundle was stored");
    await this.#ask(serverApi.acknowledgeBundle({ userId, epoch, sequence }));
  }

  /** The answer, or null where the server refuses or stays away. */
  async #ask<T>(call: Call<T>): Promise<T | null> {
    const { connection, client, log } = this.#ports;
    for (const pauseMs of pausesMs) {
      if (pauseMs > 0) await this.#pause(pauseMs);
      if (this.#stopped.signal.aborted) return null;
      const server = connection.candidates().servers[0]?.server;
      if (server === undefined) continue;
      const answer: ServerAnswer<T> = await client.call(server, { ...call, signal: this.#stopped.signal });
      if (answer.kind === "answered") return answer.value;
      if (answer.kind === "problem") {
        // An administrator who allows no offline sign-in is no trouble.
        const level = answer.problem.code === "bundle-refused" ? "debug" : "warn";
        log[level](
          { path: call.path, code: answer.problem.code, detail: answer.problem.detail },
          "the server declined",
        );
        return null;
      }
      log.debug({ path: call.path, why: answer.why }, "no answer");
    }
    return null;
  }
  /** Ends early once a server is there again: others wait in the queue, and an outage may be about to begin anew. */
  async #pause(ms: number): Promise<void> {
    // What the server would answer to a request repeated after this may be old by then.
    this.#asking = null;
    const someServer = () => this.#ports.connection.candidates().servers.length > 0;
    let gone = !someServer();
    for (let leftMs = ms; leftMs > 0; leftMs -= pauseStepMs) {
      const step = sleep(Math.min(leftMs, pauseStepMs), undefined, { signal: this.#stopped.signal });
      await step.catch(() => undefined);
      if (this.#stopped.signal.aborted || (gone && someServer())) return;
      // What failed may be the first news of an outage, so that it is noticed only now.
      gone ||= !someServer();
    }
  }
}
