/** Runs one piece of work after another, in the order of the calls; a failure does not stop the next. */
export type Serial = { run<T>(work: () => T | Promise<T>): Promise<T> };

export function createSerial(): Serial {
  let last: Promise<unknown> = Promise.resolve();
  return {
    run(work) {
      const result = last.then(work);
      last = result.catch(() => undefined);
      return result;
    },
  };
}
