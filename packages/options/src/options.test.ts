import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import fc from "fast-check";
import { afterEach, describe, expect, expectTypeOf, test } from "vitest";
import { type Address, type OptionSpec, option } from "./declaration.ts";
import { defineOptions } from "./define-options.ts";
import { helpText, referenceMarkdown } from "./describe.ts";
import { loadOptions } from "./load.ts";
import { editDistance, nearest } from "./nearest.ts";
import { readOptions } from "./read.ts";

const declaration = defineOptions({
  config: option({ type: "path", flag: "--config", default: null, help: "The configuration file." }),
  stateDirectory: option({
    type: "path",
    file: "state_directory",
    env: "HOLDFAST_STATE_DIR",
    flag: "--state-dir",
    default: "/var/lib/holdfast",
    help: "Where state is kept.",
  }),
  listen: option({
    type: "address",
    file: "listen.address",
    env: "HOLDFAST_LISTEN",
    flag: "--listen",
    default: "127.0.0.1:8443",
    help: "Address to listen on.",
  }),
  workers: option({ type: "integer", flag: "--workers", min: 1, max: 64, default: 2, help: "Worker count." }),
  heartbeatSeconds: option({
    type: "duration",
    file: "heartbeat",
    env: "HOLDFAST_HEARTBEAT",
    flag: "--heartbeat",
    min: 1,
    max: 3600,
    default: "PT5S",
    help: "Time between heartbeats.",
  }),
  failover: option({
    type: "boolean",
    flag: "--failover",
    file: "failover",
    default: false,
    help: "Use other sites.",
  }),
  servers: option({
    type: "list",
    flag: "--server",
    env: "HOLDFAST_SERVERS",
    file: "servers",
    default: [],
    help: "Server URLs, own site first.",
  }),
  profile: option({
    type: "enum",
    values: ["pam", "wlm"],
    flag: "--profile",
    default: "pam",
    help: "Client profile.",
  }),
  databaseUrl: option({
    type: "url",
    protocols: ["postgres:", "postgresql:"],
    env: "HOLDFAST_DATABASE_URL",
    secret: true,
    default: null,
    help: "PostgreSQL, instead of the embedded store.",
  }),
});

function read(argv: readonly string[], env: Record<string, string> = {}, toml?: string) {
  return readOptions(declaration, {
    argv,
    env,
    ...(toml === undefined ? {} : { file: { name: "agent.toml", text: toml } }),
  });
}

function values(...args: Parameters<typeof read>) {
  const result = read(...args);
  if (result.kind === "refused")
    throw new Error(result.problems.map((problem) => problem.message).join("\n"));
  return result.values;
}

function messages(...args: Parameters<typeof read>) {
  const result = read(...args);
  return result.kind === "ok" ? [] : result.problems.map((problem) => `${problem.code}: ${problem.message}`);
}

describe("where a value comes from", () => {
  test("flag before environment before file before default", () => {
    const toml = 'state_directory = "/from/file"';
    const env = { HOLDFAST_STATE_DIR: "/from/env" };
    const expected = [
      [read(["--state-dir", "/from/flag"], env, toml), "/from/flag", "flag"],
      [read([], env, toml), "/from/env", "environment"],
      [read([], {}, toml), "/from/file", "file"],
      [read([]), "/var/lib/holdfast", "default"],
    ] as const;
    for (const [result, value, source] of expected) {
      expect(result).toMatchObject({
        kind: "ok",
        values: { stateDirectory: value },
        sources: { stateDirectory: source },
      });
    }
  });

  test("an empty variable counts as not set", () => {
    expect(read([], { HOLDFAST_STATE_DIR: "" })).toMatchObject({ sources: { stateDirectory: "default" } });
  });

  test("positionals are left to the program", () => {
    expect(read(["admin", "--failover", "user", "--", "--config"])).toMatchObject({
      values: { failover: true, config: null },
      positionals: ["admin", "user", "--config"],
    });
  });

  test("a required option names every place it can be set", () => {
    const required = defineOptions({
      url: option({
        type: "url",
        protocols: ["https:"],
        flag: "--url",
        env: "HOLDFAST_URL",
        file: "url",
        help: "The server.",
      }),
    });
    expect(readOptions(required, { argv: [], env: {} })).toEqual({
      kind: "refused",
      problems: [
        {
          code: "required",
          message: "--url is required (or HOLDFAST_URL, or url in the configuration file)",
        },
      ],
    });
  });
});

describe("types of values", () => {
  test("each option has the type it declares", () => {
    expectTypeOf(values([]).listen).toEqualTypeOf<Address>();
    expectTypeOf(values([]).profile).toEqualTypeOf<"pam" | "wlm">();
    expectTypeOf(values([]).databaseUrl).toEqualTypeOf<string | null>();
    expectTypeOf(values([]).servers).toEqualTypeOf<readonly string[]>();
    expect(values([])).toEqual({
      config: null,
      stateDirectory: "/var/lib/holdfast",
      listen: { host: "127.0.0.1", port: 8443 },
      workers: 2,
      heartbeatSeconds: 5,
      failover: false,
      servers: [],
      profile: "pam",
      databaseUrl: null,
    });
  });

  test("lists repeat, split and stand in the file as arrays", () => {
    expect(values(["--server", "a,b", "--server=c"]).servers).toEqual(["a", "b", "c"]);
    expect(values([], { HOLDFAST_SERVERS: "a, b" }).servers).toEqual(["a", "b"]);
    expect(values([], {}, 'servers = ["a", "b,c"]').servers).toEqual(["a", "b,c"]);
  });

  test("booleans are switched off by --no-", () => {
    expect(values(["--no-failover"], {}, "failover = true").failover).toBe(false);
    expect(values([], {}, "failover = true").failover).toBe(true);
  });

  test("IPv6 addresses stand in brackets, port 0 means any", () => {
    expect(values(["--listen", "[::1]:0"]).listen).toEqual({ host: "::1", port: 0 });
  });

  test("UNI-12: durations are ISO 8601 in the file and seconds in code", () => {
    expect(values([], {}, 'heartbeat = "PT1M30S"').heartbeatSeconds).toBe(90);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 3600 }), (seconds) => {
        expect(values(["--heartbeat", `PT${seconds}S`]).heartbeatSeconds).toBe(seconds);
      }),
    );
  });

  test("relative paths are taken from the working folder, except in a file", () => {
    expect(values(["--state-dir", "state"]).stateDirectory).toBe(path.resolve("state"));
    expect(messages([], {}, 'state_directory = "state"')).toEqual([
      "invalid-value: state_directory in agent.toml must be an absolute path",
    ]);
  });
});

describe("refusals", () => {
  test("an unknown flag or key is refused with the nearest known one", () => {
    expect(messages(["--state-dri", "/x"])).toEqual([
      "unknown-flag: unknown flag --state-dri; did you mean --state-dir?",
    ]);
    expect(messages(["--something-else-entirely"])).toEqual([
      "unknown-flag: unknown flag --something-else-entirely",
    ]);
    expect(messages([], {}, "hartbeat = 'PT5S'\n[listen]\nadress = 'x'")).toEqual([
      "unknown-key: agent.toml: unknown key hartbeat; did you mean heartbeat?",
      "unknown-key: agent.toml: unknown key listen.adress; did you mean listen.address?",
    ]);
  });

  test("all problems are told at once", () => {
    expect(messages(["--workers", "65", "--profile=windows", "--workres", "3"])).toEqual([
      "unknown-flag: unknown flag --workres; did you mean --workers?",
      "invalid-value: --workers must be a whole number from 1 to 64",
      "invalid-value: --profile must be one of pam, wlm",
    ]);
  });

  test("a flag does not swallow the next one as its value", () => {
    expect(messages(["--state-dir", "--failover"])).toEqual([
      "value-missing: --state-dir needs a value; write --state-dir=VALUE where the value starts with a dash",
    ]);
    expect(messages(["--state-dir"])).toHaveLength(1);
  });

  test("a flag given twice is refused, so that no script's value is lost unnoticed", () => {
    expect(messages(["--workers=1", "--workers=2"])).toEqual([
      "given-twice: --workers was given twice; give it once",
    ]);
  });

  test("values of the wrong TOML type are refused", () => {
    expect(messages([], {}, "heartbeat = 5")).toHaveLength(1);
    expect(messages([], {}, 'failover = "true"')).toHaveLength(1);
    expect(messages([], {}, "listen = 3")).toHaveLength(1);
    expect(messages([], {}, "servers = [1]")).toHaveLength(1);
  });

  test("a secret's value is never repeated, not even from a broken file", () => {
    expect(messages([], { HOLDFAST_DATABASE_URL: "mysql://user:hunter2@db/x" }).join()).not.toContain(
      "hunter2",
    );
    expect(messages([], {}, 'database_url = "hunter2" x').join()).toBe(
      "file-syntax: agent.toml, line 1, column 26: not valid TOML",
    );
  });

  test("whatever is typed, reading ends in values or in problems", () => {
    const word = fc.oneof(
      fc.string(),
      fc.constantFrom("--state-dir", "--server", "--no-failover", "--workers", "--", "-5"),
    );
    fc.assert(
      fc.property(fc.array(word), fc.string(), (argv, toml) => {
        const result = read(argv, {}, toml);
        if (result.kind === "refused") expect(result.problems.length).toBeGreaterThan(0);
      }),
      { numRuns: 500 },
    );
  });

  test("integers are accepted exactly inside their range", () => {
    fc.assert(
      fc.property(fc.integer({ min: -200, max: 200 }), (number) => {
        expect(read([`--workers=${number}`]).kind).toBe(number >= 1 && number <= 64 ? "ok" : "refused");
      }),
    );
  });
});

describe("faults in a declaration are found when the program starts", () => {
  const good = { type: "string", help: "x", default: "" } as const;
  const faults: readonly [string, Record<string, OptionSpec>, RegExp][] = [
    [
      "one flag twice",
      { a: { ...good, flag: "--a" }, b: { ...good, flag: "--a" } },
      /a and b both claim --a/,
    ],
    ["a foreign variable", { a: { ...good, env: "PATH" } }, /not of the form/],
    ["nowhere to set it", { a: good }, /can be set nowhere/],
    ["a secret with a flag", { a: { ...good, flag: "--a", secret: true } }, /must not have a flag/],
    [
      "a bad default",
      { a: { type: "integer", flag: "--a", help: "x", max: 3, default: 4 } },
      /default is not/,
    ],
    ["a negative name", { a: { ...good, flag: "--no-a" } }, /negation/],
  ];
  test.each(faults)("%s", (_name, bad, message) => {
    expect(() => defineOptions(bad)).toThrow(message);
  });
});

describe("the configuration file", () => {
  const folders: string[] = [];
  afterEach(() => {
    for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
  });
  function fileWith(text: string): string {
    const folder = mkdtempSync(path.join(tmpdir(), "holdfast-options-"));
    folders.push(folder);
    const file = path.join(folder, "agent.toml");
    writeFileSync(file, text);
    return file;
  }

  test("is read from where its option says", () => {
    const file = fileWith("failover = true");
    expect(loadOptions(declaration, { argv: ["--config", file], env: {} }, "config")).toMatchObject({
      kind: "ok",
      values: { failover: true, config: file },
      sources: { failover: "file" },
    });
  });

  test("must exist when it was named, may be absent at its default place", () => {
    const absent = path.join(fileWith(""), "..", "absent.toml");
    expect(loadOptions(declaration, { argv: ["--config", absent], env: {} }, "config")).toEqual({
      kind: "refused",
      problems: [{ code: "file-unreadable", message: `${absent} does not exist` }],
    });
    const withDefault = defineOptions({
      config: option({ type: "path", flag: "--config", default: absent, help: "The configuration file." }),
    });
    expect(loadOptions(withDefault, { argv: [], env: {} }, "config")).toMatchObject({ kind: "ok" });
  });

  test("an unknown flag is told alone, without what the file would have said", () => {
    const file = fileWith("nonsense = true");
    expect(loadOptions(declaration, { argv: ["--config", file, "--x"], env: {} }, "config")).toEqual({
      kind: "refused",
      problems: [{ code: "unknown-flag", message: "unknown flag --x" }],
    });
  });
});

describe("what people read", () => {
  test("help names flag, meaning, default and the other places", () => {
    const help = helpText(declaration, { command: "holdfast-agent", usage: "[options]" });
    expect(help).toMatch(/^Usage: holdfast-agent \[options\]\n/);
    expect(help).toContain("  --state-dir PATH\n      Where state is kept.\n");
    expect(help).toContain("(default /var/lib/holdfast; HOLDFAST_STATE_DIR; state_directory in the file)");
    expect(help).toContain("Only by environment or file:\n  HOLDFAST_DATABASE_URL\n");
    expect(Math.max(...help.split("\n").map((line) => line.length))).toBeLessThanOrEqual(90);
  });

  test("the reference has one row for every option", () => {
    const rows = referenceMarkdown(declaration).trimEnd().split("\n").slice(2);
    expect(rows).toHaveLength(Object.keys(declaration).length);
    expect(rows[2]).toBe(
      "| `--listen` | `HOLDFAST_LISTEN` | `listen.address` | an address such as 127.0.0.1:8443 or [::1]:8443 | `127.0.0.1:8443` | Address to listen on. |",
    );
  });
});

describe("nearest names", () => {
  test("the distance is a metric", () => {
    const text = fc.string({ maxLength: 12 });
    fc.assert(
      fc.property(text, text, text, (a, b, c) => {
        expect(editDistance(a, b)).toBe(editDistance(b, a));
        expect(editDistance(a, b) === 0).toBe(a === b);
        expect(editDistance(a, c)).toBeLessThanOrEqual(editDistance(a, b) + editDistance(b, c));
      }),
    );
  });

  test("nothing near means no suggestion", () => {
    expect(nearest("--xyz", ["--listen", "--state-dir"])).toBeNull();
  });
});
