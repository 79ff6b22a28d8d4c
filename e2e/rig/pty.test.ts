import { expect, test } from "vitest";
import { answers, converse } from "./pty.ts";
import { describeWhere } from "./requirements.ts";

/** Asks with and without echo, as PAM clients do, and answers with what it got. */
const program = `
  echo "3 sign-ins left"
  printf 'Name: '; read name
  stty -echo; printf 'Password: '; read password; stty echo; echo
  printf 'Bypass code (Grüße)? '; read code
  sleep 0.1
  echo "got: $name/$password/$code"
  exit 7
`;

describeWhere(["gcc"], "a conversation on a terminal", () => {
  test("reports prompts and lines apart, and takes answers computed at the prompt", async () => {
    const seen: unknown[] = [];
    const talk = await converse("sh", ["-c", program], {
      answer: async (prompt) => {
        seen.push(prompt);
        await new Promise((resolve) => setTimeout(resolve, 20));
        return `answer ${prompt.index}`;
      },
    });
    expect(seen).toEqual([
      expect.objectContaining({ text: "Name:", index: 0, echo: true }),
      expect.objectContaining({ text: "Password:", index: 1, echo: false }),
      expect.objectContaining({ text: "Bypass code (Grüße)?", index: 2, echo: true }),
    ]);
    expect(talk).toMatchObject({
      code: 7,
      signal: null,
      prompts: ["Name:", "Password:", "Bypass code (Grüße)?"],
      lines: ["3 sign-ins left", "got: answer 0/answer 1/answer 2"],
    });
  });

  test("giving up closes the terminal", async () => {
    const talk = await converse("sh", ["-c", program], { answer: answers("only one") });
    expect(talk).toMatchObject({ signal: "SIGHUP", prompts: ["Name:", "Password:"] });
  });

  test("a command that hangs ends the call with what the terminal showed", async () => {
    const hang = converse("sh", ["-c", "echo before; sleep 60"], { timeoutMs: 300 });
    await expect(hang).rejects.toThrow(/no end within 300 ms[\s\S]*before/);
  });

  test("a failing answer fails the call", async () => {
    const answer = () => {
      throw new Error("no code at hand");
    };
    await expect(converse("sh", ["-c", program], { answer })).rejects.toThrow("no code at hand");
  });
});
