import { storeContract } from "../testing/contract.ts";
import { sqlitePlace } from "../testing/place.ts";

storeContract("SQLite", () => sqlitePlace({ threaded: false }));
storeContract("SQLite with a thread that writes", () => sqlitePlace({ threaded: true }));
