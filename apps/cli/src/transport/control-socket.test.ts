import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { askAgent } from "./control-socket.ts";

let directory: string;
let socketPath: string;
const endings: (() => Promise<unknown>)[] = [];
beforeEach(async () => {
  directory = await mkdtemp(path.join(tmpdir(), "holdfast-control-"));
  socketPath = path.join(directory, "control.sock");
});
afterEach(async () => {
  for (const end of endings.splice(0)) await end();
  await rm(directory, { recursive: true });
});

/** Something that listens where the agent should. */
async function listening(answer: (socket: Socket, line: string) => void): Promise<void> {
  const open = new Set<Socket>();
  const server = createServer((socket) => {
    open.add(socket);
    socket.on("error", () => {});
    socket.once("data", (data) => answer(socket, data.toString()));
  });
  await new Promise<void>((resolve) => server.listen(socketPath, resolve));
  endings.push(() => {
    for (const socket of open) socket.destroy();
    return new Promise((resolve) => server.close(resolve));
  });
}

const contacted = { kind: "contacted", online: true, detail: "level" };

describe("the agent's answer", () => {
  test("comes last, after what it told on the way, however it is cut into pieces", async () => {
    const asked: string[] = [];
    await listening((socket, line) => {
      asked.push(line);
      const text = `${JSON.stringify({ kind: "progress", text: "Looking…" })}\n${JSON.stringify({ done: contacted })}\n`;
      const bytes = Buffer.from(text);
      for (let at = 0; at < bytes.length; at += 7) socket.write(bytes.subarray(at, at + 7));
    });
    const told: string[] = [];
    expect(await askAgent(socketPath, { do: "contact" }, 5000, (text) => told.push(text))).toEqual(contacted);
    expect(told).toEqual(["Looking…"]);
    expect(asked).toEqual(['{"do":"contact"}\n']);
  });

  test.each([
    ["nothing", (socket: Socket) => socket.end(), "closed the connection without an answer"],
    ["half a line", (socket: Socket) => socket.end('{"done":'), "closed the connection without an answer"],
    ["no JSON", (socket: Socket) => socket.end("hello\n"), "does not understand"],
    ["another shape", (socket: Socket) => socket.end('{"done":{"kind":"status"}}\n'), "does not understand"],
    ["more than any status", (socket: Socket) => socket.end("x".repeat(5 * 1024 * 1024)), "too long"],
  ])("%s is no answer", async (_name, answer, why) => {
    await listening(answer);
    const failure = await askAgent(socketPath, { do: "status" }, 5000);
    expect(failure).toMatchObject({ kind: "unreachable", step: "answer", why: expect.stringContaining(why) });
  });

  test("silence ends with the time that was given", async () => {
    await listening(() => {});
    expect(await askAgent(socketPath, { do: "status" }, 50)).toMatchObject({
      kind: "unreachable",
      step: "timeout",
    });
  });

  test("no socket, and a file in its place, are told apart", async () => {
    expect(await askAgent(socketPath, { do: "status" }, 5000)).toMatchObject({ step: "absent" });
    await writeFile(socketPath, "");
    expect(await askAgent(socketPath, { do: "status" }, 5000)).toMatchObject({ step: "not-running" });
  });
});
