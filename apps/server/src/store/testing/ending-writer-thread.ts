import crypto from "node:crypto";
import { syncBuiltinESMExports } from "node:module";

/** The writing thread, but for one thing: it ends, in the midst of a transaction, on an audit row that asks for it. */
const hash = crypto.hash;
crypto.hash = ((...args: Parameters<typeof hash>) => {
  if (String(args[1]).includes("end-the-thread")) process.exit(7);
  return hash(...args);
}) as typeof hash;
syncBuiltinESMExports();

await import("../sqlite/writer-thread.ts");
