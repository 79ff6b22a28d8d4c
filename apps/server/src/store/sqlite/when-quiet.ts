/** How long nothing must have happened, and how long others have between two pieces of the work. */
const quietMs = 500;
const pauseMs = 20;

/**
 * Does work, piece by piece, once nothing has called `later` for a while; for the first time after it was made. `piece`
 * says whether there is more of it. A piece that fails is tried again after the next `later`.
 */
export function whenQuiet(piece: () => Promise<boolean>): { later(): void; stop(): void } {
  let interrupted = false;
  let stopped = false;
  const timer = setTimeout(() => void work(), quietMs).unref();

  async function work(): Promise<void> {
    interrupted = false;
    while (!interrupted && !stopped && (await piece().catch(() => false)))
      await new Promise((resume) => setTimeout(resume, pauseMs).unref());
  }

  return {
    later() {
      interrupted = true;
      // Begins anew, where it has fired too.
      timer.refresh();
    },
    stop() {
      stopped = true;
      clearTimeout(timer);
    },
  };
}
