import { setTimeout as sleep } from "node:timers/promises";
import { timeArgon2id } from "../argon2id.ts";
import { startWard } from "../enterprise/ward.ts";
import { type Measure, measured, notRun } from "../measure.ts";
import { pamNeeds, unmet } from "../needs.ts";
import { processorMs } from "../process-usage.ts";
import { described, median, rounded, samples } from "../rounds.ts";

const codes = 120;

export const sealing: Measure = {
  figures: [
    {
      name: "sealing-120-codes",
      measure: "sealing 120 codes after a sign-in, in the background, with one Argon2id",
      unit: "s",
      bar: { atMost: 1 },
    },
  ],
  async run(context) {
    const why = await unmet(pamNeeds);
    if (why !== null) return notRun(why);
    await using ward = await startWard({
      policy: { offline: { enabled: true, cacheSize: codes }, hotp: { windowSize: codes + 5 } },
    });
    const { workstation, person } = ward;
    const seconds: number[] = [];
    const signInMs: number[] = [];
    const processorPerArgon2id: number[] = [];
    const rounds = context.quick ? 5 : 15;
    for (let round = 0; round < rounds; round++) {
      const before = await workstation.holding(person);
      const argon2idMs = await timeArgon2id(person.password);
      // The password of an online sign-in is checked at the server: whatever Argon2id the agent runs is for sealing.
      const usedBefore = await processorMs(workstation.agent.pid);
      const { milliseconds } = await ward.signIn();
      signInMs.push(milliseconds);
      const answeredMs = performance.now();
      await workstation.until(
        "the new bundle is kept",
        ({ users }) =>
          users.some(
            ({ userName, remaining, bundle }) =>
              userName === person.userName &&
              remaining === codes &&
              (before === null || bundle.sequence > before.bundle.sequence),
          ),
        20_000,
      );
      seconds.push((performance.now() - answeredMs) / 1000);
      processorPerArgon2id.push(((await processorMs(workstation.agent.pid)) - usedBefore) / argon2idMs);
      // What is left of the contact must not fall into the next round.
      await sleep(200);
    }
    const argon2ids = median(processorPerArgon2id);
    if (argon2ids >= 2) {
      throw new Error(`sealing took the processor time of ${rounded(argon2ids)} Argon2id: that is not one`);
    }
    return measured({
      "sealing-120-codes": {
        value: median(seconds),
        detail: {
          rounds,
          seconds: described(samples(seconds)),
          signInAnsweredAfterMs: described(samples(signInMs)),
          agentProcessorTimeInArgon2ids: described(samples(processorPerArgon2id)),
        },
      },
    });
  },
};
