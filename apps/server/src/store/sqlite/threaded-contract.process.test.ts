import { storeContract } from "../testing/contract.ts";
import { sqlitePlace } from "../testing/place.ts";

/** As it is run: every test starts a thread, and all of them together take longer than the inner loop has. */
storeContract("SQLite with a thread that writes", () => sqlitePlace({ threaded: true }));
