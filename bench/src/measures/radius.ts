import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { freeRadiusFiles } from "@holdfast/cli/admin/radius/freeradius-files";
import { startFreeRadius } from "@holdfast/e2e/rig/freeradius";
import { freeUdpPort } from "@holdfast/e2e/rig/ports";
import { RadiusClient } from "@holdfast/e2e/rig/radius-client";
import { temporaryDirectory } from "@holdfast/e2e/rig/temporary-directory";
import { fill } from "../enterprise/fill.ts";
import { type ServerProcess, startServerProcess } from "../enterprise/server-process.ts";
import { code, type Population, playingUser, tokenSecret, userName } from "../load/population.ts";
import { type Measure, measured, notRun } from "../measure.ts";
import { type Needs, unmet } from "../needs.ts";
import { fileRadius } from "../peers/file-radius.ts";
import { described, interleaved, ratios, rounded } from "../rounds.ts";

const needs: Needs = {
  machine: ["freeradius"],
  packages: ["freeradius", "freeradius-rest", "freeradius-utils"],
};
const population: Population = { users: 1_000, playing: 1_000 };
const perSecond = 200;
const secret = "a shared secret of the benchmark";
/** Sign-ins with a password that are under way at once. */
const atOnce = 16;

/**
 * Remote access through FreeRADIUS, all on this machine. Requests with a code alone come at a fixed rate, whatever the
 * answers take; beside them, the same FreeRADIUS with passwords in a file of its own.
 */
export const radiusSignIn: Measure = {
  figures: [
    {
      name: "radius-hotp",
      measure: `p99 of an HOTP code alone by RADIUS, through FreeRADIUS, at ${perSecond} requests a second`,
      unit: "ms",
      bar: { atMost: 50 },
    },
    {
      name: "radius-hotp-ratio",
      measure: "that p99 against FreeRADIUS answering from a local file, in the same run",
      unit: "×",
      bar: null,
    },
    {
      name: "radius-password-hotp",
      measure: "sign-ins with password and HOTP code a second through FreeRADIUS (Argon2id decides)",
      unit: "/s",
      bar: null,
    },
  ],
  async run({ quick, say }) {
    const why = await unmet(needs);
    if (why !== null) return notRun(why);
    await using stack = new AsyncDisposableStack();
    const directory = stack.use(await temporaryDirectory("bench-radius"));
    const stateDir = join(directory.path, "state");
    await mkdir(stateDir, { mode: 0o700 });
    const server = stack.use(await startServerProcess({ stateDir, databaseUrl: null }));
    const holdfastPort = await freeUdpPort();
    await configure(server, join(directory.path, "raddb"), holdfastPort);
    const { id: policyId } = await server.call("POST", "/api/v1/policies", {
      name: "Code alone",
      changes: { workflows: { "remote-access": [["hotp"]] } },
    });
    await fill({ stateDir, databaseUrl: null, policyId, population });
    const people = await withPasswords(server);
    stack.use(await startFreeRadius(join(directory.path, "raddb")));

    const filePort = await freeUdpPort();
    const fileDirectory = join(directory.path, "file-raddb");
    await fileRadius(fileDirectory, filePort, secret, population.users);
    stack.use(await startFreeRadius(fileDirectory));

    // A socket has 256 requests under way at most (RFC 2865 §3, Identifier).
    const socketsTo = (port: number) =>
      Promise.all(Array.from({ length: 8 }, async () => stack.use(await RadiusClient.create(port, secret))));
    const [holdfast, file] = [await socketsTo(holdfastPort), await socketsTo(filePort)];
    let signIn = 0;
    const byCode = () => {
      const user = playingUser(population, signIn);
      return { userName: userName(user), password: code(user, Math.floor(signIn++ / population.playing)) };
    };
    let asked = 0;
    const byFile = () => {
      const user = asked++ % population.users;
      return { userName: userName(user), password: code(user, 0) };
    };
    const forMs = quick ? 1_500 : 3_000;
    const all: { holdfast: number[]; file: number[] } = { holdfast: [], file: [] };
    const side = (client: readonly RadiusClient[], next: typeof byCode, into: number[]) => async () => {
      const latencies = await paced(client, next, forMs);
      into.push(...latencies);
      return at(latencies, 0.99);
    };
    say("warming up");
    await paced(holdfast, byCode, 3_000);
    await paced(file, byFile, 1_000);
    const rounds = await interleaved(
      { holdfast: side(holdfast, byCode, all.holdfast), file: side(file, byFile, all.file) },
      { rounds: quick ? 3 : 8, atMostMs: 60_000 },
    );
    const ratio = ratios(rounds.values.holdfast, rounds.values.file);
    say("password and code");
    const full = await withBoth(holdfast, people, quick ? 3_000 : 8_000);
    return measured({
      "radius-hotp": {
        value: rounded(rounds.sides.holdfast.median),
        detail: {
          requests: all.holdfast.length,
          p99OfAllMs: rounded(at(all.holdfast, 0.99)),
          p50Ms: rounded(at(all.holdfast, 0.5)),
          p99OfRoundsMs: described(rounds.sides.holdfast),
        },
      },
      "radius-hotp-ratio": {
        value: rounded(ratio.median),
        detail: {
          ratio: described(ratio),
          fileP50Ms: rounded(at(all.file, 0.5)),
          fileP99Ms: rounded(at(all.file, 0.99)),
        },
      },
      "radius-password-hotp": full,
    });
  },
};

/** As `holdfast admin radius configure` does, but for the port and the secret, which the server of the peer shares. */
async function configure(server: ServerProcess, directory: string, port: number): Promise<void> {
  await server.call("POST", "/api/v1/radius/clients", { name: "gateway", address: "127.0.0.1" });
  const body = { name: "freeradius", certificateHash: null };
  const issued = await server.call("POST", "/api/v1/radius/servers", body);
  const files = freeRadiusFiles({
    directory,
    issued: { ...issued, clients: issued.clients.map((client: object) => ({ ...client, secret })) },
    servers: [`http://127.0.0.1:${server.port}`],
    listen: { host: "127.0.0.1", port },
    certificate: { certificatePem: "", keyPem: "" },
  });
  for (const { path, text } of files) {
    await mkdir(dirname(join(directory, path)), { recursive: true });
    await writeFile(join(directory, path), text);
  }
}

type Person = { readonly userName: string; readonly user: number; counter: number };
const password = "a password of the benchmark";

/** People of the Default policy, with tokens whose codes are known. */
async function withPasswords(server: ServerProcess): Promise<Person[]> {
  const people: Person[] = [];
  for (let nth = 0; nth < atOnce; nth++) {
    const user = 1_000_000 + nth;
    const { id } = await server.call("POST", "/api/v1/users", { userName: `full-${nth}`, password });
    await server.call("POST", `/api/v1/users/${id}/tokens`, {
      kind: "hotp",
      label: "Token",
      secret: base32(tokenSecret(user)),
    });
    people.push({ userName: `full-${nth}`, user, counter: 0 });
  }
  return people;
}

/** Latencies in milliseconds of what was sent; a request that is not let in ends the measure. */
async function paced(
  sockets: readonly RadiusClient[],
  next: () => { userName: string; password: string },
  forMs: number,
): Promise<number[]> {
  const latencies: number[] = [];
  const underWay: Promise<void>[] = [];
  const startedMs = performance.now();
  const requests = Math.floor((forMs / 1000) * perSecond);
  for (let sent = 0; sent < requests; ) {
    const due = Math.floor(((performance.now() - startedMs) / 1000) * perSecond);
    for (; sent <= due && sent < requests; sent++) {
      const ask = next();
      const client = sockets[sent % sockets.length] as RadiusClient;
      const sentMs = performance.now();
      underWay.push(
        client.ask(ask).then(({ verdict, message }) => {
          if (verdict !== "accept") throw new Error(`${ask.userName}: ${verdict}: ${message}`);
          latencies.push(performance.now() - sentMs);
        }),
      );
    }
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  await Promise.all(underWay);
  return latencies;
}

async function withBoth([client]: readonly RadiusClient[], people: readonly Person[], forMs: number) {
  if (client === undefined) throw new Error("no socket");
  const latencies: number[] = [];
  const startedMs = performance.now();
  const play = async (person: Person) => {
    while (performance.now() - startedMs < forMs) {
      const sentMs = performance.now();
      const station = `198.51.100.${person.user % 250}`;
      const asked = await client.ask({ userName: person.userName, password, station }, 30_000);
      if (asked.state === null) throw new Error(`${person.userName}: ${asked.verdict}: ${asked.message}`);
      const typed = code(person.user, person.counter++);
      const last = { userName: person.userName, password: typed, state: asked.state, station };
      const { verdict, message } = await client.ask(last, 30_000);
      if (verdict !== "accept") throw new Error(`${person.userName}: ${verdict}: ${message}`);
      latencies.push(performance.now() - sentMs);
    }
  };
  await Promise.all(people.map(play));
  const elapsedSeconds = (performance.now() - startedMs) / 1000;
  return {
    value: rounded(latencies.length / elapsedSeconds),
    detail: { atOnce, p50Ms: rounded(at(latencies, 0.5)), p99Ms: rounded(at(latencies, 0.99)) },
  };
}

function at(values: readonly number[], share: number): number {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.floor(share * (sorted.length - 1))] ?? Number.NaN;
}

function base32(bytes: Uint8Array): string {
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  let bits = "";
  for (const byte of bytes) bits += byte.toString(2).padStart(8, "0");
  return (bits.match(/.{5}/g) ?? []).map((five) => alphabet[Number.parseInt(five, 2)]).join("");
}
