/** As an AcceptanceCase, over what the implementation gives it: a check that every implementation of a port must pass, in Node or in a page: `run` throws where it does not. */
export interface SubjectCase<Subject> {
  readonly name: string;
  run(subject: Subject): Promise<void>;
}

export function expectEqual(actual: unknown, expected: unknown, what: string): void {
  if (actual !== expected) throw new Error(`${what}: ${String(actual)} instead of ${String(expected)}`);
}

/** The next values of a stream of events, in order; rejects when one does not come in time. */
export interface Recorder<Event> {
  record(event: Event): void;
  next(timeoutMs?: number): Promise<Event>;
}

export function createRecorder<Event>(): Recorder<Event> {
  const events: Event[] = [];
  const waiting: ((event: Event) => void)[] = [];
  return {
    record(event) {
      const waiter = waiting.shift();
      if (waiter === undefined) events.push(event);
      else waiter(event);
    },
    next(timeoutMs = 20_000) {
      return new Promise((resolve, reject) => {
        if (events.length > 0) return resolve(events.shift()!);
        const timer = setTimeout(() => reject(new Error(`nothing came within ${timeoutMs} ms`)), timeoutMs);
        waiting.push((event) => {
          clearTimeout(timer);
          resolve(event);
        });
      });
    },
  };
}
