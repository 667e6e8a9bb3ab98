import type { DataFact, DataTask } from '../../core/device/input.ts';
import { AppOriginSilent, type ReleaseData } from '../../ports/release-data.ts';

/** Carries out what the device's life decides of its products' data, and tells how each ended. */
export interface DataTasks {
  /** Returns at once: what waits for it waits for the fact, and nothing else of the node does. */
  begin(task: DataTask & { readonly task: number }): void;
  retain(products: readonly string[]): Promise<void>;
}

export function createDataTasks(deps: {
  readonly data: ReleaseData;
  readonly onInput: (fact: DataFact) => void;
}): DataTasks {
  const { data, onInput } = deps;
  const perform = (task: DataTask) => {
    switch (task.type) {
      case 'copy-data':
        return data.copy(task.product, task.maxBytes);
      case 'restore-data':
        return data.restore(task.product);
      case 'clear-data':
        return data.clear();
    }
  };
  return {
    begin: (task) => {
      perform(task).then(
        () => onInput({ type: 'data-done', task: task.task }),
        (error: unknown) =>
          onInput({
            type: 'data-failed',
            task: task.task,
            reason: error instanceof Error ? error.message : String(error),
            unanswered: error instanceof AppOriginSilent,
          }),
      );
    },
    retain: (products) => data.retainCopies(new Set(products)),
  };
}
