import { startWard } from "../enterprise/ward.ts";
import { type Measure, measured, notRun } from "../measure.ts";
import { pamNeeds, unmet } from "../needs.ts";
import { described, interleaved, median } from "../rounds.ts";

const attemptsPerRound = 20;

export const pamRefusal: Measure = {
  figures: [
    {
      name: "pam-refusal",
      measure: "a PAM refusal that needs neither Argon2id nor a write, above pam_permit",
      unit: "ms",
      bar: { atMost: 0.5 },
    },
  ],
  async run(context) {
    const why = await unmet(pamNeeds);
    if (why !== null) return notRun(why);
    // One offline sign-in and no more: the next is refused before anybody is asked for anything.
    await using ward = await startWard({ policy: { offline: { enabled: true, maxSignIns: 1, bypass: [] } } });
    await ward.signIn();
    await ward.workstation.untilCached(ward.person, 1);
    await ward.enterprise.server.kill();
    await ward.workstation.untilOffline();
    await ward.signIn();
    await ward.workstation.untilCached(ward.person, 0);

    let shown = "";
    const refusals = async () => {
      const times = await ward.attempt([], attemptsPerRound);
      if (times.results.includes(0)) throw new Error("somebody got in who had no sign-in left");
      shown = times.shown;
      return median(times.milliseconds);
    };
    const permits = async () => {
      const user = ward.person.userName;
      const times = await ward.loop.authenticate({ service: ward.permitService, user }, attemptsPerRound);
      return median(times.milliseconds);
    };
    await refusals();
    const { sides, rounds } = await interleaved(
      { refusals, permits },
      { rounds: context.quick ? 10 : 40, atMostMs: 20_000 },
    );
    if (!/no offline sign-ins? left|used up/i.test(shown))
      throw new Error(`another refusal than meant: ${shown}`);
    return measured({
      "pam-refusal": {
        value: sides.refusals.median - sides.permits.median,
        detail: {
          rounds,
          attemptsPerRound,
          refusalMs: described(sides.refusals),
          permitMs: described(sides.permits),
          refusal: shown,
        },
      },
    });
  },
};
