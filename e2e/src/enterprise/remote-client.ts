import { randomUUID } from "node:crypto";
import { createApi } from "@holdfast/cli/transport/api";
import { openPinned } from "@holdfast/cli/transport/pinned-https";
import { signInAnswer } from "@holdfast/protocol/sign-in-api";
import type { Person } from "./person.ts";
import type { ServerProcess } from "./server-process.ts";

/** A client of the sign-in API that is no endpoint, as a VPN gateway would be. */
export interface RemoteClient extends Disposable {
  /** "succeeded", or the code with which the server refused. */
  signIn(person: Person, code: string): Promise<string>;
}

export async function remoteClient(
  server: ServerProcess,
  authorityPin: string,
  key: string,
): Promise<RemoteClient> {
  const pinned = { url: `https://localhost:${server.port}`, authorityPin };
  const connection = await openPinned(pinned);
  if (connection.kind !== "open") throw new Error(`the server cannot be reached: ${connection.why}`);
  const api = createApi(connection, pinned, key);
  return {
    async signIn(person, code) {
      const begin = {
        attemptId: randomUUID(),
        userName: person.userName,
        workflow: "remote-access",
        given: [
          { factor: "password", value: person.password },
          { factor: "hotp", value: code },
        ],
      };
      const answer = await api.send(signInAnswer, "POST", "/sign-ins", begin, { doing: "sign in" });
      return answer.kind === "ok" ? answer.value.status : answer.code;
    },
    [Symbol.dispose]: () => connection.close(),
  };
}
