import { randomInt } from "node:crypto";
import { createSocket } from "node:dgram";
import { createServer } from "node:net";

/**
 * A TCP port of 127.0.0.1 that was free a moment ago; for programs that cannot report a port 0 themselves. It is below
 * those that Linux gives to whoever asks for any (32768 and up), and the seven after it are nobody else's: a server puts
 * its web apps there.
 */
export function freePort(): Promise<number> {
  return choose(async (port) => {
    for (let next = port; next < port + spacing; next++) if (!(await isFree(next))) return false;
    return true;
  });
}

/** The same for UDP. */
export function freeUdpPort(): Promise<number> {
  return choose(isFreeForUdp);
}

async function choose(free: (port: number) => Promise<boolean>): Promise<number> {
  for (let tries = 0; tries < 100; tries++) {
    const port = lowest + spacing * randomInt(places);
    if (!given.has(port) && (await free(port))) {
      given.add(port);
      return port;
    }
  }
  throw new Error("no port");
}

const [lowest, places, spacing] = [10_000, 2_800, 8];
const given = new Set<number>();

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  const listens = await new Promise<boolean>((resolve) => {
    server.once("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => resolve(true));
  });
  if (listens) await new Promise((resolve) => server.close(resolve));
  return listens;
}

async function isFreeForUdp(port: number): Promise<boolean> {
  const socket = createSocket("udp4");
  const binds = await new Promise<boolean>((resolve) => {
    socket.once("error", () => resolve(false));
    socket.bind(port, "127.0.0.1", () => resolve(true));
  });
  if (binds) await new Promise<void>((resolve) => socket.close(() => resolve()));
  return binds;
}
