// The least that a durable sign-in costs: Fastify and node:sqlite, one commit for all that came in meanwhile. It checks
// no code, asks for no key and keeps no chain. Run as a process: bare-sqlite.ts DATABASE-FILE USERS
import { DatabaseSync } from "node:sqlite";
import { userName } from "../load/population.ts";
import { bareServer, listen, type SignInRequest } from "./bare-server.ts";

const [file = "", users = "0"] = process.argv.slice(2);
const database = new DatabaseSync(file);
database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;");
database.exec(`
  CREATE TABLE users (id TEXT PRIMARY KEY, name TEXT NOT NULL UNIQUE, status TEXT NOT NULL);
  CREATE TABLE tokens (id TEXT PRIMARY KEY, user_id TEXT NOT NULL, counter INTEGER NOT NULL);
  CREATE INDEX tokens_of_user ON tokens (user_id);
  CREATE TABLE audit (id INTEGER PRIMARY KEY, at_ms INTEGER NOT NULL, user_id TEXT NOT NULL, event TEXT NOT NULL);
  CREATE INDEX audit_of_user ON audit (user_id, at_ms);
`);
fill(Number(users));

const begin = database.prepare("BEGIN IMMEDIATE");
const commit = database.prepare("COMMIT");
const facts = database.prepare(`
  SELECT u.id AS userId, u.status, t.id AS tokenId, t.counter FROM users u JOIN tokens t ON t.user_id = u.id
  WHERE u.name = ?`);
const advance = database.prepare("UPDATE tokens SET counter = counter + 1 WHERE id = ?");
const note = database.prepare("INSERT INTO audit (at_ms, user_id, event) VALUES (?, ?, ?)");

type Waiting = SignInRequest & { resolve(userId: string | null): void; reject(fault: unknown): void };
let queue: Waiting[] = [];

const server = bareServer(
  (request) =>
    new Promise((resolve, reject) => {
      queue.push({ ...request, resolve, reject });
      if (queue.length === 1) setImmediate(drain);
    }),
);
await listen(server);

function drain(): void {
  const batch = queue;
  queue = [];
  try {
    begin.run();
    const results = batch.map(signIn);
    commit.run();
    for (const [index, entry] of batch.entries()) entry.resolve(results[index] ?? null);
  } catch (fault) {
    if (database.isTransaction) database.exec("ROLLBACK");
    for (const entry of batch) entry.reject(fault);
  }
}

function signIn({ userName: name, attemptId }: SignInRequest): string | null {
  const row = facts.get(name);
  if (row === undefined || row.status !== "active") return null;
  const userId = String(row.userId);
  advance.run(String(row.tokenId));
  note.run(Date.now(), userId, JSON.stringify({ type: "sign-in", attemptId, outcome: "succeeded" }));
  return userId;
}

function fill(count: number): void {
  const user = database.prepare("INSERT INTO users VALUES (?, ?, 'active')");
  const token = database.prepare("INSERT INTO tokens VALUES (?, ?, 0)");
  database.exec("BEGIN");
  for (let number = 0; number < count; number++) {
    user.run(`usr_${number}`, userName(number));
    token.run(`tok_${number}`, `usr_${number}`);
  }
  database.exec("COMMIT");
}
