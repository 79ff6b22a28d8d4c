/** Of Argon2id (RFC 9106), kept with what it protects. */
export type PinHash = {
  readonly salt: Uint8Array<ArrayBuffer>;
  readonly memoryKiB: number;
  readonly passes: number;
  readonly lanes: number;
};
