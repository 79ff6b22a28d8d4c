import type { Bundle } from "@holdfast/protocol/bundle";
import { openOfflineStore } from "../offline-store.ts";
import type { DeviceHmac, OfflineStore, OfflineStoreOptions, PasswordKdf } from "../types.ts";
import type { Issuer } from "./issuer.ts";
import { SimulatedDisk } from "./simulated-disk.ts";
import { FastTestKdf, SeededRandom, SimulatedClocks, simulatedDevice } from "./simulated-ports.ts";

/** One simulated machine with its disk, clocks and store. */
export class TestEndpoint {
  readonly issuer: Issuer;
  readonly random: SeededRandom;
  readonly disk: SimulatedDisk;
  readonly clocks = new SimulatedClocks();
  readonly kdf: PasswordKdf & { derivations: number } = new FastTestKdf();
  device: DeviceHmac = simulatedDevice("this machine");

  constructor(issuer: Issuer, seed: string | number = 1) {
    this.issuer = issuer;
    this.random = new SeededRandom(seed);
    this.disk = new SimulatedDisk(this.random.number);
  }

  options(): OfflineStoreOptions {
    return {
      files: this.disk.files,
      counter: this.disk.counter,
      device: this.device,
      kdf: this.kdf,
      clocks: this.clocks,
      random: this.random.bytes,
      trust: this.issuer.trust(),
      endpointId: this.issuer.endpointId,
      agentVersion: "0.1.0",
      chainKey: this.issuer.chainKey,
    };
  }

  open(changes: Partial<OfflineStoreOptions> = {}): Promise<OfflineStore> {
    return this.openWith({ ...this.options(), ...changes });
  }

  openWith(options: OfflineStoreOptions): Promise<OfflineStore> {
    return openOfflineStore(options);
  }

  /** What follows an online sign-in of a user: slot, bundle with these counters' codes, acknowledged counters. */
  async signInOnline(
    store: OfflineStore,
    what: { userId: string; password: string; sequence: number; codes: readonly number[]; tokenId?: string },
    changes: Partial<Bundle> = {},
  ) {
    const { userId, password } = what;
    await store.onlineSuccess(userId, null);
    const salt = changes.offlineSalt ?? this.issuer.saltOf(userId);
    const prepared = await store.preparePasswordSlot(
      { userId, userName: userId },
      salt,
      changes.credentialEpoch ?? 1,
      password,
    );
    const nowMs = store.effectiveTime().nowMs;
    const document = await this.issuer.bundle({ ...what, refillKey: prepared.refillKey, nowMs }, changes);
    const stored = await store.storeBundle(document, prepared);
    prepared.discard();
    return { stored, refillKey: prepared.refillKey };
  }
}

export function range(from: number, count: number): number[] {
  return Array.from({ length: count }, (_, at) => from + at);
}
