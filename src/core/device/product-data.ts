import type { DataPolicy } from './data-policy.ts';
import type { DataFact, DataTask, DeviceEffect } from './input.ts';
import type { DeviceState, OnTrial, WayBack } from './state.ts';

/**
 * Sees to it that the app origin keeps what the release that is about to start may find there, and that what a trial changes can be had
 * back until it is committed (D16 to D18).
 */
export interface ProductData {
  /** `start` is called once a way back stands and the origin is the candidate's; `giveUp`, when that cannot be had. */
  beforeTrial(update: OnTrial, start: () => void, giveUp: (reason: string) => void): void;
  /** `start` is called once the origin is the running release's again. */
  beforeRunning(start: () => void): void;
  /** One of them waits. */
  isBusy(): boolean;
  onFact(fact: DataFact): void;
  /** Time to ask again what was not answered. */
  again(): void;
  /** What a commit changes of it. */
  onCommit(product: string): Pick<DeviceState, 'wayBack' | 'dataOf' | 'keptAside'>;
  /** Drops copies that the state does not name. */
  sweep(): void;
}

type Next = { readonly start: () => void } & (
  | { readonly type: 'run' }
  | { readonly type: 'trial'; readonly update: OnTrial; readonly giveUp: (reason: string) => void }
);

/** A guess: copies of products that gave way to others, the newest. More come back with their data, and fill the disk. */
const MAX_KEPT_ASIDE = 3;

export function createProductData(deps: {
  readonly state: () => DeviceState;
  readonly persist: (change: Partial<DeviceState>) => void;
  readonly emit: (effect: DeviceEffect) => void;
  readonly policy: () => DataPolicy;
  /** Of a way back, each of which may end in a crash. */
  readonly maxTries: number;
  /** Nothing of a release may be open during a task. */
  readonly takeDown: () => void;
  /** Asks for `again` in a while. */
  readonly wait: () => void;
  /** What the running product had could not be had back, and was cleared. */
  readonly onLost: (product: string) => void;
}): ProductData {
  const { state, persist, emit, policy } = deps;
  let next: Next | undefined;
  let underway: { readonly number: number; readonly onFact: (fact: DataFact) => void } | undefined;
  let tasks = 0;

  const begin = (task: DataTask, onFact: (fact: DataFact) => void) => {
    deps.takeDown();
    underway = { number: ++tasks, onFact };
    emit({ ...task, task: tasks });
  };

  const sweep = () => {
    const { wayBack, keptAside } = state();
    const products = new Set([...(wayBack?.by === 'copy' ? [wayBack.product] : []), ...keptAside]);
    emit({ type: 'retain-data', products: [...products] });
  };

  /** Begins the next task that stands before the start of `next`, which follows when none does. */
  const proceed = (): void => {
    if (underway !== undefined || next === undefined) return;
    const { wayBack, running, dataOf } = state();
    const rollout = next.type === 'trial' ? next.update.rollout : undefined;
    const product = next.type === 'trial' ? next.update.subject.product : running?.product;
    if (wayBack !== undefined && wayBack.rollout !== rollout) goBack(wayBack);
    else if (next.type === 'trial' && wayBack === undefined) prepareWayBack(next.update);
    else if (product !== undefined && product !== dataOf) arrangeFor(product);
    else start();
  };

  const start = () => {
    const ready = next;
    next = undefined;
    ready?.start();
  };

  const giveUp = (reason: string) => {
    if (next?.type !== 'trial') return start();
    const given = next;
    next = undefined;
    given.giveUp(reason);
  };

  // Before a trial.

  const prepareWayBack = ({ rollout, subject }: OnTrial): void => {
    const { dataOf } = state();
    if (dataOf === undefined) {
      // Whatever lies there, no release that is known here left it.
      persist({ wayBack: { rollout, product: subject.product, by: 'clearing', tries: 0 } });
      proceed();
    } else if (dataOf === subject.product && subject.dataStays) start();
    else copyOf(dataOf);
  };

  const copyOf = (product: string) =>
    begin({ type: 'copy-data', product, maxBytes: policy().maxCopyBytes }, (fact) => {
      if (next?.type !== 'trial') {
        sweep();
        return proceed();
      }
      if (fact.type === 'data-failed' && !policy().mayBeCleared)
        return giveUp(notCopied(product, fact.reason));
      const by = fact.type === 'data-done' ? 'copy' : 'clearing';
      persist({ wayBack: { rollout: next.update.rollout, product, by, tries: 0 } });
      proceed();
    });

  /** What lies there is another product's. */
  const arrangeFor = (product: string) => {
    const aside = state().keptAside.includes(product);
    begin(aside ? { type: 'restore-data', product } : { type: 'clear-data' }, (fact) => {
      if (fact.type === 'data-failed' && fact.unanswered) return deps.wait();
      if (fact.type === 'data-failed' && next?.type === 'trial')
        return giveUp(`the data of another product could not be taken from its way: ${fact.reason}`);
      persist({ dataOf: product });
      proceed();
    });
  };

  // After one that was not committed.

  const goBack = (wayBack: WayBack) => {
    const { product, by, tries } = wayBack;
    if (tries >= deps.maxTries) return giveUpWayBack(wayBack);
    persist({ wayBack: { ...wayBack, tries: tries + 1 } });
    begin(by === 'copy' ? { type: 'restore-data', product } : { type: 'clear-data' }, (fact) => {
      if (fact.type === 'data-done') return endWayBack(wayBack);
      if (!fact.unanswered) return proceed();
      // No release could run either: it is asked again for as long as that lasts.
      persist({ wayBack });
      deps.wait();
    });
  };

  /** A release without its data is better than none. */
  const giveUpWayBack = (wayBack: WayBack) => {
    if (wayBack.by === 'clearing') return endWayBack(wayBack);
    persist({ wayBack: { ...wayBack, by: 'clearing', tries: 0 } });
    proceed();
  };

  const endWayBack = ({ product, by }: WayBack) => {
    persist({ wayBack: undefined, dataOf: product });
    if (by === 'clearing' && state().running !== undefined) deps.onLost(product);
    sweep();
    proceed();
  };

  return {
    beforeTrial: (update, onReady, onGivenUp) => {
      next = { type: 'trial', update, start: onReady, giveUp: onGivenUp };
      proceed();
    },
    beforeRunning: (onReady) => {
      next = { type: 'run', start: onReady };
      proceed();
    },
    isBusy: () => next !== undefined,
    onFact: (fact) => {
      if (underway?.number !== fact.task) return;
      const { onFact } = underway;
      underway = undefined;
      onFact(fact);
    },
    again: proceed,
    onCommit: (product) => {
      const { wayBack, keptAside } = state();
      const given = wayBack?.by === 'copy' ? [wayBack.product] : [];
      const kept = policy().keepsOthers ? [...new Set([...given, ...keptAside])] : [];
      return {
        wayBack: undefined,
        dataOf: product,
        keptAside: kept.filter((name) => name !== product).slice(0, MAX_KEPT_ASIDE),
      };
    },
    sweep,
  };
}

function notCopied(product: string, reason: string): string {
  return `the data of ${product} could not be copied, to have it back should the trial fail: ${reason}. Where it may be lost, set "data-without-copy" to "clear" in the config`;
}
