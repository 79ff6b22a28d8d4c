import { readFile } from "node:fs/promises";

/** Processor time of a process and all its threads; the kernel counts in steps of 10 ms. */
export async function processorMs(pid: number): Promise<number> {
  const text = await readFile(`/proc/${pid}/stat`, "utf8");
  // After the name, which may hold anything but ends with the last parenthesis: proc_pid_stat(5), fields 14 and 15.
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

export async function residentMegabytes(pid: number): Promise<number> {
  const text = await readFile(`/proc/${pid}/status`, "utf8");
  return (Number(/^VmRSS:\s*(\d+) kB$/m.exec(text)?.[1]) * 1024) / 1e6;
}
