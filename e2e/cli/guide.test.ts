import { globSync, readFileSync } from "node:fs";
import path from "node:path";
import { commandTree } from "@holdfast/cli/commands";
import { globalOptions } from "@holdfast/cli/frame/global-options";
import { readOptions } from "@holdfast/options/read";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { TestEndpoint } from "../agent/enterprise.ts";
import type { Child } from "../rig/process.ts";
import type { Conversation } from "../rig/pty.ts";
import { describeWhere } from "../rig/requirements.ts";
import { temporaryDirectory } from "../rig/temporary-directory.ts";
import { type CliRig, holdfast, startCliRig } from "./cli-rig.ts";
import { guideSections, repositoryRoot } from "./guide.ts";
import { createGuideMachine, type GuideMachine } from "./guide-machine.ts";

const guide = "docs/operating/enrol-an-endpoint.md";

describe("commands in the pages", () => {
  const pages = ["README.md", ...globSync("docs/**/*.md", { cwd: repositoryRoot })];

  test.each(pages)("%s names only commands and options that there are", (page) => {
    const text = readFileSync(path.join(repositoryRoot, page), "utf8");
    const typed = [...text.matchAll(/^holdfast [^\n|<]*|`holdfast [^`\n]*`/gm)];
    for (const [found] of typed) {
      const line = found.replace(/^`|`$/g, "");
      const words = (line.match(/"[^"]*"|'[^']*'|\S+/g) ?? []).slice(1).filter((word) => word !== "…");
      const starts = (own: readonly string[]) => own.every((word, index) => words[index] === word);
      const command = commandTree.commands.find((one) => starts(one.words));
      const group = commandTree.groups.find((one) => starts(one.words));
      const about = { page, line };
      expect({ ...about, known: command !== undefined || group !== undefined || words.length === 0 }).toEqual(
        { ...about, known: true },
      );
      const argv = words.slice(command?.words.length ?? 0).filter((word) => word !== "[OPTIONS]");
      const read = readOptions({ ...command?.options, ...globalOptions }, { argv, env: {} });
      const wrong =
        read.kind === "refused" ? read.problems.filter(({ code }) => code === "unknown-flag") : [];
      expect({ ...about, wrong }).toEqual({ ...about, wrong: [] });
    }
  });
});

/** Tasks, not a story: each command of the page, in its order, at one enterprise that has what the page speaks of. */
describe("docs/operating/users-and-tokens.md", () => {
  const page = "docs/operating/users-and-tokens.md";
  const commands = guideSections(page)
    .flatMap((section) => section.commands)
    .filter((command) => command.startsWith("holdfast "));
  const stack = new AsyncDisposableStack();
  let rig: CliRig;
  beforeAll(async () => {
    rig = await startCliRig();
    const directory = stack.use(await temporaryDirectory("users-and-tokens"));
    const endpoint = stack.use(new TestEndpoint(directory.path, { enrol: false }, false));
    await endpoint.start();
    stack.defer(() => rig.stop());
    learnt.run = path.join(directory.path, "run");
    learnt.output = path.join(directory.path, "yesterday.jsonl");
  });
  afterAll(() => stack.disposeAsync());
  const learnt = { run: "", output: "", key: "", token: "" };

  /** Answers with the command that agrees to the larger window, as the page says. */
  const refusedAtFirst = "holdfast admin tokens set carla --cache 54";

  test.each(commands)("%s", async (command) => {
    const [words = ""] = command.split(/ [|<] /);
    const argv = (words.match(/"[^"]*"|\S+/g) ?? []).slice(1).map((word) => word.replaceAll('"', ""));
    const filled = argv.map((word) => {
      if (word === "/var/lib/holdfast-server") return rig.stateDirectory;
      if (word === "yesterday.jsonl") return learnt.output;
      return word === "KEY" ? learnt.key : word === "TOKEN" ? learnt.token : word;
    });
    if (command.includes("endpoints revoke")) {
      const { code } = await rig.json("endpoints enrolment-code ward-7");
      const enrolled = await holdfast(rig.home, [
        "enroll",
        "--server",
        rig.url,
        "--code",
        code,
        "--run-dir",
        learnt.run,
      ]);
      expect(enrolled).toMatchObject({ status: 0 });
    }
    const given = command.includes(" < secret.txt")
      ? { input: "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ" }
      : { typed: typedFor(command) };
    const { status, out, err } = await holdfast(rig.home, filled, given);
    expect({ status, err }).toEqual(
      command === refusedAtFirst
        ? { status: 1, err: expect.stringContaining(`${refusedAtFirst} --confirm-window`) }
        : { status: 0, err: "" },
    );
    if (command.includes("api-keys list")) learnt.key = /^(key_\S+) +Bert/m.exec(out)?.[1] ?? "";
    if (command.includes("tokens list")) learnt.token = /^tok_\S+/m.exec(out)?.[0] ?? "";
  });

  function typedFor(command: string): string[] {
    return command.includes("users add") ? ["correct horse battery", "correct horse battery"] : ["yes"];
  }
});

const needs = ["root", "namespaces", "gcc", "make", "pam-headers", "sshd", "ssh", "oathtool"] as const;

describeWhere(needs, `somebody who follows ${guide}, command by command`, () => {
  let shown: string;
  beforeAll(async () => {
    shown = (await new Reader().read()).shown;
  });

  test("no command ends with an error", () => {
    const statuses = [...shown.matchAll(/^@(\d+)@ guide> (.*)/gm)].map(([, status, next]) => ({
      status,
      next,
    }));
    expect(statuses.length).toBeGreaterThan(30);
    // A prompt tells the status of the command before it.
    expect(statuses.filter(({ status }) => status !== "0")).toEqual([]);
    expect(shown).not.toMatch(/command not found|syntax error|^Why: {2}/m);
  });

  test("the endpoint is enrolled, and doctor finds no error", () => {
    expect(shown).toContain("Enrolled as ward-7");
    expect(shown).toContain("Nobody may sign in offline yet");
    expect(shown).toMatch(/^0 errors, \d+ warnings?\.$/m);
  });

  test("anna is in by ssh with the server, and without it (OTP-1, OTP-17, OTP-21)", () => {
    const [, online = "", offline = ""] = shown.split("ssh -p 2222 anna@localhost");
    expect(online).toMatch(/Password:[\s\S]*One-time code:[\s\S]*anna@guide:~\$/);
    expect(online).not.toContain("cannot be reached");
    expect(online).toMatch(/^anna +yes +25 /m);
    expect(offline).toMatch(
      /server cannot be reached[\s\S]*One-time code:[\s\S]*24 offline sign-ins left here[\s\S]*anna@guide:~\$/,
    );
  });

  test("back: the audit has the offline sign-in, the outlook what was not heard, and then what was", () => {
    expect(shown).toMatch(/sign-in +anna +ward-7 +offline succeeded/);
    expect(shown).toMatch(/^anna on ward-7: pending: endpoint offline since /m);
    expect(shown).toMatch(/^anna +ward-7 +no: withdrawn /m);
  });
});

/** An outsider at two terminals, who does what the page says and nothing else. */
class Reader {
  readonly #sections = guideSections(guide);
  #machine!: GuideMachine;
  #server: Child | null = null;
  #signIns = 0;
  #codesUsed = 0;
  #shownStatus = 0;

  async read(): Promise<Conversation> {
    await using machine = await createGuideMachine();
    this.#machine = machine;
    await this.#startServer();
    try {
      return await this.#terminalTwo();
    } finally {
      await this.#server?.stop();
    }
  }

  async #startServer(): Promise<void> {
    this.#server = await this.#machine.asYou(this.#commands("2.")[0] ?? "");
    await this.#server.waitForOutput("Holdfast server ready at");
  }

  #commands(title: string): readonly string[] {
    const found = this.#sections.find((one) => one.title.startsWith(title));
    if (!found) throw new Error(`${guide} has no section ${title}`);
    return found.commands;
  }

  #terminalTwo(): Promise<Conversation> {
    const titles = ["1.", "3.", "4.", "5.", "6.", "7.", "8.", "Clean up"];
    const queue = titles
      .flatMap((title) => this.#commands(title))
      .flatMap((command) => this.#typing(command));
    return this.#machine.rootShell(async ({ text }) => {
      if (/guide>$/.test(text)) return (await queue.shift()?.()) ?? "exit";
      if (/\(yes\/no/.test(text)) return "yes";
      if (/code:$/.test(text)) return this.#seen("codes", /^\d{6}$/gm, this.#codesUsed++);
      if (/Password.*:$|The same again:$/.test(text)) return "correct horse battery";
      if (/anna@guide:~\$$/.test(text)) return "exit";
      // A session that is slow to show its prompt.
      return text === "" ? "" : null;
    });
  }

  /** What is typed for a command of the page; some need an eye on what was printed before. */
  #typing(command: string): (() => string | Promise<string>)[] {
    // Both are there already: this clone's packages, and what the test needs of the machine.
    if (/^(?:npm ci|apt-get )/.test(command)) return [];
    if (command.startsWith("holdfast admin tokens enroll"))
      return [() => `${command} | tee ${this.#file("token")}`];
    if (command.startsWith("oathtool")) {
      const secret = () => this.#seen("token", /(?<=secret=)[A-Z2-7]+/g);
      return [() => `${command.replace("SECRET", secret())} | tee ${this.#file("codes")}`];
    }
    if (command.startsWith("holdfast admin endpoints enrolment-code")) {
      const enroll = () => this.#seen("code", /holdfast enroll .*/g);
      return [() => until("holdfast status"), () => `${command} | tee ${this.#file("code")}`, enroll];
    }
    if (command.startsWith("ssh ")) {
      return [
        async () => {
          // The second time, terminal 1 was left with Ctrl-C before.
          if (this.#signIns++ === 1) await this.#server?.stop();
          return command;
        },
      ];
    }
    // Online by now, or about to be.
    if (command === "holdfast doctor")
      return [() => until("holdfast status | grep '^Server *online'"), () => command];
    if (command.startsWith("holdfast contact")) {
      return [
        async () => {
          if (this.#server?.exit) await this.#startServer();
          return until("holdfast contact");
        },
        () => command,
      ];
    }
    // After the sign-in: the codes are sealed in the background, in well under a second where nothing else runs.
    if (command === "holdfast status" && this.#shownStatus++ > 0) {
      return [() => until("holdfast status | grep '^anna'"), () => command];
    }
    return [() => command];
  }

  #file(name: string): string {
    return path.join(this.#machine.directory, name);
  }

  #seen(name: string, pattern: RegExp, index = 0): string {
    return readFileSync(this.#file(name), "utf8").match(pattern)?.[index] ?? `nothing-like-${name}`;
  }
}

/** Patience, so that a slow machine fails nothing: an outsider would look again. */
function until(command: string): string {
  return `for try in $(seq 60); do ${command} >/dev/null 2>&1 && break; sleep 0.25; done`;
}
