import { crashControl, type FileOperation } from "@holdfast/e2e/rig/crash";
import { temporaryDirectory } from "@holdfast/e2e/rig/temporary-directory";
import { timeArgon2id } from "../argon2id.ts";
import { startWard, type Ward } from "../enterprise/ward.ts";
import { type Context, type Measure, type Measured, measured, type NotRun, notRun } from "../measure.ts";
import { pamNeeds, unmet } from "../needs.ts";
import { startPamLoop } from "../pam-loop.ts";
import { startOfflineSssd } from "../peers/sssd.ts";
import { fileSizes, replay, type SizedOperation, sized } from "../replay.ts";
import { described, interleaved, ratios, rounded } from "../rounds.ts";

export const offlineSignIn: Measure = {
  figures: [
    {
      name: "offline-sign-in",
      measure: "a whole offline sign-in by PAM, against one Argon2id plus its own measured fsyncs",
      unit: "×",
      bar: { atMost: 1.15 },
    },
    {
      name: "offline-sign-in-beside-sssd",
      measure: "the same beside pam_sss with cached credentials, each at the KDF it ships with",
      unit: "×",
      bar: null,
    },
  ],
  async run(context) {
    const why = await unmet(pamNeeds);
    if (why !== null) return notRun(why);
    await using ward = await startWard({
      policy: { offline: { enabled: true, cacheSize: 150 }, hotp: { windowSize: 160 } },
    });
    const operations = await watchedSignIn(ward);
    return measured({
      "offline-sign-in": await againstFloor(context, ward, operations),
      "offline-sign-in-beside-sssd": await besideSssd(context, ward),
    });
  },
};

/** Fills the cache, takes the server away, and signs in once with every file operation of the agent noted. */
async function watchedSignIn({
  workstation,
  stateDirectory,
  enterprise,
  person,
  signIn,
}: Ward): Promise<SizedOperation[]> {
  await signIn();
  await workstation.untilCached(person, 150);
  await enterprise.server.kill();
  await workstation.agent.stop();
  await using control = await crashControl();
  await workstation.startAgent(control.env);
  await workstation.untilOffline();
  const before = await fileSizes(stateDirectory);
  control.count({ directory: stateDirectory });
  await signIn();
  const operations: FileOperation[] = control.operations();
  control.off();
  if (operations.length === 0) throw new Error("the agent wrote nothing that could be seen");
  const found = sized(operations, before, await fileSizes(stateDirectory));
  await workstation.agent.stop();
  await workstation.startAgent();
  await workstation.untilOffline();
  return found;
}

async function againstFloor(
  context: Context,
  ward: Ward,
  operations: readonly SizedOperation[],
): Promise<Measured> {
  await using directory = await temporaryDirectory("bench-replay");
  const fsyncs: number[] = [];
  const { sides, values, rounds } = await interleaved(
    {
      signIn: async () => (await ward.signIn()).milliseconds,
      floor: async () => {
        const argon2idMs = await timeArgon2id(ward.person.password);
        const fsyncMs = replay(operations, directory.path);
        fsyncs.push(fsyncMs);
        return argon2idMs + fsyncMs;
      },
    },
    { rounds: context.quick ? 10 : 40, atMostMs: 30_000 },
  );
  const ratio = ratios(values.signIn, values.floor);
  return {
    value: ratio.median,
    detail: {
      rounds,
      ratio: described(ratio),
      signInMs: described(sides.signIn),
      floorMs: described(sides.floor),
      ofWhichFileOperationsMs: rounded(fsyncs.toSorted((a, b) => a - b)[fsyncs.length >> 1] ?? 0),
      fileOperations: operations.map(({ call, path, bytes }) =>
        [call, path.slice(path.lastIndexOf("/") + 1), ...(call === "write" ? [`${bytes} bytes`] : [])].join(
          " ",
        ),
      ),
    },
  };
}

async function besideSssd(context: Context, ward: Ward): Promise<Measured | NotRun> {
  const started = await startOfflineSssd(context.say);
  if (started.kind === "impossible") return notRun(started.why);
  await using sssd = started.sssd;
  await using loop = await startPamLoop(sssd.machine);
  const { service, user, password } = sssd;
  const { sides, values, rounds } = await interleaved(
    {
      holdfast: async () => (await ward.signIn()).milliseconds,
      sssd: async () => {
        const { results, milliseconds } = await loop.authenticate({ service, user, answers: [password] });
        if (results[0] !== 0) throw new Error(`pam_sss ended with ${results[0]}`);
        return milliseconds[0] ?? Number.NaN;
      },
    },
    { rounds: context.quick ? 10 : 30, atMostMs: 30_000 },
  );
  const ratio = ratios(values.holdfast, values.sssd);
  return {
    value: ratio.median,
    detail: {
      rounds,
      ratio: described(ratio),
      holdfastMs: {
        ...described(sides.holdfast),
        factors: "password and code",
        kdf: "Argon2id, 64 MiB, t = 3",
      },
      sssdMs: { ...described(sides.sssd), factors: "password", kdf: "SHA-512 crypt", version: sssd.version },
    },
  };
}
