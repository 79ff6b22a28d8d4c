import { setTimeout as sleep } from "node:timers/promises";
import { startCommitProxy } from "../../rig/commit-proxy.ts";
import { crashControl, type FileOperation } from "../../rig/crash.ts";
import { startPostgres } from "../../rig/postgres.ts";
import type { Need } from "../../rig/requirements.ts";
import type { ServerOptions, ServerProcess } from "../enterprise/server-process.ts";

/** A moment within a commit, as one kind of store has them. */
export interface Moment {
  /** For messages: which commit, and where within it. */
  readonly at: string;
  arm(server: ServerProcess): void;
}

/** Kills a server (kill -9) within its commits, from outside of its code. */
export interface ServerCrashes extends AsyncDisposable {
  /** What the server is to be started with. */
  readonly options: Pick<ServerOptions, "env" | "databaseUrl">;
  /** The moments of the commits that `act` brings about. */
  moments(server: ServerProcess, act: () => Promise<unknown>): Promise<Moment[]>;
  off(): void;
}

export const serverStores: Readonly<
  Record<string, { readonly needs: readonly Need[]; start(): Promise<ServerCrashes> }>
> = {
  SQLite: { needs: [], start: sqliteCrashes },
  PostgreSQL: { needs: ["postgres"], start: postgresCrashes },
};

/** At its file operations: in the middle of a write, and before and after a commit is synced. */
async function sqliteCrashes(): Promise<ServerCrashes> {
  const control = await crashControl();
  return {
    options: { env: control.env },
    async moments({ stateDirectory: directory }, act) {
      control.count({ directory });
      await noted(act);
      const points = momentsInFiles(control.operations());
      control.off();
      return points.map(({ at, ...point }) => ({
        at,
        arm: ({ stateDirectory }) => control.crashAt({ directory: stateDirectory, ...point }),
      }));
    },
    off: () => control.off(),
    [Symbol.asyncDispose]: () => control[Symbol.asyncDispose](),
  };
}

/**
 * For each commit: in the middle of its writes, and after it is synced, before anybody hears of it. For the first one
 * also before its first write and before it is synced.
 */
function momentsInFiles(operations: readonly FileOperation[]) {
  const syncs = operations.flatMap(({ call }, index) => (call === "fsync" ? [index] : []));
  return syncs.flatMap((sync, commit) => {
    const first = commit === 0 ? 0 : (syncs[commit - 1] as number) + 1;
    const name = `commit ${commit + 1} of ${syncs.length}`;
    const [half, after, ...others] = [
      {
        nth: Math.floor((first + sync) / 2) + 1,
        when: "half",
        at: `${name}, in the middle of a write`,
      },
      { nth: sync + 1, when: "after", at: `${name}, after it is synced` },
      { nth: first + 1, when: "before", at: `${name}, before its first write` },
      { nth: sync + 1, when: "before", at: `${name}, before it is synced` },
    ] as const;
    return commit === 0 ? [half, after, ...others] : [half, after];
  });
}

/** On the wire: before the database hears of a commit, and when it is done and the server has not heard. */
async function postgresCrashes(): Promise<ServerCrashes> {
  await using stack = new AsyncDisposableStack();
  const cluster = stack.use(await startPostgres());
  const database = stack.use(await cluster.createDatabase());
  const proxy = stack.use(await startCommitProxy(cluster.port));
  const resources = stack.move();
  return {
    options: { databaseUrl: proxy.through(database.url) },
    async moments(_server, act) {
      proxy.count();
      await noted(act);
      const commits = proxy.commits();
      proxy.off();
      return commits.flatMap((_statements, index) =>
        (["before", "after"] as const).map((when) => ({
          at: `commit ${index + 1} of ${commits.length}, ${when} it is done`,
          arm: ({ child }) => proxy.actAt({ nth: index + 1, when }, () => void child.signal("SIGKILL")),
        })),
      );
    },
    off: () => proxy.off(),
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  };
}

/** With what the act leaves to the background. */
async function noted(act: () => Promise<unknown>): Promise<void> {
  await act();
  await sleep(500);
}
