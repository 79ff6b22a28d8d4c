// A process that plays clients: started by load.ts, told what to do by lines of JSON on stdin.
import { randomBytes, randomUUIDv7 } from "node:crypto";
import { createInterface } from "node:readline";
import { HttpConnection } from "./http-connection.ts";
import type { LoadCommand, LoadReport, LoadTarget } from "./load.ts";
import { code, playingUser, userName } from "./population.ts";

const target = JSON.parse(process.argv[2] ?? "") as LoadTarget;
let prepared: string[] = [];
let nextSignIn = 0;
process.stdout.write("ready\n");

for await (const line of createInterface({ input: process.stdin })) {
  const command = JSON.parse(line) as LoadCommand;
  if (command.do === "prepare") prepare(command.requests);
  else process.stdout.write(`report ${JSON.stringify(await play(command.forMs))}\n`);
}

/** Codes are worked out beforehand: what is timed is the server. */
function prepare(requests: number): void {
  while (prepared.length < requests) prepared.push(request(nextSignIn++));
  process.stdout.write("prepared\n");
}

/** Each user's codes in order; `playing` sign-ins lie between two of the same user. */
function request(signIn: number): string {
  const { population } = target;
  const user = playingUser(population, signIn);
  const counter = Math.floor(signIn / population.playing);
  const body = JSON.stringify({
    // As the agent makes them: new ones lie together in the server's index.
    attemptId: randomUUIDv7(),
    userName: userName(user),
    workflow: "remote-access",
    given: [{ factor: "hotp", value: code(user, counter) }],
    context: { service: "vpn", remoteHost: "192.0.2.10" },
  });
  const head = [
    `POST ${target.path} HTTP/1.1`,
    `Host: ${target.host}:${target.port}`,
    `Authorization: Bearer ${target.apiKey}`,
    `Holdfast-Request: ${randomBytes(12).toString("base64url")}`,
    "Content-Type: application/json",
    `Content-Length: ${body.length}`,
  ];
  return `${head.join("\r\n")}\r\n\r\n${body}`;
}

/** New connections each time: servers close those that lie idle while others are measured. */
async function open(): Promise<HttpConnection> {
  const connection = await HttpConnection.open(target.host, target.port);
  // Answered whatever it says: only now has the server accepted. A request that waited for that would come too late
  // for the order of its user's codes.
  await connection.exchange(`GET /healthz HTTP/1.1\r\nHost: ${target.host}:${target.port}\r\n\r\n`);
  return connection;
}

async function play(forMs: number): Promise<LoadReport> {
  const connections = await Promise.all(Array.from({ length: target.connections }, open));
  const latenciesMs: number[] = [];
  const startedMs = performance.now();
  const ready = prepared;
  let next = 0;
  let succeeded = 0;
  let firstFailure: string | null = null;
  let endedEarly = false;

  const client = async (connection: HttpConnection) => {
    while (performance.now() - startedMs < forMs) {
      const text = ready[next];
      if (text === undefined) {
        endedEarly = true;
        return;
      }
      next++;
      const sentMs = performance.now();
      const { status, body } = await connection.exchange(text);
      latenciesMs.push(performance.now() - sentMs);
      if (status === 200 && body.includes('"status":"succeeded"')) succeeded++;
      else firstFailure ??= `${status} ${body.slice(0, 500)}`;
    }
  };
  await Promise.all(connections.map(client));

  const elapsedMs = performance.now() - startedMs;
  for (const connection of connections) connection.close();
  prepared = ready.slice(next);
  latenciesMs.sort((one, other) => one - other);
  const at = (share: number) => latenciesMs[Math.floor(share * (latenciesMs.length - 1))] ?? 0;
  return {
    answered: latenciesMs.length,
    succeeded,
    firstFailure,
    endedEarly,
    perSecond: (succeeded * 1000) / elapsedMs,
    p50Ms: at(0.5),
    p99Ms: at(0.99),
  };
}
