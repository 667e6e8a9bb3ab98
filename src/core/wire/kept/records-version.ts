/**
 * The version of all that a node keeps in its records and in the places of K1: which names there are, and the form of each value. It rises
 * with every change that a reader of the version before would read wrongly or drop (K6); a new name that such a reader leaves alone is
 * none. Each step from one version to the next stands in `migrateRecords`.
 *
 * Version 1: counters are numbers under `counter/...`. Version 2: they are texts under `kept/counter/...`, as all of K1.
 */
export const RECORDS_VERSION = 2;

const OLD_COUNTERS = 'counter/';

/**
 * What to put into records of an older version so that they are of this one; an undefined value deletes. A version 1 without a version
 * beside it may be of version 2 already, which this leaves as it is.
 */
export function migrateRecords(
  from: number,
  records: ReadonlyMap<string, unknown>,
): ReadonlyMap<string, unknown> {
  const changes = new Map<string, unknown>();
  if (from >= 2) return changes;
  for (const [name, value] of records) {
    if (!name.startsWith(OLD_COUNTERS)) continue;
    changes.set(name, undefined);
    if (isCount(value))
      changes.set(`kept/${name}`, higherCounter(String(value), records.get(`kept/${name}`)));
  }
  return changes;
}

/** Of a counter's text of version 1 and what stands in its place already, the one that is not lower (K1). */
export function higherCounter(old: string, there: unknown): string {
  const isHigher = typeof there === 'string' && /^\d{1,16}$/.test(there) && Number(there) > Number(old);
  return isHigher ? there : old;
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
