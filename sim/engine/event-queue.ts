/** What will happen, earliest first; of events at one time, the one that was pushed first. */
export interface EventQueue<Event> {
  readonly size: number;
  push(timeMs: number, event: Event): void;
  /** The time of the next event; Infinity when there is none. */
  nextTimeMs(): number;
  pop(): Event | undefined;
}

/** Children of a heap node: a wide heap is shallow, and pushes, which mostly stay near the bottom, are cheap. */
const ARITY = 4;

/** A heap in three arrays side by side, so that the times that comparisons read lie together. */
export function createEventQueue<Event>(): EventQueue<Event> {
  const times: number[] = [];
  const orders: number[] = [];
  const events: Event[] = [];
  let pushed = 0;

  const put = (at: number, timeMs: number, order: number, event: Event) => {
    times[at] = timeMs;
    orders[at] = order;
    events[at] = event;
  };

  /** Moves a hole from the end up to where an event of this time and order belongs. */
  const siftUp = (from: number, timeMs: number, order: number): number => {
    let at = from;
    while (at > 0) {
      const parent = Math.floor((at - 1) / ARITY);
      const parentTime = times[parent]!;
      if (parentTime < timeMs || (parentTime === timeMs && orders[parent]! < order)) break;
      put(at, parentTime, orders[parent]!, events[parent]!);
      at = parent;
    }
    return at;
  };

  const siftDown = (size: number, timeMs: number, order: number): number => {
    let at = 0;
    for (;;) {
      const first = at * ARITY + 1;
      if (first >= size) return at;
      let least = first;
      const end = Math.min(first + ARITY, size);
      for (let child = first + 1; child < end; child++) {
        const childTime = times[child]!;
        const leastTime = times[least]!;
        if (childTime < leastTime || (childTime === leastTime && orders[child]! < orders[least]!))
          least = child;
      }
      const leastTime = times[least]!;
      if (timeMs < leastTime || (timeMs === leastTime && order < orders[least]!)) return at;
      put(at, leastTime, orders[least]!, events[least]!);
      at = least;
    }
  };

  return {
    get size() {
      return times.length;
    },
    nextTimeMs: () => times[0] ?? Number.POSITIVE_INFINITY,
    push: (timeMs, event) => {
      const order = pushed++;
      put(siftUp(times.length, timeMs, order), timeMs, order, event);
    },
    pop: () => {
      const first = events[0];
      const timeMs = times.pop();
      const order = orders.pop();
      const event = events.pop();
      if (times.length > 0) put(siftDown(times.length, timeMs!, order!), timeMs!, order!, event!);
      return first;
    },
  };
}
