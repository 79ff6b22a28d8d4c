import type { StoreState } from "@holdfast/protocol/stored-files";
import { storeState } from "@holdfast/protocol/stored-files";
import {
  concatBytes,
  fromBase64url,
  lengthPrefixed,
  parseJson,
  sameBytes,
  sha256,
  toBase64url,
  utf8ToBytes,
} from "./bytes.ts";
import type { DeviceHmac } from "./types.ts";

export const stateFileName = "state";

/** Far above a thousand users with a hundred tokens each. */
const maxBytes = 32 * 1024 * 1024;
const newline = 0x0a;
const macLength = 43;

/** One line of JSON, one line with its MAC by the device key. */
export async function encodeState(state: StoreState, device: DeviceHmac): Promise<Uint8Array> {
  const json = utf8ToBytes(JSON.stringify(storeState.parse(state)));
  const mac = await stateMac(json, state.endpointId, device);
  return concatBytes(json, utf8ToBytes(`\n${toBase64url(mac)}\n`));
}

export type DecodedState =
  | { readonly kind: "ok"; readonly state: StoreState }
  | { readonly kind: "refused"; readonly why: "too-large" | "malformed" | "wrong-mac" | "other-endpoint" };

/** The MAC is checked before anything is parsed. */
export async function decodeState(
  bytes: Uint8Array,
  endpointId: string,
  device: DeviceHmac,
): Promise<DecodedState> {
  if (bytes.length > maxBytes) return { kind: "refused", why: "too-large" };
  const split = bytes.length - macLength - 2;
  if (split < 2 || bytes[split] !== newline || bytes.at(-1) !== newline)
    return { kind: "refused", why: "malformed" };
  const json = bytes.subarray(0, split);
  const mac = fromBase64url(new TextDecoder().decode(bytes.subarray(split + 1, -1)));
  if (!mac || !sameBytes(mac, await stateMac(json, endpointId, device)))
    return { kind: "refused", why: "wrong-mac" };
  const parsed = storeState.safeParse(parseJson(json));
  if (!parsed.success) return { kind: "refused", why: "malformed" };
  return parsed.data.endpointId === endpointId
    ? { kind: "ok", state: parsed.data }
    : { kind: "refused", why: "other-endpoint" };
}

function stateMac(json: Uint8Array, endpointId: string, device: DeviceHmac): Promise<Uint8Array> {
  return device.hmac(lengthPrefixed("holdfast state v1", endpointId, sha256(json)));
}
