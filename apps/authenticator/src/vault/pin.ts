/** The key that a PIN makes. */
import { trustedWorkerUrl } from "../frame/trusted-worker-url.ts";
import type { PinHash } from "./pin-hash.ts";
import pinWorkerUrl from "./pin-worker.ts?worker&url";

/** As the offline store's (SECURITY §1). */
export const pinHashCost = { memoryKiB: 64 * 1024, passes: 3, lanes: 1 } as const;

/** 32 bytes; in a worker, because it takes a third of a second and more. */
export function pinSecret(pin: string, hash: PinHash): Promise<Uint8Array<ArrayBuffer>> {
  const worker = new Worker(trustedWorkerUrl(pinWorkerUrl) as string, { type: "module" });
  return new Promise<Uint8Array<ArrayBuffer>>((resolve, reject) => {
    worker.onmessage = ({ data }: MessageEvent<Uint8Array<ArrayBuffer>>) => resolve(data);
    worker.onerror = (event) => reject(new Error(`the PIN could not be hashed: ${event.message}`));
    worker.postMessage({ pin, ...hash });
  }).finally(() => worker.terminate());
}
