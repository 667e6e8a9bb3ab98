import {
  applyChanges,
  type Change,
  change,
  type Doc,
  from,
  getAllChanges,
  init,
  load,
  save,
} from '@automerge/automerge';

/**
 * Automerge, the nearest public peer: a hash DAG of changes by several actors that folds to one document on every node, whatever
 * the order. It has no signatures and no authority. At its best: all changes in one call, and for opening its own snapshot.
 */
export interface AutomergeFigures {
  readonly perChangeUs: number;
  /** Of one further change. */
  readonly furtherMs: number;
  readonly openPerChangeUs: number;
}

const FURTHER = 50;

type Values = Record<string, string>;

/** One history; a prefix of it is what a smaller document has. */
export function writeChanges(count: number, pathOf: (number: number) => string): readonly Change[] {
  let doc: Doc<Values> = from<Values>({});
  for (let number = 1; number < count + FURTHER; number++)
    doc = change(doc, (values) => {
      values[pathOf(number)] = `value ${number}`;
    });
  return getAllChanges(doc);
}

export function measureAutomerge(
  changes: readonly Change[],
  count: number,
  cpuMs: () => number,
): AutomergeFigures {
  const startMs = cpuMs();
  let [doc] = applyChanges(init<Values>(), changes.slice(0, count));
  const foldedMs = cpuMs() - startMs;
  const further = changes.slice(count, count + FURTHER);
  const furtherStartMs = performance.now();
  for (const one of further) [doc] = applyChanges(doc, [one]);
  const furtherMs = (performance.now() - furtherStartMs) / further.length;
  const snapshot = save(doc);
  const openStartMs = cpuMs();
  load<Values>(snapshot);
  const openedMs = cpuMs() - openStartMs;
  return { perChangeUs: (foldedMs * 1000) / count, furtherMs, openPerChangeUs: (openedMs * 1000) / count };
}
