import { Enterprise } from "@holdfast/e2e/enterprise/enterprise";
import type { Person } from "@holdfast/e2e/enterprise/person";
import type { Workstation, WorkstationOptions } from "@holdfast/e2e/enterprise/workstation";
import { temporaryDirectory } from "@holdfast/e2e/rig/temporary-directory";
import { type PamLoop, type PamTimes, startPamLoop } from "../pam-loop.ts";

/** A server, a workstation with the real agent and PAM module, and one person who may sign in there offline. */
export interface Ward extends AsyncDisposable {
  readonly enterprise: Enterprise;
  readonly workstation: Workstation;
  readonly person: Person;
  readonly loop: PamLoop;
  /** The agent's state, under the same path inside the machine and outside. */
  readonly stateDirectory: string;
  /** PAM's service with nothing but pam_holdfast.so. */
  readonly service: string;
  /** PAM's service with nothing but pam_permit.so. */
  readonly permitService: string;
  /** One sign-in with the person's next code; throws unless it succeeds. */
  signIn(): Promise<{ readonly milliseconds: number; readonly shown: string }>;
  attempt(answers: readonly string[], count?: number): Promise<PamTimes>;
}

export async function startWard(options: {
  readonly policy: Readonly<Record<string, unknown>>;
  readonly server?: NonNullable<Parameters<typeof Enterprise.create>[0]>;
  readonly workstation?: Pick<WorkstationOptions, "ownNetwork">;
  readonly prepare?: (workstation: Workstation, enterprise: Enterprise) => Promise<void>;
}): Promise<Ward> {
  await using stack = new AsyncDisposableStack();
  const enterprise = stack.use(await Enterprise.create(options.server ?? {}));
  const policyId = await enterprise.administrator.addPolicy("Benchmark", options.policy);
  const { prepare } = options;
  const stateDirectory = stack.use(await temporaryDirectory("bench-agent")).path;
  const workstation = await enterprise.addWorkstation({
    ...options.workstation,
    configuration: `state_dir = "${stateDirectory}"`,
    ...(prepare === undefined ? {} : { prepare: (machine) => prepare(machine, enterprise) }),
  });
  const person = await enterprise.addPerson("alice", [workstation], { policyId });
  const { machine } = workstation;
  await machine.writePamService(service, "auth required pam_holdfast.so\n");
  await machine.writePamService(permitService, "auth required pam_permit.so\n");
  const loop = stack.use(await startPamLoop(machine));
  const attempt = (answers: readonly string[], count = 1) =>
    loop.authenticate({ service, user: person.userName, answers }, count);
  const resources = stack.move();
  return {
    enterprise,
    workstation,
    person,
    loop,
    stateDirectory,
    service,
    permitService,
    attempt,
    async signIn() {
      const { results, milliseconds, shown } = await attempt([person.password, person.token.next()]);
      if (results[0] !== 0) throw new Error(`the sign-in ended with PAM's ${results[0]}: ${shown}`);
      return { milliseconds: milliseconds[0] ?? Number.NaN, shown };
    },
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  };
}

const service = "bench-holdfast";
const permitService = "bench-permit";
