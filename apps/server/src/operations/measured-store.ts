import type { Store } from "../store/store.ts";
import type { Metrics } from "./metrics.ts";

/** The same store, telling how long its changes take. */
export function measuredStore(store: Store, committed: Metrics["committed"]): Store {
  const timed = async <T>(kind: "sign-in" | "transaction" | "audit", work: () => Promise<T>): Promise<T> => {
    const fromMs = performance.now();
    const end = (held: boolean) => committed(kind, (performance.now() - fromMs) / 1000, held);
    try {
      const value = await work();
      end(true);
      return value;
    } catch (error) {
      end(false);
      throw error;
    }
  };
  return {
    ...store,
    commitSignIn: (commit) => timed("sign-in", () => store.commitSignIn(commit)),
    transaction: (work) => timed("transaction", () => store.transaction(work)),
    note: (drafts) => timed("audit", () => store.note(drafts)),
  };
}
