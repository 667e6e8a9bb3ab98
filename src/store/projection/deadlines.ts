/** When what runs out by itself runs out, the soonest first: a binary heap with one place for each key. */
export interface Deadlines<Key> {
  /** From now on the key's deadline; undefined: it has none. */
  set(key: Key, atMs: number | undefined): void;
  /** Those that are reached by `nowMs`, each once. */
  due(nowMs: number): readonly Key[];
}

interface Place<Key> {
  readonly key: Key;
  readonly atMs: number;
}

export function createDeadlines<Key>(): Deadlines<Key> {
  const deadlines = new Map<Key, number>();
  /** The earliest place of each key: a deadline that moves on, as that of a lease does, is put further back when its place is reached. */
  const placed = new Map<Key, number>();
  const heap: Place<Key>[] = [];

  const push = (place: Place<Key>) => {
    placed.set(place.key, place.atMs);
    heap.push(place);
    for (let at = heap.length - 1; at > 0; ) {
      const parent = (at - 1) >> 1;
      if (heap[parent]!.atMs <= heap[at]!.atMs) return;
      swap(heap, at, parent);
      at = parent;
    }
  };

  const pop = (): Place<Key> => {
    const first = heap[0]!;
    const last = heap.pop()!;
    if (heap.length === 0) return first;
    heap[0] = last;
    for (let at = 0; ; ) {
      const left = 2 * at + 1;
      const right = left + 1;
      const child = right < heap.length && heap[right]!.atMs < heap[left]!.atMs ? right : left;
      if (child >= heap.length || heap[at]!.atMs <= heap[child]!.atMs) return first;
      swap(heap, at, child);
      at = child;
    }
  };

  return {
    set: (key, atMs) => {
      if (atMs === undefined) {
        deadlines.delete(key);
        return;
      }
      deadlines.set(key, atMs);
      const place = placed.get(key);
      if (place === undefined || atMs < place) push({ key, atMs });
    },
    due: (nowMs) => {
      const due: Key[] = [];
      while (heap[0] !== undefined && heap[0].atMs <= nowMs) {
        const { key, atMs } = pop();
        // A place behind an earlier one, which was dealt with.
        if (placed.get(key) !== atMs) continue;
        placed.delete(key);
        const deadline = deadlines.get(key);
        if (deadline === undefined) continue;
        if (deadline > nowMs) push({ key, atMs: deadline });
        else {
          deadlines.delete(key);
          due.push(key);
        }
      }
      return due;
    },
  };
}

function swap<Item>(items: Item[], a: number, b: number): void {
  [items[a], items[b]] = [items[b]!, items[a]!];
}
