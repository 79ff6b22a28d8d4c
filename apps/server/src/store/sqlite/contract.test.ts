import { storeContract } from "../testing/contract.ts";
import { sqlitePlace } from "../testing/place.ts";

storeContract("SQLite", () => sqlitePlace({ threaded: false }));
