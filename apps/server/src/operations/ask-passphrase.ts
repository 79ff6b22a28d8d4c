import { createInterface } from "node:readline";
import { Writable } from "node:stream";

/** From the terminal without echo, or the first line of what is piped in; null where there is neither. */
export async function askPassphrase(question: string): Promise<string | null> {
  const { stdin, stderr } = process;
  if (!stdin.isTTY) {
    const lines = createInterface({ input: stdin });
    for await (const line of lines) {
      lines.close();
      return line === "" ? null : line;
    }
    return null;
  }
  stderr.write(question);
  const silent = new Writable({ write: (_chunk, _encoding, written) => written() });
  const reader = createInterface({ input: stdin, output: silent, terminal: true, historySize: 0 });
  return new Promise((resolve) => {
    reader.once("line", (line) => {
      resolve(line === "" ? null : line);
      reader.close();
    });
    reader.once("close", () => {
      stderr.write("\n");
      resolve(null);
    });
  });
}
