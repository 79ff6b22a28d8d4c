/**
 * Lets everything else that waits go first. The embedded database answers at once: without this, walking through a large
 * enterprise or a long table would keep every sign-in waiting until the walk is over.
 */
export function nextTurn(): Promise<void> {
  return new Promise((resume) => setImmediate(resume));
}
