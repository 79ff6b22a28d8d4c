import { randomBytes } from "node:crypto";
import { chown, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { freePort } from "./ports.ts";
import { type Child, type Exit, runOk, start } from "./process.ts";
import { postgresProgram } from "./requirements.ts";
import { temporaryDirectory } from "./temporary-directory.ts";

/** A temporary PostgreSQL cluster, with fsync on, on a loopback port and a Unix socket. */
export interface PostgresCluster extends AsyncDisposable {
  readonly port: number;
  readonly socketDirectory: string;
  /**
   * A database with a name of its own; dropped when disposed, connected clients or not. `like`: a copy of that one, to which
   * nobody may be connected.
   */
  createDatabase(options?: { readonly like?: PostgresDatabase }): Promise<PostgresDatabase>;
  /** Runs SQL as superuser and returns unaligned rows. */
  sql(statement: string, database?: string): Promise<string>;
  /** Fast shutdown. Data stays for `restart`. */
  stop(): Promise<Exit>;
  /** Ends every process of the cluster with SIGKILL. Data stays for `restart`. */
  kill(): Promise<void>;
  restart(): Promise<void>;
}

export interface PostgresDatabase extends AsyncDisposable {
  readonly name: string;
  /** postgresql:// URL over TCP, password included. */
  readonly url: string;
}

export async function startPostgres(
  settings: Readonly<Record<string, string>> = {},
): Promise<PostgresCluster> {
  await using stack = new AsyncDisposableStack();
  const directory = stack.use(await temporaryDirectory("postgres"));
  const user = await unprivilegedUser();
  if (user !== null) await chown(directory.path, user.uid, user.gid);

  const password = randomBytes(16).toString("hex");
  const passwordFile = join(directory.path, "password");
  await writeFile(passwordFile, password, { mode: 0o600 });
  if (user !== null) await chown(passwordFile, user.uid, user.gid);
  const data = join(directory.path, "data");
  await runOk(
    ...asUser(user, needed("initdb"), [
      ...["--pgdata", data, "--username", "postgres", "--encoding", "UTF8", "--locale", "C.UTF-8"],
      ...["--auth", "scram-sha-256", "--pwfile", passwordFile, "--no-sync"],
    ]),
    { cwd: directory.path },
  );

  const port = await freePort();
  const options = {
    listen_addresses: "127.0.0.1",
    port: `${port}`,
    unix_socket_directories: directory.path,
    fsync: "on",
    max_connections: "200",
    ...settings,
  };
  const argv = Object.entries(options).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
  let server: Child;
  const launch = async () => {
    server = await start(...asUser(user, needed("postgres"), ["-D", data, ...argv]), { cwd: directory.path });
    try {
      await server.waitForOutput("database system is ready to accept connections", { timeoutMs: 30_000 });
    } catch (cause) {
      await server.kill();
      throw cause;
    }
  };
  await launch();

  const sql = async (statement: string, database = "postgres") => {
    const args = ["-X", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-h", directory.path, "-p", `${port}`];
    const done = await runOk(needed("psql"), [...args, "-U", "postgres", "-d", database, "-c", statement], {
      env: { PGPASSWORD: password },
    });
    return done.stdout.trim();
  };
  const stop = async () => {
    // SIGINT is PostgreSQL's fast shutdown; SIGTERM would wait for clients.
    server.signal("SIGINT");
    return await server.stop({ graceMs: 10_000 });
  };
  const resources = stack.move();
  return {
    port,
    socketDirectory: directory.path,
    sql,
    async createDatabase({ like } = {}) {
      const name = `holdfast_${randomBytes(6).toString("hex")}`;
      await sql(`CREATE DATABASE ${name} ${like === undefined ? "" : `TEMPLATE ${like.name}`}`);
      return {
        name,
        url: `postgresql://postgres:${password}@127.0.0.1:${port}/${name}`,
        async [Symbol.asyncDispose]() {
          await sql(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
        },
      };
    },
    stop,
    async kill() {
      // The postmaster first: its backends notice its end, and must not get time to act on it.
      const children = await childPids(server.pid);
      server.signal("SIGKILL");
      for (const pid of children) killQuietly(pid);
      await server.exited;
    },
    restart: launch,
    async [Symbol.asyncDispose]() {
      await stop();
      await resources.disposeAsync();
    },
  };
}

interface SystemUser {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

/** PostgreSQL refuses to run as root: then it runs as Debian's `postgres`. */
async function unprivilegedUser(): Promise<SystemUser | null> {
  if (process.getuid?.() !== 0) return null;
  const entry = (await runOk("getent", ["passwd", "postgres"])).stdout.trim().split(":");
  return { name: "postgres", uid: Number(entry[2]), gid: Number(entry[3]) };
}

function asUser(user: SystemUser | null, command: string, args: readonly string[]): [string, string[]] {
  if (user === null) return [command, [...args]];
  const identity = [`--reuid=${user.uid}`, `--regid=${user.gid}`, "--clear-groups"];
  // A change of user clears the parent-death signal, so it is set once more.
  return ["setpriv", [...identity, "--pdeathsig", "KILL", "--", command, ...args]];
}

function needed(name: "initdb" | "postgres" | "psql"): string {
  const path = postgresProgram(name);
  if (path === null) throw new Error(`PostgreSQL's ${name} is not installed (Debian: postgresql)`);
  return path;
}

async function childPids(parent: number): Promise<number[]> {
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name)).map(Number);
  const parents = await Promise.all(pids.map(parentOf));
  return pids.filter((_, index) => parents[index] === parent);
}

async function parentOf(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, "utf8").catch(() => "");
  return Number(/^PPid:\s*(\d+)$/m.exec(status)?.[1] ?? Number.NaN);
}

function killQuietly(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It ended between the listing and now.
  }
}
