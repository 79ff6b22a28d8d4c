import { join } from "node:path";
import type { PostgresDatabase } from "@holdfast/e2e/rig/postgres";
import { type Child, start } from "@holdfast/e2e/rig/process";

/** A bare server in a process of its own. */
export interface Peer extends AsyncDisposable {
  readonly pid: number;
  readonly port: number;
}

export async function startBareSqlite(file: string, users: number): Promise<Peer> {
  return await startPeer("bare-sqlite.ts", [file, `${users}`]);
}

export async function startBarePostgres(database: PostgresDatabase, users: number): Promise<Peer> {
  return await startPeer("bare-postgres.ts", [database.url, `${users}`]);
}

async function startPeer(program: string, args: readonly string[]): Promise<Peer> {
  const child: Child = await start(process.execPath, [join(import.meta.dirname, program), ...args]);
  const [, port] = await child.waitForOutput(/^listening on (\d+)\n/m, { timeoutMs: 60_000 });
  return { pid: child.pid, port: Number(port), [Symbol.asyncDispose]: () => child[Symbol.asyncDispose]() };
}
