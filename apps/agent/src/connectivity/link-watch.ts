import { readFile } from "node:fs/promises";
import { networkInterfaces } from "node:os";

const intervalMs = 2000;

/**
 * Tells when the network may have come back: addresses or routes changed, or the machine slept. A hint only; whether a
 * server is there is found out by trying. Returns what ends the watching.
 */
export function watchLink(hint: () => void): () => void {
  let before: string | null = null;
  let lastMs = Date.now();
  const look = async () => {
    const now = await networkState();
    const slept = Date.now() - lastMs > 5 * intervalMs;
    lastMs = Date.now();
    if (before !== null && (before !== now || slept)) hint();
    before = now;
  };
  const timer = setInterval(() => void look().catch(() => undefined), intervalMs);
  timer.unref();
  return () => clearInterval(timer);
}

async function networkState(): Promise<string> {
  const addresses = Object.entries(networkInterfaces()).map(
    ([name, list]) => `${name} ${list?.map(({ cidr }) => cidr).join(" ")}`,
  );
  const routes = await Promise.all(
    ["/proc/net/route", "/proc/net/ipv6_route"].map((file) =>
      readFile(file, "utf8").then(withoutCounters, () => ""),
    ),
  );
  return [...addresses, ...routes].join("\n");
}

/** The tables also count references and uses, which are no news. */
function withoutCounters(table: string): string {
  return table
    .split("\n")
    .map((line) => {
      const fields = line.trim().split(/\s+/);
      return fields.length === 11
        ? [...fields.slice(0, 4), ...fields.slice(6)].join(" ")
        : fields.filter((_, at) => at !== 6 && at !== 7).join(" ");
    })
    .join("\n");
}
