import type { DataFact, DeviceEffect } from '../input.ts';

type Task = Extract<DeviceEffect, { type: 'copy-data' | 'restore-data' | 'clear-data' }>;

/**
 * What an app origin keeps, by who wrote it: each release that runs leaves its id there. Tasks are done and answered at once, unless they
 * are held; a crash in the middle of one leaves it half done.
 */
export function anAppOrigin() {
  let kept: readonly string[] = [];
  const copies = new Map<string, readonly string[]>();
  let asked: Task | undefined;
  let isHeld = false;
  let failing: Partial<Record<Task['type'], Partial<Extract<DataFact, { type: 'data-failed' }>>>> = {};

  const perform = (task: Task) => {
    if (task.type === 'copy-data') copies.set(task.product, kept);
    if (task.type === 'clear-data') kept = [];
    if (task.type === 'restore-data') kept = copies.get(task.product) ?? ['nothing to restore'];
  };

  return {
    carryOut: (effect: DeviceEffect) => {
      switch (effect.type) {
        case 'run-release':
          kept = [...new Set([...kept, effect.release])];
          break;
        case 'copy-data':
        case 'restore-data':
        case 'clear-data':
          if (asked !== undefined)
            throw new Error(`${effect.type} was asked for while ${asked.type} went on`);
          asked = effect;
          break;
        case 'retain-data':
          for (const product of copies.keys()) if (!effect.products.includes(product)) copies.delete(product);
      }
    },
    answers: (): readonly DataFact[] => {
      if (asked === undefined || isHeld) return [];
      const task = asked;
      asked = undefined;
      const failure = failing[task.type];
      if (failure !== undefined)
        return [{ type: 'data-failed', task: task.task, reason: 'no room', unanswered: false, ...failure }];
      perform(task);
      return [{ type: 'data-done', task: task.task }];
    },
    hold: (held: boolean) => {
      isHeld = held;
    },
    fail: (instead: typeof failing) => {
      failing = instead;
    },
    /** What the release on the screen leaves besides. */
    write: (what: string) => {
      kept = [...kept, what];
    },
    asked: () => asked?.type,
    crash: () => {
      if (asked?.type === 'copy-data') copies.set(asked.product, ['half a copy']);
      if (asked?.type === 'restore-data' || asked?.type === 'clear-data') kept = ['half of something'];
      asked = undefined;
    },
    kept: () => kept,
    copies: () => [...copies.keys()],
  };
}
