import { argon2id } from "hash-wasm/dist/argon2.umd.min.js";
import type { PinHash } from "./pin-hash.ts";

addEventListener("message", async ({ data }: MessageEvent<PinHash & { readonly pin: string }>) => {
  const { pin, salt, memoryKiB, passes, lanes } = data;
  const secret = await argon2id({
    password: pin,
    salt,
    iterations: passes,
    parallelism: lanes,
    memorySize: memoryKiB,
    hashLength: 32,
    outputType: "binary",
  });
  postMessage(secret);
});
