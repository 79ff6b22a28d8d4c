import type { EnrolmentCreation } from "@holdfast/protocol/admin-api";
import { Administrator, type NewPerson } from "./administrator.ts";
import type { Person } from "./person.ts";
import { type ServerOptions, ServerProcess } from "./server-process.ts";
import { Workstation, type WorkstationOptions } from "./workstation.ts";

/** Offline sign-in allowed, locks that a test can sit out. */
export const wardPolicy = {
  lockout: { failures: 5, duration: "PT3S" },
  offline: { enabled: true },
};

/** A server with its first administrator, a policy for wards, and what belongs to it; all of it goes when disposed. */
export class Enterprise implements AsyncDisposable {
  readonly server: ServerProcess;
  readonly administrator: Administrator;
  readonly wards: string;
  readonly #resources: AsyncDisposableStack;

  private constructor(
    server: ServerProcess,
    administrator: Administrator,
    wards: string,
    resources: AsyncDisposableStack,
  ) {
    this.server = server;
    this.administrator = administrator;
    this.wards = wards;
    this.#resources = resources;
  }

  static async create(
    options: ServerOptions & { readonly port?: number } = {},
    policy: Readonly<Record<string, unknown>> = wardPolicy,
  ): Promise<Enterprise> {
    await using stack = new AsyncDisposableStack();
    const server = stack.use(await ServerProcess.create(options));
    await server.start();
    const administrator = await Administrator.bootstrap(server);
    const wards = await administrator.addPolicy("Wards", policy);
    return new Enterprise(server, administrator, wards, stack.move());
  }

  /** A machine with a running, enrolled agent. `prepare` runs before the agent starts: its network's way to the server. */
  async addWorkstation(
    options: WorkstationOptions & {
      readonly enrolment?: Partial<EnrolmentCreation>;
      readonly prepare?: (workstation: Workstation) => Promise<void>;
    } = {},
  ): Promise<Workstation & { readonly endpointId: string }> {
    const workstation = this.#resources.use(await Workstation.create(options));
    await options.prepare?.(workstation);
    await workstation.startAgent();
    const enrolment = { name: "ward-7", ...options.enrolment };
    const endpointId = await workstation.enrol(this.administrator, this.server.url, enrolment);
    await workstation.until("online", ({ connection }) => connection.state === "online");
    return Object.assign(workstation, { endpointId });
  }

  /** A person with an account on each of these machines. */
  async addPerson(
    userName: string,
    workstations: readonly Workstation[],
    options: Omit<NewPerson, "userName"> = {},
  ): Promise<Person> {
    const person = await this.administrator.addPerson({ userName, policyId: this.wards, ...options });
    for (const workstation of workstations) await workstation.addAccount(userName);
    return person;
  }

  /** Disposed with the enterprise, before its server. */
  use<T extends AsyncDisposable>(resource: T): T {
    return this.#resources.use(resource);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#resources.disposeAsync();
  }
}
