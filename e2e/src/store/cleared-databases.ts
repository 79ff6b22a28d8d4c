import { openStore } from "@holdfast/server/store/open-store";
import { type Place, placeAt } from "@holdfast/server/store/testing/place";
import type { PostgresCluster, PostgresDatabase } from "../../rig/postgres.ts";

/** Databases that hold what the schema's migration left in them, and nothing of the test before. */
export interface ClearedDatabases {
  take(): Promise<Place>;
}

/**
 * A database of a hundred tables takes longer to make than most tests need: one that was given back is cleared and
 * given again. One that a test changed past the store may be altered in any way; it is dropped. The others go with
 * their cluster.
 */
export async function clearedDatabases(cluster: PostgresCluster): Promise<ClearedDatabases> {
  const made = await cluster.createDatabase();
  const store = await openStore({ location: made.url, serverId: "server-1", now: Date.now });
  await store.close();
  await cluster.sql(keepInitialRows, made.name);
  const free: PostgresDatabase[] = [];
  return {
    async take() {
      const database = free.pop() ?? (await cluster.createDatabase({ like: made }));
      let altered = false;
      return placeAt(
        database.url,
        async (statement) => {
          altered = true;
          await cluster.sql(statement, database.name);
        },
        async () => {
          if (altered) return await database[Symbol.asyncDispose]();
          await cluster.sql(clear, database.name);
          free.push(database);
        },
      );
    },
  };
}

const keepInitialRows = `
  CREATE SCHEMA initial;
  DO $$
  DECLARE name text; filled boolean;
  BEGIN
    FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' LOOP
      EXECUTE format('SELECT EXISTS (SELECT FROM public.%I)', name) INTO filled;
      IF filled THEN EXECUTE format('CREATE TABLE initial.%I AS TABLE public.%I', name, name); END IF;
    END LOOP;
  END $$`;

// A closed store's connections end a moment later at the server: until then they may hold locks. Foreign keys and
// the triggers that guard the audit are out of force for this session alone.
const clear = `
  SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity
    WHERE datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid();
  SET session_replication_role = replica;
  DO $$
  DECLARE name text;
  BEGIN
    FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' LOOP
      EXECUTE format('DELETE FROM public.%I', name);
    END LOOP;
    FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'initial' LOOP
      EXECUTE format('INSERT INTO public.%I OVERRIDING SYSTEM VALUE SELECT * FROM initial.%I', name, name);
    END LOOP;
    FOR name IN SELECT sequencename FROM pg_sequences WHERE schemaname = 'public' LOOP
      EXECUTE format('ALTER SEQUENCE public.%I RESTART', name);
    END LOOP;
  END $$`;
