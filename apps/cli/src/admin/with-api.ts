import type { Declaration, Values } from "@holdfast/options/declaration";
import type { AnyCommand, Call, Command } from "../frame/command.ts";
import { command } from "../frame/command.ts";
import type { Answer, Outcome } from "../frame/outcome.ts";
import type { Ports } from "../frame/ports.ts";
import { withProgress } from "../output/progress.ts";
import type { Api } from "../transport/api.ts";
import { createApi, notReached } from "../transport/api.ts";
import { openPinned } from "../transport/pinned-https.ts";
import { defaultAdministratorFile, readAdministrator } from "./administrator-file.ts";
import { administratorOptions } from "./administrator-options.ts";

type AdminCommand<D extends Declaration> = Omit<Command<D>, "run"> & {
  readonly run: (api: Api, call: Call<D>) => Promise<Outcome>;
};

/** A command that speaks to the server with this account's administrator key. */
export function adminCommand<const D extends Declaration>(spec: AdminCommand<D>): AnyCommand {
  const options: Declaration = { ...spec.options, ...administratorOptions };
  return command<Declaration>({
    ...spec,
    options,
    run: async (call) => {
      const { values } = call as unknown as Call<typeof administratorOptions>;
      return withAdministrator(values, call.ports, (api) => spec.run(api, call as unknown as Call<D>));
    },
  });
}

/** Opens the API, says on standard error what is waited for, and closes the connection afterwards. */
async function withAdministrator(
  values: Values<typeof administratorOptions>,
  ports: Ports,
  work: (api: Api) => Promise<Outcome>,
): Promise<Outcome> {
  const administrator = readAdministrator(values.administratorFile ?? defaultAdministratorFile(ports));
  if (administrator.kind === "refused") return administrator;
  const { url, authorityPin, key } = administrator.value;
  const connection = await withProgress(ports, `Connecting to ${url}`, openPinned(administrator.value));
  if (connection.kind === "unreachable") return notReached(url, connection);
  try {
    return await work(patient(createApi(connection, { url, authorityPin }, key), ports));
  } finally {
    connection.close();
  }
}

/** The same API, telling of answers that take longer than a second. */
function patient(api: Api, ports: Ports): Api {
  const waiting = <T>(answer: Promise<Answer<T>>): Promise<Answer<T>> =>
    withProgress(ports, `Waiting for ${api.server.url}`, answer);
  return {
    server: api.server,
    download: (method, path, body, write, purpose) =>
      waiting(api.download(method, path, body, write, purpose)),
    get: (schema, path, purpose, query) => waiting(api.get(schema, path, purpose, query)),
    send: (schema, method, path, body, purpose) => waiting(api.send(schema, method, path, body, purpose)),
  };
}
