import type { HostServices } from './host.ts';

/** Work of one node that is done one after another and takes virtual time; what a crash finds undone stays so. */
export interface WorkQueue {
  push(takesMs: number, done: () => void): void;
  /** The queue's timer fired. */
  onTimer(): void;
}

export function createWorkQueue(
  { schedule }: Pick<HostServices<never>, 'schedule'>,
  timer: string,
): WorkQueue {
  const waiting: { readonly takesMs: number; readonly done: () => void }[] = [];
  const begin = () => {
    const [next] = waiting;
    if (next !== undefined) schedule(timer, next.takesMs);
  };
  return {
    push: (takesMs, done) => {
      waiting.push({ takesMs, done });
      if (waiting.length === 1) begin();
    },
    onTimer: () => {
      // What comes while it is done waits behind it.
      waiting[0]?.done();
      waiting.shift();
      begin();
    },
  };
}
