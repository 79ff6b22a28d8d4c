import { type AddressInfo, connect, createServer, type Socket } from "node:net";

export interface CommitPoint {
  /** Which commit, from 1. */
  readonly nth: number;
  /** Before the database hears of it, or when it is done and its client has not heard. */
  readonly when: "before" | "after";
}

/**
 * Stands between a client and PostgreSQL, and lets a test act at a commit: the wire is the one place where all that a
 * server does to its database can be seen from outside (PostgreSQL 15, 55.2 and 55.7: message flow and formats).
 * Knows what node-postgres sends over TCP without TLS.
 */
export interface CommitProxy extends AsyncDisposable {
  /** The same database by way of the proxy. */
  through(databaseUrl: string): string;
  /** From now on notes commits, from zero. */
  count(): void;
  /** From now on counts from zero, and at the chosen commit lets nothing pass any more and calls `act`. */
  actAt(point: CommitPoint, act: () => void): void;
  off(): void;
  /** What the commits since `count` or `actAt` changed: their statements, in order. */
  commits(): readonly string[];
}

export async function startCommitProxy(targetPort: number): Promise<CommitProxy> {
  let watching = false;
  let chosen: { readonly point: CommitPoint; readonly act: () => void } | null = null;
  let seen: string[] = [];
  const open = new Set<Connection>();

  const watch: Watch = {
    committing(statements) {
      if (!watching) return "pass";
      seen.push(statements);
      return chosen?.point.nth === seen.length ? chosen.point.when : "pass";
    },
    reached() {
      for (const connection of open) connection.stop();
      chosen?.act();
      chosen = null;
      watching = false;
    },
  };
  const server = createServer({ noDelay: true }, (socket) => {
    const connection = new Connection(socket, targetPort, watch);
    open.add(connection);
    socket.once("close", () => open.delete(connection));
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  const { port } = server.address() as AddressInfo;
  const begin = (at: typeof chosen) => {
    seen = [];
    chosen = at;
    watching = true;
  };
  return {
    through(databaseUrl) {
      const url = new URL(databaseUrl);
      url.port = `${port}`;
      return url.href;
    },
    count: () => begin(null),
    actAt: (point, act) => begin({ point, act }),
    off() {
      watching = false;
      chosen = null;
    },
    commits: () => seen,
    async [Symbol.asyncDispose]() {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const connection of open) connection.stop();
      await closed;
    },
  };
}

interface Watch {
  /** What is to be done about a commit of these statements. */
  committing(statements: string): "pass" | "before" | "after";
  reached(): void;
}

class Connection {
  readonly #client: Socket;
  readonly #database: Socket;
  readonly #watch: Watch;
  readonly #statements = new Map<string, string>();
  /** What was asked and not answered yet; the first ReadyForQuery answers the start of the session. */
  readonly #asked: ("pass" | "after")[] = ["pass"];
  #transaction: string[] | null = null;
  #stopped = false;

  constructor(client: Socket, targetPort: number, watch: Watch) {
    this.#client = client;
    this.#database = connect({ port: targetPort, host: "127.0.0.1", noDelay: true });
    this.#watch = watch;
    const messages = new Messages({ startsUntyped: true });
    const answers = new Messages({ startsUntyped: false });
    let asking: Buffer[] = [];
    let sql: string[] = [];
    client.on("data", (bytes) => {
      for (const message of messages.take(bytes)) {
        if (this.#stopped) return;
        asking.push(message.bytes);
        const text = this.#textOf(message);
        if (text !== null) sql.push(text);
        if (message.type === "Q" || message.type === "S") {
          const verdict = this.#ask(sql.join("; "));
          if (verdict === "before") {
            this.#watch.reached();
            return;
          }
          this.#asked.push(verdict);
          sql = [];
        }
        // Parts of an extended query wait for their Sync; the start of a session goes on at once.
        if (!parts.has(message.type)) {
          this.#database.write(Buffer.concat(asking));
          asking = [];
        }
      }
    });
    this.#database.on("data", (bytes) => {
      for (const message of answers.take(bytes)) {
        if (this.#stopped) return;
        if (message.type === "Z" && this.#asked.shift() === "after") {
          this.#watch.reached();
          return;
        }
        client.write(message.bytes);
      }
    });
    for (const [one, other] of [
      [client, this.#database],
      [this.#database, client],
    ] as const) {
      one.on("error", () => undefined);
      one.on("close", () => other.destroy());
    }
  }

  /** Nothing passes any more; the connection ends without a word. */
  stop(): void {
    this.#stopped = true;
    this.#client.destroy();
    this.#database.destroy();
  }

  #ask(sql: string): "pass" | "before" | "after" {
    if (/^\s*(begin|start transaction)\b/i.test(sql)) {
      this.#transaction = [];
      return "pass";
    }
    if (/^\s*rollback\b/i.test(sql)) {
      this.#transaction = null;
      return "pass";
    }
    if (/^\s*commit\b/i.test(sql)) {
      const changes = this.#transaction ?? [];
      this.#transaction = null;
      return changes.length === 0 ? "pass" : this.#watch.committing(changes.join("; "));
    }
    if (!changing.test(sql)) return "pass";
    if (this.#transaction === null) return this.#watch.committing(sql);
    this.#transaction.push(sql);
    return "pass";
  }

  /** The statement that a message brings, or names. */
  #textOf({ type, bytes }: Message): string | null {
    const fields = () => bytes.subarray(5).toString("utf8").split("\0");
    if (type === "Q") return fields()[0] ?? null;
    if (type === "P") {
      const [name = "", text = ""] = fields();
      this.#statements.set(name, text);
      return null;
    }
    if (type === "B") return this.#statements.get(fields()[1] ?? "") ?? null;
    return null;
  }
}

/** Parse, Bind, Describe, Execute, Close. */
const parts = new Set(["P", "B", "D", "E", "C"]);
const changing = /\b(insert\s+into|delete\s+from|update\s+"?\w+"?\s+(?:as\s+)?(?:\w+\s+)?set)\b/i;

interface Message {
  /** One letter; empty for the first of a session. */
  readonly type: string;
  readonly bytes: Buffer;
}

/** Cuts a stream into messages: a letter, then a length that counts itself and what follows. */
class Messages {
  #rest = Buffer.alloc(0);
  #untyped: boolean;

  constructor({ startsUntyped }: { readonly startsUntyped: boolean }) {
    this.#untyped = startsUntyped;
  }

  take(bytes: Buffer): Message[] {
    this.#rest = Buffer.concat([this.#rest, bytes]);
    const found: Message[] = [];
    for (;;) {
      const before = this.#untyped ? 0 : 1;
      if (this.#rest.length < before + 4) return found;
      const size = before + this.#rest.readUInt32BE(before);
      if (this.#rest.length < size) return found;
      const type = this.#untyped ? "" : String.fromCharCode(this.#rest[0] as number);
      found.push({ type, bytes: this.#rest.subarray(0, size) });
      this.#rest = this.#rest.subarray(size);
      this.#untyped = false;
    }
  }
}
