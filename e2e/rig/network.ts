import type { Machine } from "./machine.ts";
import { nativePart } from "./native.ts";
import { type Child, CommandError, runOk, start } from "./process.ts";

/**
 * A machine's way to its servers: an IP link to a network of servers' addresses, both in namespaces of the
 * test's own. Real packets, so that TCP itself meets loss, delay, black holes and a link that is down.
 *
 *     machine 10.99.0.2 ──uplink── 10.99.0.1, servers' addresses ──relay── 127.0.0.1:port of the test
 */
export interface Network extends AsyncDisposable {
  /**
   * Makes a server that listens on 127.0.0.1:`port` outside reachable for the machine, byte for byte, under
   * an address (10.x.x.x) of its own. A port that nobody listens on any more is a reset for the machine.
   */
  expose(server: {
    readonly address: string;
    readonly port: number;
    readonly targetPort: number;
  }): Promise<void>;
  /** The link's state as the machine's kernel sees it (NET-CUT). */
  setLink(state: "up" | "down"): Promise<void>;
  /** A router on the way drops everything to the address: connects hang (BLACKHOLE). */
  blackhole(address: string): Promise<void>;
  /** The machine's own routing table has a black hole for the address: connects fail at once. */
  unroute(address: string): Promise<void>;
  /** Undoes `blackhole` and `unroute`. */
  restoreRoute(address: string): Promise<void>;
  /** Every packet arrives so much later, in each direction; a round trip takes twice that. */
  setDelay(ms: number): Promise<void>;
  /** Drops this share of the packets, in each direction. */
  setLoss(percent: number): Promise<void>;
  statistics(): Promise<{ readonly passed: number; readonly dropped: number }>;
  /** Runs a command in the servers' network. */
  runOutside(command: string, args: readonly string[]): Promise<string>;
}

export async function connectNetwork(machine: Machine): Promise<Network> {
  if (!machine.hasOwnNetwork)
    throw new Error("createMachine({ ownNetwork: true }) comes before connectNetwork");
  await using stack = new AsyncDisposableStack();
  const holder = stack.use(
    await start("unshare", ["--net", "sh", "-euc", "ip link set lo up; echo ready; exec cat"]),
  );
  await holder.waitForOutput("ready");
  const outside = `/proc/${holder.pid}/ns/net`;
  const link = stack.use(
    await start(await nativePart("packet-link"), [`/proc/${machine.pid}/ns/net`, outside]),
  );
  await link.waitForOutput("ready");
  const runOutside = async (command: string, args: readonly string[]) =>
    (await runOk("nsenter", [`--net=${outside}`, "--", command, ...args])).stdout;
  const ipOutside = (...args: readonly string[]) => runOutside("ip", args);
  const ipInside = async (...args: readonly string[]) => {
    await machine.runOk("ip", args);
  };

  await ipOutside("address", "add", "10.99.0.1", "peer", "10.99.0.2", "dev", "uplink");
  await ipOutside("link", "set", "uplink", "up");
  await ipInside("address", "add", "10.99.0.2", "peer", "10.99.0.1", "dev", "uplink");
  const bringUp = async () => {
    await ipInside("link", "set", "uplink", "up");
    // A link that goes down loses its routes.
    await ipInside("route", "replace", "10.0.0.0/8", "via", "10.99.0.1");
  };
  await bringUp();

  const relays = stack.use(new AsyncDisposableStack());
  const holes = new Set<string>();
  const command = linkCommands(link);
  const resources = stack.move();
  return {
    async expose({ address, port, targetPort }) {
      if (!/^10(\.\d{1,3}){3}$/.test(address)) throw new Error(`not an address of 10.0.0.0/8: ${address}`);
      await ipOutside("address", "replace", `${address}/32`, "dev", "lo");
      const args = [outside, address, `${port}`, `${targetPort}`];
      const relay = relays.use(await start(await nativePart("namespace-relay"), args));
      await relay.waitForOutput("ready");
    },
    setLink: async (state) => {
      if (state === "up") await bringUp();
      else await ipInside("link", "set", "uplink", "down");
    },
    async blackhole(address) {
      // Answers to the machine vanish on the way; its packets arrive and get none.
      await ipOutside("rule", "add", "from", address, "blackhole");
      holes.add(address);
    },
    unroute: (address) => ipInside("route", "replace", "blackhole", `${address}/32`),
    async restoreRoute(address) {
      if (holes.delete(address)) await ipOutside("rule", "delete", "from", address, "blackhole");
      await machine.run("ip", ["route", "delete", "blackhole", `${address}/32`]);
    },
    setDelay: async (ms) => void (await command(`delay ${ms}`)),
    setLoss: async (percent) => void (await command(`loss ${percent}`)),
    async statistics() {
      const [passed, dropped] = (await command("stats")).split(" ").map(Number);
      return { passed: passed ?? 0, dropped: dropped ?? 0 };
    },
    runOutside,
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  };
}

/** One command at a time, each with its answer. */
function linkCommands(link: Child): (line: string) => Promise<string> {
  let last: Promise<unknown> = Promise.resolve();
  return async (line) => {
    const turn = last.then(async () => {
      const after = link.output.length;
      link.write(`${line}\n`);
      const [, status, rest = ""] = await link.waitForOutput(/^(ok|error)(?: (.*))?\n/m, { after });
      if (status !== "ok") throw new CommandError(`packet-link: ${line}: ${rest}`);
      return rest;
    });
    last = turn.catch(() => undefined);
    return await turn;
  };
}
