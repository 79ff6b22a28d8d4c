import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

/** The folder that holds package.json. */
export const repositoryRoot = fileURLToPath(new URL("..", import.meta.url)).replace(/\/$/, "");

export type CommandResult = { readonly status: number; readonly output: string };

export type CommandOptions = {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Called with each whole line as it arrives; the output is collected all the same. */
  readonly onLine?: (line: string) => void;
  /** `show` hands the terminal to the command, and `output` stays empty. */
  readonly output?: "collect" | "show";
};

/** Runs a program to its end without a shell and without stdin; standard output and error arrive as one text. */
export function runCommand(
  program: string,
  args: readonly string[],
  options: CommandOptions = {},
): Promise<CommandResult> {
  return new Promise((resolve) => {
    const child = spawn(program, args, {
      cwd: options.cwd ?? repositoryRoot,
      env: options.env ?? process.env,
      stdio: options.output === "show" ? ["ignore", "inherit", "inherit"] : ["ignore", "pipe", "pipe"],
    });
    let output = "";
    let unfinishedLine = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding("utf8");
      stream?.on("data", (text: string) => {
        output += text;
        const lines = (unfinishedLine + text).split("\n");
        unfinishedLine = lines.pop() ?? "";
        for (const line of lines) options.onLine?.(line);
      });
    }
    child.on("error", (error) => resolve({ status: 127, output: `${program}: ${error.message}` }));
    child.on("close", (code, signal) => {
      if (unfinishedLine !== "") options.onLine?.(unfinishedLine);
      resolve({ status: code ?? 1, output: signal === null ? output : `${output}\nended by ${signal}` });
    });
  });
}
