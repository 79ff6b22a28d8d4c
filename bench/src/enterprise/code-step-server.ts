import type { TemporaryDirectory } from "@holdfast/e2e/rig/temporary-directory";
import { type Load, startLoad } from "../load/load.ts";
import type { Population } from "../load/population.ts";
import { fill } from "./fill.ts";
import { type ServerProcess, startServerProcess } from "./server-process.ts";

export const signInPath = "/api/v1/sign-ins";
export const clients = 64;

/** A real server with a population whose policy asks for the code alone, and the clients that sign in. */
export interface CodeStepServer extends AsyncDisposable {
  readonly server: ServerProcess;
  readonly load: Load;
}

export async function startCodeStepServer(options: {
  readonly directory: TemporaryDirectory;
  readonly databaseUrl: string | null;
  readonly population: Population;
  readonly nodeOptions?: readonly string[];
}): Promise<CodeStepServer> {
  const { directory, databaseUrl, population, nodeOptions = [] } = options;
  const stateDir = directory.path;
  await using stack = new AsyncDisposableStack();
  const server = stack.use(await startServerProcess({ stateDir, databaseUrl, nodeOptions }));
  const policy = await server.call("POST", "/api/v1/policies", {
    name: "Code alone",
    changes: { workflows: { "remote-access": [["hotp"]] } },
  });
  const issued = await server.call("POST", "/api/v1/api-keys", { name: "VPN", scopes: ["sign-in"] });
  await fill({ stateDir, databaseUrl, policyId: policy.id, population });
  const load = stack.use(
    await startLoad({
      host: "127.0.0.1",
      port: server.port,
      path: signInPath,
      apiKey: issued.key,
      connections: clients,
      population,
    }),
  );
  const resources = stack.move();
  return { server, load, [Symbol.asyncDispose]: () => resources.disposeAsync() };
}
