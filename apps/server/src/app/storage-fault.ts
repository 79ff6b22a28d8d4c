import { StorageError } from "../store/storage-error.ts";
import type { Refused } from "./outcome.ts";
import { refused } from "./outcome.ts";
import type { AppPorts } from "./ports.ts";

/** What a fault of the store means for who asked; null for faults of other kinds. */
export function storageRefusal(error: unknown): Refused | null {
  if (!(error instanceof StorageError)) return null;
  if (error.code === "cursor-invalid") {
    return refused("invalid-request", "The page mark is not one that this list gave.");
  }
  if (error.code === "storage-duplicate")
    return refused("conflict", "Something of this name exists already.");
  return refused(
    "storage-unavailable",
    "The server's store cannot be used just now. Nothing was changed; try again.",
    { retryAfterSeconds: 2 },
  );
}

/** Throws where the store does not answer. */
export async function checkStore(ports: AppPorts): Promise<void> {
  await ports.store.read((tx) => tx.settings.get("epoch"));
}
