import type { PostgresPool, PostgresPoolClient } from "kysely";
import type pg from "pg";
import { isPlainPage } from "../repositories/plain-rows.ts";

/**
 * The pool as Kysely uses it, but for pages that are asked all the time: a statement with a name is parsed and planned
 * once per connection, which for a page through an index is most of what it costs.
 */
export function namingPages(pool: pg.Pool): PostgresPool {
  const clients = new WeakMap<pg.PoolClient, PostgresPoolClient>();
  return {
    options: pool.options,
    end: () => pool.end(),
    async connect() {
      const client = await pool.connect();
      const known = clients.get(client);
      if (known) return known;
      const naming = namingClient(client);
      clients.set(client, naming);
      return naming;
    },
  };
}

function namingClient(client: pg.PoolClient): PostgresPoolClient {
  const names = new Map<string, string>();

  function nameOf(text: string): string | null {
    if (!isPlainPage(text)) return null;
    const known = names.get(text);
    if (known !== undefined) return known;
    if (names.size >= mostNames) return null;
    const name = `page ${names.size}`;
    names.set(text, name);
    return name;
  }

  // Kysely has cursors besides, which this store does not use.
  const query = (text: string, values: readonly unknown[]) => {
    const name = nameOf(text);
    return name === null
      ? client.query(text, [...values])
      : client.query({ name, text, values: [...values] });
  };
  return {
    query: query as unknown as PostgresPoolClient["query"],
    release: (destroy) => client.release(destroy),
  };
}

/** PostgreSQL keeps what is named for as long as the connection lives; filters and lengths of pages are few. */
const mostNames = 100;
