/** The app's IndexedDB: one store of records by name. What is acknowledged is on the disk (`durability: "strict"`). */

const databaseName = "holdfast-authenticator";
const storeName = "records";

export type Database = {
  get(name: string): Promise<unknown>;
  /** By name, of all whose name begins so. */
  startingWith(prefix: string): Promise<ReadonlyMap<string, unknown>>;
  /** All of it or nothing; `null` deletes. */
  write(changes: Readonly<Record<string, unknown>>): Promise<void>;
  close(): void;
};

/** `onClosed`: the browser took it away while it was open, as it does when site data is cleared. */
export async function openDatabase(onClosed: () => void): Promise<Database> {
  const request = indexedDB.open(databaseName, 1);
  request.onupgradeneeded = () => request.result.createObjectStore(storeName);
  const database = await done(request);
  database.onclose = onClosed;
  database.onversionchange = () => {
    database.close();
    onClosed();
  };
  const reading = () => database.transaction(storeName, "readonly").objectStore(storeName);
  return {
    get: (name) => done(reading().get(name)),
    async startingWith(prefix) {
      const range = IDBKeyRange.bound(prefix, `${prefix}\uffff`);
      const store = reading();
      const [names, values] = await Promise.all([done(store.getAllKeys(range)), done(store.getAll(range))]);
      return new Map(names.map((name, index) => [String(name), values[index]]));
    },
    write(changes) {
      const transaction = database.transaction(storeName, "readwrite", { durability: "strict" });
      const store = transaction.objectStore(storeName);
      for (const [name, value] of Object.entries(changes)) {
        if (value === null) store.delete(name);
        else store.put(value, name);
      }
      return new Promise((resolve, reject) => {
        transaction.oncomplete = () => resolve();
        transaction.onabort = () => reject(transaction.error ?? new Error("the write was given up"));
        transaction.onerror = () => reject(transaction.error);
      });
    },
    close: () => database.close(),
  };
}

export function deleteDatabase(): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.deleteDatabase(databaseName);
    request.onsuccess = () => resolve();
    request.onerror = () => reject(request.error);
    // Another tab has it open and closes it on `versionchange`; then this goes on by itself.
    request.onblocked = () => undefined;
  });
}

function done<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
