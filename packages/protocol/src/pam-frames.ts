/**
 * The frames between the PAM module (native/pam) and the agent: u8 type, u32 big-endian payload length, payload.
 * One connection is one conversation. vectors/pam-frames.json binds this codec to the one in C.
 */

/** What the module says about the sign-in that its host (sshd, login, su, …) wants decided. */
export type PamBegin = {
  readonly action: "authenticate" | "account";
  readonly user: string;
  readonly service: string;
  /** Remote host, as the PAM service knows it; absent for a local sign-in. */
  readonly rhost?: string;
  readonly tty?: string;
  /** Who asks, where an account acts for another (su, sudo). */
  readonly ruser?: string;
  /** Absent where the machine has no such account: it is asked about all the same, so that prompts tell nothing. */
  readonly uid?: number;
  /** `one-line`: the client can ask only once, so the person types password and code together. */
  readonly prompting: "separate" | "one-line";
};

export type PamResultCode =
  | "success"
  | "auth-error"
  | "user-unknown"
  | "unavailable"
  | "account-expired"
  | "permission-denied"
  | "max-tries"
  | "ignore";

export type ModuleFrame =
  | ({ readonly type: "begin" } & PamBegin)
  | { readonly type: "answer"; readonly value: Uint8Array }
  | { readonly type: "cancel" };

export type AgentFrame =
  | { readonly type: "prompt"; readonly echo: boolean; readonly text: string }
  | { readonly type: "info" | "error"; readonly text: string }
  /** `reason` is a code for the log such as `cache-exhausted`, never a text for people and never a secret. */
  | { readonly type: "result"; readonly code: PamResultCode; readonly reason: string }
  /** Restarts the module's wait for a reply; its limit for the whole conversation stays. */
  | { readonly type: "wait" };

export type FrameFault =
  | "unknown-type"
  | "payload-too-long"
  | "malformed-payload"
  | "out-of-order"
  | "too-many-frames"
  | "truncated";

/** `frames` are those that were whole before the fault; after a fault nothing more is read. */
export type FrameReading<Frame> =
  | { readonly kind: "frames"; readonly frames: readonly Frame[] }
  | { readonly kind: "fault"; readonly fault: FrameFault; readonly frames: readonly Frame[] };

export type FrameReader<Frame> = {
  push(chunk: Uint8Array): FrameReading<Frame>;
  /** The other side has closed: a fault where it left a frame unfinished. */
  end(): FrameReading<Frame>;
};

export const payloadMaxBytes = 4096;
export const textMaxBytes = 1024;
export const answerMaxBytes = 1024;
/** The module counts both directions together; a reader, its own. */
export const conversationMaxFrames = 64;

const headerBytes = 5;
const reasonMaxBytes = 64;
const protocolVersion = 1;
const largestUid = 0xffff_fffe;

const frameTypes = {
  begin: 0x01,
  answer: 0x02,
  cancel: 0x03,
  prompt: 0x81,
  info: 0x82,
  error: 0x83,
  result: 0x84,
  wait: 0x85,
} as const;

/** A result's place is its number on the wire. */
const resultCodes: readonly PamResultCode[] = [
  "success",
  "auth-error",
  "user-unknown",
  "unavailable",
  "account-expired",
  "permission-denied",
  "max-tries",
  "ignore",
];

/** A field's place is its tag on the wire less two; tag 1 is the version. */
const beginFields = [
  { name: "action", maxBytes: 16, required: true },
  { name: "user", maxBytes: 256, required: true },
  { name: "service", maxBytes: 64, required: true },
  { name: "rhost", maxBytes: 256, required: false },
  { name: "tty", maxBytes: 64, required: false },
  { name: "ruser", maxBytes: 256, required: false },
  { name: "uid", maxBytes: 10, required: false },
  { name: "prompting", maxBytes: 16, required: true },
] as const;
const versionTag = 1;
const firstFieldTag = 2;

/** @throws RangeError where the frame breaks a limit; texts for people pass `frameText` first. */
export function encodeFrame(frame: ModuleFrame | AgentFrame): Uint8Array {
  const payload = encodePayload(frame);
  const bytes = new Uint8Array(headerBytes + payload.length);
  bytes[0] = frameTypes[frame.type];
  new DataView(bytes.buffer).setUint32(1, payload.length);
  bytes.set(payload, headerBytes);
  return bytes;
}

export function createFrameReader(from: "module"): FrameReader<ModuleFrame>;
export function createFrameReader(from: "agent"): FrameReader<AgentFrame>;
export function createFrameReader(from: "module" | "agent"): FrameReader<ModuleFrame | AgentFrame> {
  return from === "module"
    ? reader(decodeModuleFrame, moduleOrder())
    : reader(decodeAgentFrame, agentOrder());
}

/** A text for people made fit for a frame: no control characters but line feed and tab, cut to the limit. */
export function frameText(text: string): string {
  const clean = text.toWellFormed().replace(/\r\n?/g, "\n").replace(uncleanLines, "\u{fffd}");
  if (utf8.encode(clean).length <= textMaxBytes) return clean;
  let fit = "";
  let length = 0;
  for (const character of clean) {
    length += utf8.encode(character).length;
    if (length > textMaxBytes) break;
    fit += character;
  }
  return fit;
}

// Every runtime has these (WHATWG Encoding), no ECMAScript library of TypeScript declares them.
declare const TextEncoder: new () => { encode(text: string): Uint8Array };
declare const TextDecoder: new (
  label: "utf-8",
  options: { fatal: true; ignoreBOM: true },
) => { decode(bytes: Uint8Array): string };
const utf8 = new TextEncoder();
const strictUtf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Control characters (general category Cc) could drive a terminal or forge a log line. */
const unclean = /\p{Cc}/u;
const uncleanLines = /[^\P{Cc}\n\t]/gu;
const reasonPattern = /^[a-z0-9-]*$/;
const uidPattern = /^(?:0|[1-9][0-9]*)$/;

function encodePayload(frame: ModuleFrame | AgentFrame): Uint8Array {
  switch (frame.type) {
    case "begin":
      return encodeBegin(frame);
    case "answer":
      if (frame.value.length > answerMaxBytes || frame.value.includes(0)) throw unfit("answer");
      return frame.value;
    case "cancel":
    case "wait":
      return new Uint8Array(0);
    case "prompt":
      return Uint8Array.of(frame.echo ? 1 : 0, ...encodeText(frame.text));
    case "info":
    case "error":
      return encodeText(frame.text);
    case "result": {
      if (frame.reason.length > reasonMaxBytes || !reasonPattern.test(frame.reason)) throw unfit("reason");
      return Uint8Array.of(resultCodes.indexOf(frame.code), ...utf8.encode(frame.reason));
    }
  }
}

function encodeText(text: string): Uint8Array {
  const bytes = utf8.encode(text);
  if (bytes.length > textMaxBytes || !text.isWellFormed() || text.search(uncleanLines) >= 0)
    throw unfit("text");
  return bytes;
}

function encodeBegin(begin: PamBegin): Uint8Array {
  const parts = [versionTag, 0, 1, protocolVersion];
  if (
    begin.uid !== undefined &&
    !(Number.isInteger(begin.uid) && begin.uid >= 0 && begin.uid <= largestUid)
  ) {
    throw unfit("uid");
  }
  for (const [index, field] of beginFields.entries()) {
    const given = begin[field.name];
    if (given === undefined) continue;
    const text = String(given);
    const bytes = utf8.encode(text);
    if (bytes.length < 1 || bytes.length > field.maxBytes || !text.isWellFormed() || unclean.test(text)) {
      throw unfit(field.name);
    }
    parts.push(index + firstFieldTag, bytes.length >> 8, bytes.length & 0xff, ...bytes);
  }
  return Uint8Array.from(parts);
}

function unfit(what: string): RangeError {
  return new RangeError(`pam frame: ${what} does not fit the protocol`);
}

type Decode<Frame> = (type: number, payload: Uint8Array) => Frame | "unknown-type" | "malformed-payload";

function decodeModuleFrame(type: number, payload: Uint8Array): ReturnType<Decode<ModuleFrame>> {
  switch (type) {
    case frameTypes.begin:
      return decodeBegin(payload) ?? "malformed-payload";
    case frameTypes.answer:
      if (payload.length > answerMaxBytes || payload.includes(0)) return "malformed-payload";
      return { type: "answer", value: payload.slice() };
    case frameTypes.cancel:
      return payload.length === 0 ? { type: "cancel" } : "malformed-payload";
    default:
      return "unknown-type";
  }
}

function decodeAgentFrame(type: number, payload: Uint8Array): ReturnType<Decode<AgentFrame>> {
  const [first] = payload;
  switch (type) {
    case frameTypes.prompt: {
      const text = decodeText(payload.subarray(1));
      if (first === undefined || first > 1 || text === null) return "malformed-payload";
      return { type: "prompt", echo: first === 1, text };
    }
    case frameTypes.info:
    case frameTypes.error: {
      const text = decodeText(payload);
      return text === null
        ? "malformed-payload"
        : { type: type === frameTypes.info ? "info" : "error", text };
    }
    case frameTypes.result: {
      const code = first === undefined ? undefined : resultCodes[first];
      const reason = decodeUtf8(payload.subarray(1), reasonMaxBytes);
      if (code === undefined || reason === null || !reasonPattern.test(reason)) return "malformed-payload";
      return { type: "result", code, reason };
    }
    case frameTypes.wait:
      return payload.length === 0 ? { type: "wait" } : "malformed-payload";
    default:
      return "unknown-type";
  }
}

function decodeUtf8(bytes: Uint8Array, maxBytes: number): string | null {
  if (bytes.length > maxBytes) return null;
  try {
    return strictUtf8.decode(bytes);
  } catch {
    return null;
  }
}

function decodeText(bytes: Uint8Array): string | null {
  const text = decodeUtf8(bytes, textMaxBytes);
  return text === null || text.search(uncleanLines) >= 0 ? null : text;
}

function decodeBegin(payload: Uint8Array): ModuleFrame | null {
  const fields = new Map<string, string>();
  let at = 4;
  if (payload[0] !== versionTag || payload[1] !== 0 || payload[2] !== 1 || payload[3] !== protocolVersion)
    return null;
  while (at < payload.length) {
    const field = beginFields[(payload[at] ?? 0) - firstFieldTag];
    const length = ((payload[at + 1] ?? 0) << 8) | (payload[at + 2] ?? 0);
    const end = at + 3 + length;
    if (field === undefined || fields.has(field.name) || length === 0 || end > payload.length) return null;
    const text = decodeUtf8(payload.subarray(at + 3, end), field.maxBytes);
    if (text === null || unclean.test(text)) return null;
    fields.set(field.name, text);
    at = end;
  }
  return beginOf(fields);
}

function beginOf(fields: ReadonlyMap<string, string>): ModuleFrame | null {
  const action = fields.get("action");
  const prompting = fields.get("prompting");
  const user = fields.get("user");
  const service = fields.get("service");
  const rhost = fields.get("rhost");
  const tty = fields.get("tty");
  const ruser = fields.get("ruser");
  const uid = fields.get("uid");
  if (user === undefined || service === undefined) return null;
  if (action !== "authenticate" && action !== "account") return null;
  if (prompting !== "separate" && prompting !== "one-line") return null;
  if (uid !== undefined && (!uidPattern.test(uid) || Number(uid) > largestUid)) return null;
  return {
    type: "begin",
    action,
    user,
    service,
    ...(rhost === undefined ? {} : { rhost }),
    ...(tty === undefined ? {} : { tty }),
    ...(ruser === undefined ? {} : { ruser }),
    ...(uid === undefined ? {} : { uid: Number(uid) }),
    prompting,
  };
}

/** Whether a frame may come now. */
type Order<Frame> = (frame: Frame) => boolean;

/** BEGIN first and only once; nothing after CANCEL. */
function moduleOrder(): Order<ModuleFrame> {
  let at: "start" | "talking" | "ended" = "start";
  return (frame) => {
    if (at === "ended" || (frame.type === "begin") !== (at === "start")) return false;
    at = frame.type === "cancel" ? "ended" : "talking";
    return true;
  };
}

/** Nothing after RESULT. */
function agentOrder(): Order<AgentFrame> {
  let ended = false;
  return (frame) => {
    if (ended) return false;
    ended = frame.type === "result";
    return true;
  };
}

function reader<Frame extends { readonly type: string }>(
  decode: Decode<Frame>,
  inOrder: Order<Frame>,
): FrameReader<Frame> {
  // Holds one frame at most, whatever is pushed, and is wiped after each: frames carry what people typed.
  const held = new Uint8Array(headerBytes + payloadMaxBytes);
  const view = new DataView(held.buffer);
  let length = 0;
  let count = 0;
  let fault: FrameFault | null = null;

  function fail(why: FrameFault): void {
    held.fill(0);
    fault = why;
  }

  function take(frames: Frame[]): void {
    const frame = decode(held[0] ?? 0, held.subarray(headerBytes, length));
    held.fill(0, 0, length);
    length = 0;
    count += 1;
    if (typeof frame === "string") fail(frame);
    else if (!inOrder(frame)) fail("out-of-order");
    else if (count > conversationMaxFrames) fail("too-many-frames");
    else frames.push(frame);
  }

  function reading(frames: readonly Frame[]): FrameReading<Frame> {
    return fault === null ? { kind: "frames", frames } : { kind: "fault", fault, frames };
  }

  return {
    push(chunk) {
      const frames: Frame[] = [];
      let at = 0;
      while (fault === null && at < chunk.length) {
        const wanted = length < headerBytes ? headerBytes : headerBytes + view.getUint32(1);
        const part = chunk.subarray(at, at + wanted - length);
        held.set(part, length);
        length += part.length;
        at += part.length;
        if (length < headerBytes) break;
        const whole = headerBytes + view.getUint32(1);
        if (whole > held.length) fail("payload-too-long");
        else if (length === whole) take(frames);
      }
      return reading(frames);
    },
    end() {
      if (fault === null && length > 0) fail("truncated");
      return reading([]);
    },
  };
}
