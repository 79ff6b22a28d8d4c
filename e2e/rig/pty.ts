import { constants } from "node:os";
import { createInterface } from "node:readline";
import { StringDecoder } from "node:string_decoder";
import { nativePart } from "./native.ts";
import { CommandError, type Exit, type StartOptions, start } from "./process.ts";

/** What a program on a terminal (or ssh's client) asks. */
export interface Prompt {
  /** The text as shown, without surrounding blanks. */
  readonly text: string;
  /** 0 for the first prompt. */
  readonly index: number;
  /** Whether what is typed would be shown. */
  readonly echo: boolean;
  /** The lines that were shown above it since the last answer, as they stand on the screen. */
  readonly above: readonly string[];
}

/** Computes an answer when it is asked for; `null` gives up (as Ctrl-C does). */
export type Answer = (prompt: Prompt) => string | null | Promise<string | null>;

/** Given answers in order; a further prompt gives up. */
export function answers(...given: readonly string[]): Answer {
  return (prompt) => given[prompt.index] ?? null;
}

export interface Conversation extends Exit {
  readonly prompts: readonly string[];
  /** Whole lines that the terminal showed, without prompts, typed text and blank lines. */
  readonly lines: readonly string[];
  /** Everything the terminal showed. */
  readonly shown: string;
}

export interface ConversationOptions extends StartOptions {
  readonly answer?: Answer;
  /** Default 60 s; a command that has not ended by then is killed and the call throws. */
  readonly timeoutMs?: number;
}

/** Puts a command line behind another program that starts it, nsenter for instance. */
export type Wrap = (command: string, args: readonly string[]) => readonly [string, readonly string[]];

/** Runs a command on a terminal of its own and talks with it. */
export async function converse(
  command: string,
  args: readonly string[],
  options: ConversationOptions = {},
  wrap: Wrap = (file, argv) => [file, argv],
): Promise<Conversation> {
  const timeoutMs = options.timeoutMs ?? 60_000;
  const [file, argv] = wrap(await nativePart("pty-driver"), [command, ...args]);
  await using driver = await start(file, argv, options);
  const talk = new Talk(options.answer ?? (() => null));
  const ended = new Promise<Exit>((resolve, reject) => {
    const obey = async (event: string, value: string) => {
      if (event === "shown") talk.show(value);
      else if (event === "waits") {
        const typed = await talk.ask(value === "echo");
        // A program may block Ctrl-C, but not the end of its terminal.
        if (typed === null) driver.endInput();
        else driver.write(`${typed}\n`);
      } else resolve(parseExit(event, value));
    };
    const lines = createInterface({ input: driver.process.stdout as NodeJS.ReadableStream });
    lines.on("line", (line) => {
      const [event = "", value = ""] = line.split(" ");
      obey(event, value).catch(reject);
    });
    const driverEnded = driver.exited.then((exit) => {
      reject(new CommandError(`${command}: the terminal's driver ended (${exit.code}): ${driver.stderr}`));
    });
    driverEnded.catch(reject);
  });
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      const text = `no end within ${timeoutMs} ms: ${[command, ...args].join(" ")}`;
      reject(new CommandError(`${text}\n--- terminal ---\n${talk.shown.trim()}\n----------------`));
    }, timeoutMs);
  });
  try {
    const exit = await Promise.race([ended, late]);
    return { ...exit, prompts: talk.prompts, lines: talk.lines(), shown: talk.shown };
  } finally {
    clearTimeout(timer);
  }
}

/** Sorts what the terminal shows into prompts and lines. */
class Talk {
  shown = "";
  readonly prompts: string[] = [];
  readonly #answer: Answer;
  readonly #decoder = new StringDecoder("utf8");
  /** Settled text; then what was shown since the last answer. */
  #settled = "";
  #pending = "";
  /** What the terminal repeats of an answer at the start of `#pending`. */
  #typed = "";

  constructor(answer: Answer) {
    this.#answer = answer;
  }

  show(hex: string): void {
    const text = this.#decoder.write(Buffer.from(hex, "hex")).replaceAll("\r", "");
    this.shown += text;
    this.#pending += text;
  }

  async ask(echo: boolean): Promise<string | null> {
    const pending = this.#withoutTyped();
    // The prompt is the last line with text, also when a newline ends it.
    const start = pending.trimEnd().lastIndexOf("\n") + 1;
    this.#settled += `${pending.slice(0, start)}\n`;
    this.#pending = "";
    const text = pending.slice(start).trim();
    const above = pending.slice(0, start).split("\n");
    this.prompts.push(text);
    const typed = await this.#answer({ text, index: this.prompts.length - 1, echo, above });
    this.#typed = echo && typed !== null ? `${typed}\n` : "";
    return typed;
  }

  lines(): string[] {
    const all = `${this.#settled}${this.#withoutTyped()}`.split("\n");
    return all.map((line) => line.trim()).filter((line) => line !== "");
  }

  #withoutTyped(): string {
    return this.#pending.startsWith(this.#typed) ? this.#pending.slice(this.#typed.length) : this.#pending;
  }
}

function parseExit(event: string, value: string): Exit {
  if (event === "exit") return { code: Number(value), signal: null };
  const names = Object.entries(constants.signals);
  const name = names.find(([, number]) => number === Number(value))?.[0] ?? "SIGKILL";
  return { code: null, signal: name as NodeJS.Signals };
}
