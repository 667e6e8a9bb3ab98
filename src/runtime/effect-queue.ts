/** Runs tasks one after another; a task that fails is told to `onError` and does not stop those behind it. */
export interface EffectQueue {
  push(task: () => Promise<void>): void;
  /** Resolves when all that was pushed so far has run. */
  drained(): Promise<void>;
}

export function createEffectQueue(onError: (error: unknown) => void): EffectQueue {
  let tail: Promise<void> = Promise.resolve();
  return {
    push: (task) => {
      tail = tail.then(task).catch(onError);
    },
    drained: () => tail,
  };
}
