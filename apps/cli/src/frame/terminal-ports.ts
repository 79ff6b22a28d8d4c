import { homedir } from "node:os";
import { createInterface } from "node:readline";
import { Writable } from "node:stream";
import { exitCodes } from "./exit-codes.ts";
import type { Output, Ports } from "./ports.ts";

/** The ports of a real process. */
export function terminalPorts(): Ports {
  return {
    stdout: output(process.stdout),
    stderr: output(process.stderr),
    env: process.env,
    now: () => Date.now(),
    homeDirectory: homedir(),
    readInput,
    ask,
  };
}

function output(stream: NodeJS.WriteStream): Output {
  return {
    write: (text) => void stream.write(text),
    get isTerminal() {
      return stream.isTTY === true;
    },
    get columns() {
      return stream.columns ?? null;
    },
  };
}

/** Far more than any secret, code or URI that a command reads. */
const mostInputBytes = 65_536;

async function readInput(): Promise<string | null> {
  if (process.stdin.isTTY) return null;
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of process.stdin) {
    chunks.push(chunk as Buffer);
    length += (chunk as Buffer).length;
    if (length > mostInputBytes) break;
  }
  return Buffer.concat(chunks).toString("utf8", 0, mostInputBytes);
}

function ask(question: string, kind: "secret" | "plain"): Promise<string | null> {
  const { stdin, stderr } = process;
  if (!stdin.isTTY || !stderr.isTTY) return Promise.resolve(null);
  return new Promise((resolve) => {
    const echo = new Writable({
      write: (chunk, _encoding, written) => {
        if (kind === "plain") stderr.write(chunk);
        written();
      },
    });
    const reader = createInterface({ input: stdin, output: echo, terminal: true, historySize: 0 });
    const end = (answer: string | null): void => {
      // First: closing resolves too, for who left with Ctrl-D.
      resolve(answer);
      reader.close();
      if (kind === "secret") stderr.write("\n");
    };
    reader.on("SIGINT", () => {
      reader.close();
      stderr.write("\n");
      process.exit(exitCodes.interrupted.status);
    });
    reader.once("close", () => resolve(null));
    if (kind === "secret") stderr.write(question);
    reader.question(kind === "plain" ? question : "", end);
  });
}
