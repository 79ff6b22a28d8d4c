import { join } from "node:path";
import {
  type AgentFrame,
  conversationMaxFrames,
  createFrameReader,
  encodeFrame,
  type PamResultCode,
} from "@holdfast/protocol/pam-frames";
import vectors from "@holdfast/protocol/vectors/pam-frames.json" with { type: "json" };
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { start } from "../../rig/process.ts";
import { describeWhere } from "../../rig/requirements.ts";
import { type TemporaryDirectory, temporaryDirectory } from "../../rig/temporary-directory.ts";
import { type HostRun, type PamStatus, runHost, unavailableText } from "./host.ts";
import { built } from "./module-build.ts";
import { type AgentTalk, startScriptedAgent } from "./scripted-agent.ts";

const success: AgentFrame = { type: "result", code: "success", reason: "signed-in" };
const prompt: AgentFrame = { type: "prompt", echo: false, text: "Password: " };
const wait: AgentFrame = { type: "wait" };
const bytesOf = (...frames: readonly AgentFrame[]) => Buffer.concat(frames.map(encodeFrame));
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** The test programs' own limits (native/pam/Makefile), in place of 1 s, 20 s and 90 s. */
const connectMs = 300;
const replyMs = 400;
const conversationMs = 1_000;
/** A process starts, loads the sanitizers and ends in that time, also on a busy machine. */
const graceMs = 5_000;

/** RESULT, once the module has begun to speak, and the end. */
const answerWith =
  (...parts: readonly (AgentFrame | Uint8Array)[]) =>
  async (agent: AgentTalk) => {
    await agent.next();
    agent.send(...parts);
    agent.end();
  };

describeWhere(["gcc", "make", "pam-headers"], "an agent that breaks the protocol", () => {
  let directory: TemporaryDirectory;
  let socket: string;
  beforeAll(async () => {
    directory = await temporaryDirectory("hostile-agent", 0o755);
    socket = join(directory.path, "pam.sock");
    await built("host-sanitized");
  });
  afterAll(() => directory[Symbol.asyncDispose]());

  async function talk(script: (agent: AgentTalk) => Promise<void> | void, options: Partial<HostRun> = {}) {
    await using agent = await startScriptedAgent(socket, script);
    const host = await runHost({ socket, answers: ["secret"], ...options });
    return { ...host, heard: agent.heard };
  }
  function expectUnavailable(done: Awaited<ReturnType<typeof talk>>, why: string) {
    expect(done).toMatchObject({ status: "PAM_AUTHINFO_UNAVAIL", leakedDescriptors: 0 });
    expect(done.shown.at(-1)).toEqual({ kind: "error", text: unavailableText });
    expect(done.log).toEqual([
      { priority: 3, text: `authenticate user=root: holdfast-agent is not answering: ${why}` },
    ]);
  }

  test.each(vectors.agent.refused)("is unavailable: $name", async ({ hex, fault }) => {
    const done = await talk(answerWith(Buffer.from(hex, "hex")));
    const closed = fault === "truncated";
    expectUnavailable(
      done,
      closed ? "connection closed within the conversation" : "malformed or unexpected frame",
    );
  });

  test("hangs up after any number of bytes: unavailable until the RESULT is whole", async () => {
    const whole = bytesOf(wait, { type: "info", text: "Hello." }, success);
    for (let length = 0; length <= whole.length; length++) {
      const done = await talk(answerWith(whole.subarray(0, length)));
      if (length < whole.length) expectUnavailable(done, "connection closed within the conversation");
      else expect(done.status).toBe("PAM_SUCCESS");
    }
  });

  test("drops the connection before, within and after a prompt", async () => {
    const dropped = await talk((agent) => {
      agent.socket.destroy();
    });
    expectUnavailable(dropped, "connection closed within the conversation");
    const within = await talk(async (agent) => {
      await agent.next();
      agent.send(prompt);
      await agent.next();
      agent.socket.destroy();
    });
    expectUnavailable(within, "connection closed within the conversation");
  });

  test("says nothing at all: unavailable after the reply limit", async () => {
    const done = await talk(() => undefined);
    expectUnavailable(done, "no answer in time");
    expect(done.elapsedMs).toBeGreaterThanOrEqual(replyMs);
    expect(done.elapsedMs).toBeLessThan(replyMs + graceMs);
  });

  test("drips its bytes: the reply limit is the frame's, not the byte's", async () => {
    const done = await talk(async (agent) => {
      await agent.next();
      for (const byte of bytesOf(success)) {
        agent.send(Uint8Array.of(byte));
        await pause(100);
      }
    });
    expectUnavailable(done, "no answer in time");
    expect(done.elapsedMs).toBeLessThan(replyMs + graceMs);
  });

  test("says WAIT in time: the reply limit starts anew", async () => {
    const done = await talk(async (agent) => {
      await agent.next();
      for (const _ of [1, 2, 3]) {
        await pause(250);
        agent.send(wait);
      }
      agent.send(success);
    });
    expect(done.status).toBe("PAM_SUCCESS");
  });

  test("says WAIT for ever: the limit for the conversation holds", async () => {
    const done = await talk(async (agent) => {
      await agent.next();
      while (agent.socket.writable) {
        agent.send(wait);
        await pause(100);
      }
    });
    expectUnavailable(done, "no answer in time");
    expect(done.elapsedMs).toBeGreaterThanOrEqual(conversationMs);
    expect(done.elapsedMs).toBeLessThan(conversationMs + graceMs);
  });

  test("sends more frames than a conversation may have", async () => {
    // BEGIN is the first of them.
    const most = Array.from({ length: conversationMaxFrames - 2 }, () => wait);
    expect((await talk(answerWith(...most, success))).status).toBe("PAM_SUCCESS");
    expectUnavailable(await talk(answerWith(...most, wait, success)), "too many frames");
  });

  test("asks for ever: the frames of both directions count", async () => {
    const done = await talk(
      async (agent) => {
        while ((await agent.next()) !== null) agent.send(prompt);
      },
      { answers: Array.from({ length: 60 }, () => "x") },
    );
    // BEGIN, then prompts and answers in turn: the 64th frame is a prompt, its answer would be the 65th.
    expect(done.status).toBe("PAM_AUTHINFO_UNAVAIL");
    expect(done.heard[0]).toHaveLength(32);
  });

  test("floods with large frames", async () => {
    const flood = Buffer.alloc(4 * 1024 * 1024, 0x82);
    expectUnavailable(await talk(answerWith(flood)), "malformed or unexpected frame");
  });

  test("refuses and hangs up before it read anything: its reason is told", async () => {
    const early = (frame: AgentFrame) => async (agent: AgentTalk) => {
      agent.socket.pause();
      agent.send(frame);
      await pause(20);
      agent.socket.destroySoon();
    };
    const busy = await talk(early({ type: "result", code: "unavailable", reason: "busy" }));
    expect(busy).toMatchObject({ status: "PAM_AUTHINFO_UNAVAIL" });
    expect(busy.log.at(-1)?.text).toContain("reason=busy");
  });

  test("gave up while the person was typing: its refusal is told, a success without the answer is not", async () => {
    const overtaken = (last: AgentFrame) => async (agent: AgentTalk) => {
      await agent.next();
      agent.send(prompt, last);
      agent.socket.destroySoon();
    };
    const slow = { conversation: "slow" } as const;
    const timedOut = await talk(overtaken({ type: "result", code: "auth-error", reason: "timed-out" }), slow);
    expect(timedOut).toMatchObject({ status: "PAM_AUTH_ERR" });
    expect(timedOut.log.at(-1)?.text).toContain("reason=timed-out");
    expectUnavailable(await talk(overtaken(success), slow), "connection closed within the conversation");
    expectUnavailable(await talk(overtaken(prompt), slow), "connection closed within the conversation");
  });

  test("has its queue full: unavailable after the connect limit", async () => {
    await using listener = await start(await built("host"), ["crowd", socket]);
    await listener.waitForOutput("crowded");
    const done = await runHost({ socket });
    expectUnavailable({ ...done, heard: [] }, "no answer in time");
    expect(done.elapsedMs).toBeGreaterThanOrEqual(connectMs);
    expect(done.elapsedMs).toBeLessThan(connectMs + graceMs);
  });

  test("sends random or changed bytes: the module's word is exactly what the frames before the first fault say", async () => {
    const conversations = fc.sample(
      fc.record({
        frames: fc.array(fc.constantFrom<AgentFrame>(wait, prompt, { type: "info", text: "i" }), {
          maxLength: 5,
        }),
        at: fc.nat(),
        noise: fc.uint8Array({ minLength: 1, maxLength: 12 }),
        last: fc.constantFrom<AgentFrame>(success, { type: "result", code: "auth-error", reason: "x" }),
      }),
      150,
    );
    const seen = new Set<string>();
    for (const { frames, at, noise, last } of conversations) {
      const bytes = bytesOf(...frames, last);
      const index = at % bytes.length;
      const changed = Buffer.concat([bytes.subarray(0, index), noise, bytes.subarray(index + noise.length)]);
      const done = await talk(answerWith(changed), { answers: ["1", "2", "3", "4", "5", "6"] });
      expect({ changed: changed.toString("hex"), status: done.status }).toEqual({
        changed: changed.toString("hex"),
        status: verdictOf(changed),
      });
      expect(done.leakedDescriptors).toBe(0);
      seen.add(done.status);
    }
    expect([...seen]).toContain("PAM_AUTHINFO_UNAVAIL");
  });
});

/** What the TypeScript codec makes of the same bytes. */
function verdictOf(bytes: Uint8Array): PamStatus {
  const [last] = createFrameReader("agent")
    .push(bytes)
    .frames.filter((frame) => frame.type === "result");
  if (last === undefined) return "PAM_AUTHINFO_UNAVAIL";
  const status: Partial<Record<PamResultCode, PamStatus>> = {
    success: "PAM_SUCCESS",
    "auth-error": "PAM_AUTH_ERR",
    "user-unknown": "PAM_USER_UNKNOWN",
    "account-expired": "PAM_ACCT_EXPIRED",
    "permission-denied": "PAM_PERM_DENIED",
    "max-tries": "PAM_MAXTRIES",
    ignore: "PAM_IGNORE",
  };
  return status[last.code] ?? "PAM_AUTHINFO_UNAVAIL";
}
