/** Work that may go on together and work that must be alone, each in the order of the calls; failures stop nothing. */
export type Turns = {
  together<T>(work: () => T | Promise<T>): Promise<T>;
  alone<T>(work: () => T | Promise<T>): Promise<T>;
};

export function createTurns(): Turns {
  let lastAlone: Promise<unknown> = Promise.resolve();
  let everything: Promise<unknown> = Promise.resolve();
  return {
    together(work) {
      const result = lastAlone.then(work);
      everything = Promise.allSettled([everything, result]);
      return result;
    },
    alone(work) {
      const result = everything.then(work);
      lastAlone = everything = result.catch(() => undefined);
      return result;
    },
  };
}
