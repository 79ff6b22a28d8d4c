import { join } from "node:path";
import { bootstrapped, type CliRig } from "../../cli/cli-rig.ts";
import { startFreeRadius } from "../../rig/freeradius.ts";
import type { ReferenceToken } from "../../rig/oathtool.ts";
import { freeUdpPort } from "../../rig/ports.ts";
import type { Child } from "../../rig/process.ts";
import { RadiusClient } from "../../rig/radius-client.ts";
import type { Need } from "../../rig/requirements.ts";
import { temporaryDirectory } from "../../rig/temporary-directory.ts";
import { newToken } from "../enterprise/person.ts";

export const remoteAccessNeeds: readonly Need[] = ["freeradius", "radclient", "oathtool"];

export type RemotePerson = {
  readonly userName: string;
  readonly userId: string;
  readonly password: string;
  readonly token: ReferenceToken;
};

/** A server, a FreeRADIUS in front of it as `holdfast admin radius` makes it, and a gateway that asks it. */
export class RemoteAccess implements AsyncDisposable {
  readonly rig: CliRig;
  readonly directory: string;
  readonly port: number;
  /** Of the gateway at 127.0.0.1. */
  readonly secret: string;
  freeRadius: Child;
  readonly #stack: AsyncDisposableStack;

  private constructor(
    rig: CliRig,
    directory: string,
    port: number,
    secret: string,
    freeRadius: Child,
    stack: AsyncDisposableStack,
  ) {
    this.rig = rig;
    this.directory = directory;
    this.port = port;
    this.secret = secret;
    this.freeRadius = freeRadius;
    this.#stack = stack;
  }

  static async create(config: Parameters<typeof bootstrapped>[0] = {}): Promise<RemoteAccess> {
    await using stack = new AsyncDisposableStack();
    const rig = await bootstrapped(config);
    stack.defer(() => rig.stop());
    const { path } = stack.use(await temporaryDirectory("radius"));
    const directory = join(path, "raddb");
    const port = await freeUdpPort();
    const { secret } = await rig.json(["radius", "add", "gateway", "127.0.0.1"]);
    await configure(rig, directory, port);
    const freeRadius = stack.use(await startFreeRadius(directory));
    return new RemoteAccess(rig, directory, port, secret, freeRadius, stack.move());
  }

  /** As after `holdfast admin radius add` and the like. */
  async reconfigure(...words: string[]): Promise<void> {
    await configure(this.rig, this.directory, this.port, ...words);
    await this.restart();
  }

  async restart(): Promise<void> {
    await this.freeRadius.stop();
    this.freeRadius = this.#stack.use(await startFreeRadius(this.directory));
  }

  async gateway(from = "127.0.0.1", secret = this.secret): Promise<RadiusClient> {
    return this.#stack.use(await RadiusClient.create(this.port, secret, { from }));
  }

  /** `policy`: by name. */
  async person(userName: string, policy = "Default"): Promise<RemotePerson> {
    const password = `password of ${userName}`;
    const words = ["users", "add", userName, "--password-stdin", "--policy", policy];
    const { id } = await this.rig.json(words, { input: `${password}\n` });
    const { token, secret } = newToken();
    await this.rig.json(["tokens", "enroll", userName, "--import-stdin"], { input: secret });
    return { userName, userId: id, password, token };
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#stack.disposeAsync();
  }
}

async function configure(rig: CliRig, directory: string, port: number, ...words: string[]): Promise<void> {
  await rig.json(["radius", "configure", "--out", directory, "--listen", `0.0.0.0:${port}`, ...words]);
}
