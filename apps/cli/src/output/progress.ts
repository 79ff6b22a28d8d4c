import type { Ports } from "../frame/ports.ts";

const sayAfterMs = 1000;

/** Says what is being waited for, on standard error, once it takes longer than a second; at a terminal it counts. */
export async function withProgress<T>(ports: Ports, what: string, work: Promise<T>): Promise<T> {
  const { stderr } = ports;
  let seconds = 0;
  const timer = setInterval(() => {
    seconds += 1;
    if (stderr.isTerminal) stderr.write(`\r${what} … ${seconds} s`);
    else if (seconds === 1) stderr.write(`${what} …\n`);
  }, sayAfterMs);
  try {
    return await work;
  } finally {
    clearInterval(timer);
    if (seconds > 0 && stderr.isTerminal) stderr.write("\r\u001b[K");
  }
}
