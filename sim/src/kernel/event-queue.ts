type Entry<T> = { readonly atMs: number; readonly order: number; readonly value: T };

/** What is due when; of two at the same time, the one that was put in first. A binary heap. */
export class EventQueue<T> {
  readonly #heap: Entry<T>[] = [];
  #order = 0;

  push(atMs: number, value: T): void {
    const heap = this.#heap;
    let at = heap.length;
    const entry = { atMs, order: this.#order++, value };
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const above = heap[parent] as Entry<T>;
      if (!before(entry, above)) break;
      heap[at] = above;
      at = parent;
    }
    heap[at] = entry;
  }

  nextMs(): number | null {
    return this.#heap[0]?.atMs ?? null;
  }

  pop(): T {
    const heap = this.#heap;
    const [top] = heap;
    const last = heap.pop();
    if (top === undefined || last === undefined) throw new RangeError("the event queue is empty");
    if (heap.length > 0) this.#sink(last);
    return top.value;
  }

  #sink(entry: Entry<T>): void {
    const heap = this.#heap;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      const left = heap[child];
      const right = heap[child + 1];
      if (left === undefined) break;
      if (right !== undefined && before(right, left)) child += 1;
      const least = heap[child] as Entry<T>;
      if (!before(least, entry)) break;
      heap[at] = least;
      at = child;
    }
    heap[at] = entry;
  }
}

function before<T>(a: Entry<T>, b: Entry<T>): boolean {
  return a.atMs < b.atMs || (a.atMs === b.atMs && a.order < b.order);
}
