/**
 * Group commit: what is added while a transaction runs shares the next one. The batch adapts to the load by itself,
 * and no timer is used, which a hidden tab would slow down to one tick a second.
 */
export interface GroupCommit<Transaction> {
  /** Resolves once the transaction that carries `write` is complete; rejects with its error, together with all in it. */
  add(sizeBytes: number, write: (transaction: Transaction) => Promise<unknown>): Promise<void>;
}

interface Waiting<Transaction> {
  readonly sizeBytes: number;
  readonly write: (transaction: Transaction) => Promise<unknown>;
  readonly resolve: () => void;
  readonly reject: (reason: unknown) => void;
}

/**
 * `commit` runs the writes in one transaction. A batch closes at `maxBatchBytes`; the first write over it still goes
 * in. 4 MiB a transaction measured near the best of relaxed writes; more only holds more memory.
 */
export function createGroupCommit<Transaction>(
  commit: (writes: readonly ((transaction: Transaction) => Promise<unknown>)[]) => Promise<void>,
  maxBatchBytes = 4 * 1024 * 1024,
): GroupCommit<Transaction> {
  let queue: Waiting<Transaction>[] = [];
  let running = false;

  const takeBatch = (): Waiting<Transaction>[] => {
    let sizeBytes = 0;
    let count = 0;
    while (count < queue.length && sizeBytes < maxBatchBytes) sizeBytes += queue[count++]!.sizeBytes;
    const batch = queue.slice(0, count);
    queue = queue.slice(count);
    return batch;
  };

  const pump = async () => {
    running = true;
    // One turn of the event loop's microtasks, so that puts made together start together.
    await Promise.resolve();
    while (queue.length > 0) {
      const batch = takeBatch();
      try {
        await commit(batch.map(({ write }) => write));
        for (const { resolve } of batch) resolve();
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
    running = false;
  };

  return {
    add: (sizeBytes, write) =>
      new Promise((resolve, reject) => {
        queue.push({ sizeBytes, write, resolve, reject });
        if (!running) void pump();
      }),
  };
}
