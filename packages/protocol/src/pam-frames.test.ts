import fc from "fast-check";
import { describe, expect, it } from "vitest";
import vectors from "../vectors/pam-frames.json" with { type: "json" };
import {
  type AgentFrame,
  conversationMaxFrames,
  createFrameReader,
  encodeFrame,
  frameText,
  type ModuleFrame,
  type PamResultCode,
  payloadMaxBytes,
} from "./pam-frames.ts";

const begin: ModuleFrame = {
  type: "begin",
  action: "authenticate",
  user: "ada",
  service: "sshd",
  prompting: "separate",
};

function fromHex(hex: string): Uint8Array {
  return new Uint8Array(Buffer.from(hex, "hex"));
}

/** The vectors write an answer's bytes as hexadecimal. */
function frameOf(written: Record<string, unknown>): unknown {
  const { valueHex, ...rest } = written;
  return typeof valueHex === "string" ? { ...rest, value: fromHex(valueHex) } : rest;
}

function readAll(from: "module" | "agent", bytes: Uint8Array, chunkBytes = bytes.length || 1) {
  const reader = from === "module" ? createFrameReader("module") : createFrameReader("agent");
  const frames: (ModuleFrame | AgentFrame)[] = [];
  for (let at = 0; at < bytes.length; at += chunkBytes) {
    const reading = reader.push(bytes.subarray(at, at + chunkBytes));
    frames.push(...reading.frames);
    if (reading.kind === "fault") return { fault: reading.fault, frames };
  }
  const end = reader.end();
  return { fault: end.kind === "fault" ? end.fault : null, frames };
}

function concat(...parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}

describe.each(["module", "agent"] as const)("shared vectors of frames from the %s", (from) => {
  // Within a conversation BEGIN comes first; other frames of the module are read after one.
  const before = (hex: string) => (from === "module" && !hex.startsWith("01") ? [encodeFrame(begin)] : []);

  it.each(vectors[from].accepted)("accepts $name", ({ hex, frame }) => {
    const bytes = fromHex(hex);
    const expected = frameOf(frame) as ModuleFrame | AgentFrame;
    const { fault, frames } = readAll(from, concat(...before(hex), bytes));
    expect(fault).toBeNull();
    expect(frames.at(-1)).toStrictEqual(expected);
    expect(encodeFrame(expected)).toStrictEqual(bytes);
  });

  it.each(vectors[from].refused)("refuses $name", ({ hex, fault }) => {
    const lead = concat(...before(hex));
    for (const chunkBytes of [1, 3, 5000]) {
      const outcome = readAll(from, concat(lead, fromHex(hex)), chunkBytes);
      expect(outcome.fault).toBe(fault);
      expect(outcome.frames).toHaveLength(lead.length === 0 ? 0 : 1);
    }
  });
});

const clean = fc.string({ unit: "binary" }).filter((text) => text.isWellFormed() && !/\p{Cc}/u.test(text));
const bytesUpTo = (max: number) => (text: string) => new TextEncoder().encode(text).length <= max;
const named = (max: number) => clean.filter((text) => text.length > 0).filter(bytesUpTo(max));
const lines = fc
  .array(fc.oneof(clean, fc.constantFrom("\n", "\t")))
  .map((parts) => parts.join(""))
  .filter(bytesUpTo(1024));
const resultCode = fc.constantFrom<PamResultCode>(
  "success",
  "auth-error",
  "unavailable",
  "max-tries",
  "ignore",
);

const anyBegin: fc.Arbitrary<ModuleFrame> = fc.record(
  {
    type: fc.constant("begin" as const),
    action: fc.constantFrom("authenticate" as const, "account" as const),
    user: named(256),
    service: named(64),
    rhost: named(256),
    tty: named(64),
    ruser: named(256),
    uid: fc.integer({ min: 0, max: 0xffff_fffe }),
    prompting: fc.constantFrom("separate" as const, "one-line" as const),
  },
  { requiredKeys: ["type", "action", "user", "service", "prompting"], noNullPrototype: true },
);
const plain = { noNullPrototype: true } as const;
const anyAnswer: fc.Arbitrary<ModuleFrame> = fc.record(
  { type: fc.constant("answer" as const), value: fc.uint8Array({ min: 1, maxLength: 1024 }) },
  plain,
);
const anyAgentFrame: fc.Arbitrary<AgentFrame> = fc.oneof(
  fc.record({ type: fc.constant("prompt" as const), echo: fc.boolean(), text: lines }, plain),
  fc.record({ type: fc.constantFrom("info" as const, "error" as const), text: lines }, plain),
  fc.constant({ type: "wait" as const }),
);
const anyResult: fc.Arbitrary<AgentFrame> = fc.record(
  { type: fc.constant("result" as const), code: resultCode, reason: fc.stringMatching(/^[a-z0-9-]{0,64}$/) },
  plain,
);
const moduleConversation = fc
  .tuple(anyBegin, fc.array(anyAnswer, { maxLength: 8 }))
  .map(([first, answers]) => [first, ...answers]);
const agentConversation = fc
  .tuple(fc.array(anyAgentFrame, { maxLength: 8 }), anyResult)
  .map(([frames, last]) => [...frames, last]);
const conversation = fc.oneof(
  moduleConversation.map((frames) => ({ from: "module" as const, frames })),
  agentConversation.map((frames) => ({ from: "agent" as const, frames })),
);

describe("any conversation", () => {
  it("comes back whole, however it is cut into chunks", () => {
    fc.assert(
      fc.property(conversation, fc.integer({ min: 1, max: 700 }), ({ from, frames }, chunkBytes) => {
        const { fault, frames: read } = readAll(from, concat(...frames.map(encodeFrame)), chunkBytes);
        expect(fault).toBeNull();
        expect(read).toStrictEqual(frames);
      }),
    );
  });

  it("once mutated, is read as frames that encode to exactly those bytes, or is refused", () => {
    const mutation = fc.record({
      at: fc.nat(),
      kind: fc.constantFrom("flip", "drop", "insert", "cut", "repeat"),
      byte: fc.integer({ min: 1, max: 255 }),
    });
    fc.assert(
      fc.property(
        conversation,
        fc.array(mutation, { minLength: 1, maxLength: 3 }),
        ({ from, frames }, mutations) => {
          let bytes = concat(...frames.map(encodeFrame));
          for (const { at, kind, byte } of mutations) {
            const index = bytes.length === 0 ? 0 : at % bytes.length;
            const rest = bytes.subarray(index);
            if (kind === "flip") bytes = bytes.map((old, i) => (i === index ? old ^ byte : old));
            else if (kind === "drop") bytes = concat(bytes.subarray(0, index), rest.subarray(1));
            else if (kind === "insert") bytes = concat(bytes.subarray(0, index), Uint8Array.of(byte), rest);
            else if (kind === "cut") bytes = bytes.slice(0, index);
            else bytes = concat(bytes.subarray(0, index), rest, rest);
          }
          const { fault, frames: read } = readAll(from, bytes);
          const again = concat(...read.map(encodeFrame));
          // Fields of BEGIN may come in any order; every other byte is determined by the frames.
          if (fault === null && from === "agent") expect(again).toStrictEqual(bytes);
          expect(again.length).toBeLessThanOrEqual(bytes.length);
          if (fault === null) expect(again).toHaveLength(bytes.length);
        },
      ),
      { numRuns: 500 },
    );
  });

  it("of random bytes never throws and never yields more frames than fit", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), fc.constantFrom("module", "agent"), (bytes, from) => {
        const { frames } = readAll(from, bytes);
        expect(frames.length).toBeLessThanOrEqual(bytes.length / 5);
      }),
      { numRuns: 500 },
    );
  });
});

describe("order and limits", () => {
  const encoded = (...frames: (ModuleFrame | AgentFrame)[]) => concat(...frames.map(encodeFrame));
  const answer: ModuleFrame = { type: "answer", value: Uint8Array.of(1) };
  const cancel: ModuleFrame = { type: "cancel" };
  const wait: AgentFrame = { type: "wait" };
  const result: AgentFrame = { type: "result", code: "success", reason: "" };

  it.each([
    { name: "an answer before BEGIN", from: "module" as const, frames: [answer], whole: 0 },
    { name: "a cancel before BEGIN", from: "module" as const, frames: [cancel], whole: 0 },
    { name: "a second BEGIN", from: "module" as const, frames: [begin, begin], whole: 1 },
    { name: "an answer after CANCEL", from: "module" as const, frames: [begin, cancel, answer], whole: 2 },
    { name: "a BEGIN after CANCEL", from: "module" as const, frames: [begin, cancel, begin], whole: 2 },
    { name: "a second RESULT", from: "agent" as const, frames: [result, result], whole: 1 },
    { name: "a WAIT after RESULT", from: "agent" as const, frames: [wait, result, wait], whole: 2 },
  ])("refuses $name", ({ from, frames, whole }) => {
    const outcome = readAll(from, encoded(...frames));
    expect(outcome.fault).toBe("out-of-order");
    expect(outcome.frames).toHaveLength(whole);
  });

  it("takes 64 frames and refuses the 65th", () => {
    const most = Array.from({ length: conversationMaxFrames }, () => wait);
    expect(readAll("agent", encoded(...most))).toStrictEqual({ fault: null, frames: most });
    const outcome = readAll("agent", encoded(...most, wait));
    expect(outcome.fault).toBe("too-many-frames");
    expect(outcome.frames).toHaveLength(conversationMaxFrames);
  });

  it("stays at its first fault", () => {
    const reader = createFrameReader("agent");
    expect(reader.push(Uint8Array.of(0, 0, 0, 0, 0))).toMatchObject({ kind: "fault", fault: "unknown-type" });
    expect(reader.push(encoded(wait))).toMatchObject({ kind: "fault", fault: "unknown-type", frames: [] });
    expect(reader.end()).toMatchObject({ kind: "fault", fault: "unknown-type" });
  });

  it("refuses a payload over the limit by its header alone", () => {
    const header = Uint8Array.of(0x82, 0, 0, 0x10, 0x01);
    expect(createFrameReader("agent").push(header)).toMatchObject({ fault: "payload-too-long" });
    const longest = concat(Uint8Array.of(0x82, 0, 0, 0x10, 0x00), new Uint8Array(payloadMaxBytes).fill(0x61));
    expect(createFrameReader("agent").push(longest)).toMatchObject({ fault: "malformed-payload" });
  });

  it("hands out answers that later frames do not overwrite", () => {
    const reader = createFrameReader("module");
    const typed = (text: string): ModuleFrame => ({ type: "answer", value: new TextEncoder().encode(text) });
    const first = reader.push(encoded(begin, typed("one"))).frames[1];
    reader.push(encoded(typed("two")));
    expect(first).toStrictEqual(typed("one"));
  });

  it.each<[string, ModuleFrame | AgentFrame]>([
    ["an answer over the limit", { type: "answer", value: new Uint8Array(1025).fill(1) }],
    ["an answer with NUL", { type: "answer", value: Uint8Array.of(0) }],
    ["a text over the limit", { type: "info", text: "x".repeat(1025) }],
    ["a text with an escape", { type: "prompt", echo: false, text: "\u001b[2J" }],
    ["a text with a lone surrogate", { type: "error", text: "\ud800" }],
    ["a reason that is a sentence", { type: "result", code: "auth-error", reason: "Wrong code." }],
    ["a reason over the limit", { type: "result", code: "auth-error", reason: "r".repeat(65) }],
    ["an empty user", { ...begin, user: "" }],
    ["a user over the limit", { ...begin, user: "ü".repeat(129) }],
    ["a user with a lone surrogate", { ...begin, user: "\udfff" }],
    ["a user with a control character", { ...begin, user: "a\u0085" }],
    ["a negative uid", { ...begin, uid: -1 }],
    ["a uid that is no number", { ...begin, uid: Number.NaN }],
    ["a uid over 32 bits", { ...begin, uid: 2 ** 32 }],
  ])("does not encode %s", (_name, frame) => {
    expect(() => encodeFrame(frame)).toThrow(RangeError);
  });
});

describe("frameText", () => {
  it("makes any text fit for a frame and leaves fit ones alone", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 3000 }), (text) => {
        const fit = frameText(text);
        expect(readAll("agent", encodeFrame({ type: "info", text: fit })).fault).toBeNull();
        expect(frameText(fit)).toBe(fit);
      }),
    );
    fc.assert(
      fc.property(lines, (text) => {
        expect(frameText(text)).toBe(text);
      }),
    );
  });

  it("cuts at a character, not within one", () => {
    expect(frameText("€".repeat(400))).toBe("€".repeat(341));
    expect(frameText("one\r\ntwo\rthree\u0007")).toBe("one\ntwo\nthree\u{fffd}");
  });
});
