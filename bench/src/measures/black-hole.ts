import { startWard, type Ward } from "../enterprise/ward.ts";
import { type Measure, measured, notRun } from "../measure.ts";
import { networkNeeds, unmet } from "../needs.ts";
import { described, median, samples } from "../rounds.ts";

const address = "10.1.0.1";
const port = 8443;
const signInsPerRound = 3;

export const blackHole: Measure = {
  figures: [
    {
      name: "black-hole-first",
      measure: "delay a black-holed server adds to an offline sign-in: the first after the cut",
      unit: "ms",
      bar: { atMost: 1500 },
    },
    {
      name: "black-hole-later",
      measure: "the same: every later one",
      unit: "ms",
      bar: { atMost: 50 },
    },
  ],
  async run(context) {
    const why = await unmet(networkNeeds);
    if (why !== null) return notRun(why);
    await using ward = await startWard({
      policy: { offline: { enabled: true, cacheSize: 100 }, hotp: { windowSize: 110 } },
      server: { publicUrl: `https://${address}:${port}`, names: [address], heartbeatSeconds: 5 },
      workstation: { ownNetwork: true },
      prepare: async ({ network }, { server }) => {
        await network.expose({ address, port, targetPort: server.port });
      },
    });
    await ward.signIn();
    await ward.workstation.untilCached(ward.person, 100);

    const rounds = context.quick ? 3 : 5;
    const first: number[] = [];
    const later: number[] = [];
    const without: number[] = [];
    for (let round = 0; round < rounds; round++) {
      const { network } = ward.workstation;
      await ward.workstation.untilLevel();
      await network.blackhole(address);
      first.push(await offline(ward));
      for (let nth = 0; nth < signInsPerRound; nth++) later.push(await offline(ward));
      // The same machine where every attempt to connect fails at once: nothing is there to wait for.
      await network.unroute(address);
      await ward.workstation.untilOffline();
      for (let nth = 0; nth < signInsPerRound; nth++) without.push(await offline(ward));
      await network.restoreRoute(address);
    }
    const base = median(without);
    const detail = {
      rounds,
      withoutMs: described(samples(without)),
      firstMs: described(samples(first)),
      laterMs: described(samples(later)),
    };
    return measured({
      "black-hole-first": { value: median(first) - base, detail },
      "black-hole-later": { value: median(later) - base, detail },
    });
  },
};

async function offline(ward: Ward): Promise<number> {
  const { milliseconds, shown } = await ward.signIn();
  if (!/offline/i.test(shown)) throw new Error(`not an offline sign-in: ${shown}`);
  return milliseconds;
}
