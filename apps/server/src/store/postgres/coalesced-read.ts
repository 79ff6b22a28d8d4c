/**
 * Gathers the reads of one turn of the event loop into one statement: under load a round trip per sign-in costs the
 * database more than the reading itself. `readAll` answers for every key, in their order.
 */
export function coalescedRead<Key, Value>(
  readAll: (keys: readonly Key[]) => Promise<readonly Value[]>,
): (key: Key) => Promise<Value> {
  let waiting: Waiting<Key, Value>[] = [];

  function flush(): void {
    const batch = waiting;
    waiting = [];
    void settle(batch);
  }

  async function settle(batch: readonly Waiting<Key, Value>[]): Promise<void> {
    try {
      const values = await readAll(batch.map(({ key }) => key));
      for (const [index, { resolve }] of batch.entries()) resolve(values[index] as Value);
    } catch (error) {
      if (batch.length === 1) {
        batch[0]?.reject(error);
        return;
      }
      // One key may be at fault: each for itself, so that only that one fails.
      await Promise.all(batch.map((one) => settle([one])));
    }
  }

  return (key) =>
    new Promise((resolve, reject) => {
      waiting.push({ key, resolve, reject });
      if (waiting.length === 1) setImmediate(flush);
    });
}

type Waiting<Key, Value> = { readonly key: Key; resolve(value: Value): void; reject(error: unknown): void };
