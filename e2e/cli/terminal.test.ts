import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { run } from "../rig/process.ts";
import { answers, converse } from "../rig/pty.ts";
import { describeWhere } from "../rig/requirements.ts";
import { bootstrapped, type CliRig } from "./cli-rig.ts";

const program = path.resolve(import.meta.dirname, "../../apps/cli/src/main.ts");

describeWhere(["gcc"], "the command as a process of its own", () => {
  let rig: CliRig;
  let environment: { readonly env: Record<string, string> };
  beforeAll(async () => {
    rig = await bootstrapped();
    environment = { env: { HOME: rig.home, XDG_CONFIG_HOME: "", TERM: "xterm", NO_COLOR: "1" } };
  });
  afterAll(() => rig.stop());

  const onTerminal = (words: string, ...typed: string[]) =>
    converse(process.execPath, [program, ...words.split(" ")], { ...environment, answer: answers(...typed) });
  const secret = "correct horse battery";

  test("a password is typed twice on a terminal, and the terminal shows none of it", async () => {
    const talk = await onTerminal("admin users add anna", secret, secret);
    expect(talk).toMatchObject({
      code: 0,
      prompts: ["Password of anna (Enter for none yet):", "The same again:"],
    });
    expect(talk.shown).not.toContain(secret);
    expect(await rig.json("users show anna")).toMatchObject({ hasPassword: true });
  });

  test("what cannot be undone is asked for, and typing anything but yes leaves it", async () => {
    const no = await onTerminal("admin users remove anna", "y");
    expect(no).toMatchObject({ code: 1 });
    expect(no.lines.join(" ")).toContain("It was not agreed to.");
    const yes = await onTerminal("admin users remove anna", "yes");
    expect(yes).toMatchObject({ code: 0 });
  });

  test("giving up ends the command and changes nothing", async () => {
    const talk = await onTerminal("admin users add bert");
    expect(talk.code).not.toBe(0);
    expect((await rig.admin("users show bert")).status).toBe(1);
  });

  test("standard input that is no terminal is read, and a closed reader is no fault", async () => {
    const options = { ...environment, input: secret };
    const added = await run(
      process.execPath,
      [program, "admin", "users", "add", "carl", "--password-stdin"],
      options,
    );
    expect(added).toMatchObject({ code: 0, stderr: "" });
    const cut = await run(
      "sh",
      ["-c", `"$0" "$1" --help admin | head -1; exit 0`, process.execPath, program],
      environment,
    );
    expect(cut).toMatchObject({ stderr: "" });
  });
});
