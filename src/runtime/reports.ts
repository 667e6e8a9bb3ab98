import type { RuntimeEvent } from './runtime-event.ts';

/** Events on their way to whoever watches a node. */
export interface Reports {
  report(event: RuntimeEvent): void;
  /** Reports that this went wrong, with the error's words. */
  trouble(what: string): (error: unknown) => void;
  /** The first who listens hears the trouble that the start had, too. */
  subscribe(listener: (event: RuntimeEvent) => void): () => void;
  /** Has `listener` hear what `work` reports before it returns. */
  during(listener: (event: RuntimeEvent) => void, work: () => void): void;
  close(): void;
}

export function createReports(): Reports {
  const listeners = new Set<(event: RuntimeEvent) => void>();
  const early: RuntimeEvent[] = [];

  const report = (event: RuntimeEvent) => {
    if (listeners.size === 0 && event.type === 'trouble') early.push(event);
    for (const listener of listeners) listener(event);
  };

  return {
    report,
    trouble: (what) => (error) =>
      report({ type: 'trouble', what: `${what}: ${error instanceof Error ? error.message : String(error)}` }),
    subscribe: (listener) => {
      listeners.add(listener);
      for (const event of early.splice(0)) listener(event);
      return () => listeners.delete(listener);
    },
    during: (listener, work) => {
      listeners.add(listener);
      work();
      listeners.delete(listener);
    },
    close: () => listeners.clear(),
  };
}
