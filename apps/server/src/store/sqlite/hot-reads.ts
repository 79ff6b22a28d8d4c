import type { DatabaseSync, StatementSync } from "node:sqlite";
import { createFactsReader, type FactsRecord, signInFactsSql, verdictSql } from "../sign-in-facts.ts";
import type { SignInFactsRow } from "../sign-in-facts-row.ts";

/** The two reads of every sign-in, each of one prepared statement, of what is committed. */
export type HotReads = {
  facts(userName: string): SignInFactsRow | null;
  verdict(attemptId: string, clientId: string): string | null;
};

/** On whichever connection `choose` says at the time: its cache is warm, or nobody's transaction is open on it. */
export function createHotReads(connections: readonly DatabaseSync[], choose: () => DatabaseSync): HotReads {
  const prepared = new Map(connections.map((connection) => [connection, prepare(connection)]));
  const toFacts = createFactsReader();
  const statements = () => prepared.get(choose()) as Statements;
  return {
    facts(userName) {
      const record = statements().facts.get(userName);
      // setReturnArrays is not in the types of `get`.
      return record === undefined ? null : toFacts(record as unknown as FactsRecord);
    },
    verdict(attemptId, clientId) {
      const row = statements().verdict.get(attemptId, clientId);
      return row === undefined ? null : String(row.verdict);
    },
  };
}

/**
 * Reads of one turn of the event loop share one snapshot: finding the newest one costs as much as what is read in
 * it. `renew` ends it, and must be called before anybody hears of a change that landed.
 */
export function createSnapshot(connection: DatabaseSync): { use(): DatabaseSync; renew(): void } {
  const begin = connection.prepare("BEGIN");
  const end = connection.prepare("COMMIT");
  let open = false;

  function renew(): void {
    if (!open) return;
    open = false;
    end.run();
  }

  return {
    use() {
      if (!open) {
        begin.run();
        open = true;
        setImmediate(renew);
      }
      return connection;
    },
    renew,
  };
}

type Statements = { readonly facts: StatementSync; readonly verdict: StatementSync };

function prepare(connection: DatabaseSync): Statements {
  const facts = connection.prepare(signInFactsSql("sqlite"));
  facts.setReturnArrays(true);
  return { facts, verdict: connection.prepare(verdictSql("sqlite")) };
}
