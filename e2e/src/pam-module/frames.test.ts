import { type AgentFrame, createFrameReader } from "@holdfast/protocol/pam-frames";
import vectors from "@holdfast/protocol/vectors/pam-frames.json" with { type: "json" };
import fc from "fast-check";
import { expect, test } from "vitest";
import { run, runOk } from "../../rig/process.ts";
import { describeWhere } from "../../rig/requirements.ts";
import { built } from "./module-build.ts";

const resultCodes = [
  "success",
  "auth-error",
  "user-unknown",
  "unavailable",
  "account-expired",
  "permission-denied",
  "max-tries",
  "ignore",
];
const agentTypes: Record<AgentFrame["type"], string> = {
  prompt: "81",
  info: "82",
  error: "83",
  result: "84",
  wait: "85",
};

/** What the C codec makes of each frame, one line each; the sanitizers watch. */
async function decodeInC(frames: readonly string[]): Promise<string[]> {
  const { stdout } = await runOk(await built("host-sanitized"), ["decode"], {
    input: frames.map((hex) => `${hex}\n`).join(""),
  });
  return stdout.split("\n").slice(0, -1);
}

function expectedLine(frame: AgentFrame): string {
  const text = frame.type === "result" ? frame.reason : frame.type === "wait" ? "" : frame.text;
  const echo = frame.type === "prompt" && frame.echo ? 1 : 0;
  const code = frame.type === "result" ? resultCodes.indexOf(frame.code) : 0;
  return `${agentTypes[frame.type]} ${echo} ${code} text ${Buffer.from(text).toString("hex")}`;
}

/** The same judgement by the TypeScript codec, for exactly one frame. */
function decodeInTypeScript(hex: string): string {
  const reader = createFrameReader("agent");
  const reading = reader.push(new Uint8Array(Buffer.from(hex, "hex")));
  const [frame, ...more] = reading.frames;
  if (reading.kind === "fault" || reader.end().kind === "fault" || frame === undefined || more.length > 0) {
    return "refused";
  }
  return expectedLine(frame);
}

describeWhere(["gcc", "make", "pam-headers"], "the module's frame codec", () => {
  test("decodes every accepted vector of the agent's frames to the same fields", async () => {
    const accepted = vectors.agent.accepted;
    expect(await decodeInC(accepted.map(({ hex }) => hex))).toEqual(
      accepted.map(({ frame }) => expectedLine(frame as AgentFrame)),
    );
  });

  test("refuses every refused vector of the agent's frames", async () => {
    // A header over the limit is refused before a payload is read; here the payload is simply missing.
    const refused = vectors.agent.refused;
    expect(await decodeInC(refused.map(({ hex }) => hex))).toEqual(refused.map(() => "refused"));
  });

  test("judges mutated and random frames as the TypeScript codec does", async () => {
    const known = vectors.agent.accepted.map(({ hex }) => hex);
    const mutated = fc
      .record({
        hex: fc.constantFrom(...known),
        at: fc.nat(40),
        bit: fc.integer({ min: 1, max: 255 }),
        cut: fc.nat(3),
      })
      .map(({ hex, at, bit, cut }) => {
        const bytes = Buffer.from(hex, "hex");
        const index = at % bytes.length;
        bytes[index] = (bytes[index] ?? 0) ^ bit;
        return bytes.subarray(0, bytes.length - (cut === 3 ? 1 : 0)).toString("hex");
      });
    const random = fc
      .tuple(fc.integer({ min: 0x80, max: 0x86 }), fc.uint8Array({ maxLength: 24 }))
      .map(([type, payload]) => Buffer.from([type, 0, 0, 0, payload.length, ...payload]).toString("hex"));
    const frames = fc.sample(fc.oneof(mutated, random), 20_000);
    const judged = await decodeInC(frames);
    expect(judged).toHaveLength(frames.length);
    const disagreements = frames.filter((hex, index) => judged[index] !== decodeInTypeScript(hex));
    expect(disagreements).toEqual([]);
    expect(judged.filter((line) => line === "refused").length).toBeGreaterThan(1_000);
    expect(judged.filter((line) => line !== "refused").length).toBeGreaterThan(1_000);
  });

  test.each(vectors.module.accepted.filter(({ frame }) => frame.valueHex !== ""))(
    "encodes $name",
    async ({ hex, frame }) => {
      const fields = [frame.action, frame.user, frame.service, frame.rhost, frame.tty, frame.ruser];
      const begin = [...fields, frame.uid, frame.prompting].map((value) => `${value ?? "-"}`);
      const typed = Buffer.from(frame.valueHex ?? "", "hex");
      // An argument of a process is text: an answer that is none is passed through a shell's printf.
      const octal = [...typed].map((byte) => `\\${byte.toString(8).padStart(3, "0")}`).join("");
      const host = await built("host");
      const { stdout } =
        frame.type === "answer"
          ? await runOk("sh", ["-c", `exec "$0" encode answer "$(printf '${octal}')"`, host])
          : await runOk(host, ["encode", frame.type, ...(frame.type === "begin" ? begin : [])]);
      expect(stdout.trim()).toBe(hex);
    },
  );

  test.each([
    ["an answer over 1024 bytes", ["answer", "a".repeat(1025)]],
    ["a user over 256 bytes", ["begin", "account", "u".repeat(257), "s", "-", "-", "-", "-", "separate"]],
    ["an empty user", ["begin", "account", "", "s", "-", "-", "-", "-", "separate"]],
    ["no user", ["begin", "account", "-", "s", "-", "-", "-", "-", "separate"]],
    ["a user with an escape", ["begin", "account", "a\u001b[m", "s", "-", "-", "-", "-", "separate"]],
    ["a service over 64 bytes", ["begin", "account", "u", "s".repeat(65), "-", "-", "-", "-", "separate"]],
  ])("does not encode %s", async (_name, args) => {
    const { stdout, code } = await run(await built("host-sanitized"), ["encode", ...args]);
    expect({ code, stdout }).toEqual({ code: 0, stdout: "refused\n" });
  });
});
