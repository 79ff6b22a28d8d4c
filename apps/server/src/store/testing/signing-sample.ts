import type { SigningRow } from "../signing-store.ts";
import { startMs } from "./samples.ts";

/** An order that waits for the signature of ada. */
export function signingSample(id: string, changes: Partial<SigningRow> = {}): SigningRow {
  return {
    id,
    applicationId: "key_orders",
    applicationName: "Order entry",
    requestId: `request-${id}`,
    userId: "usr_ada",
    documentTitle: "Morphine 5 mg",
    digest: "d".repeat(43),
    status: "pending",
    createdAtMs: startMs,
    expiresAtMs: startMs + 1_000,
    endedAtMs: null,
    statement: null,
    ...changes,
  };
}
