import type { CborValue } from '../encoding/cbor.ts';
import { bytesOfId, type ReleaseId } from '../encoding/ids.ts';
import { type CborMap, readId, readList, readMap, readOneOf, readText, readUint } from '../encoding/shape.ts';

/**
 * What went wrong with a release since a device committed it. `restart`: its page was started again, since it hung or its frame failed.
 * `unhealthy`: it said so itself.
 */
export const FAULT_KINDS = ['error', 'warning', 'restart', 'unhealthy'] as const;
export type FaultKind = (typeof FAULT_KINDS)[number];
/** As another device says it: `unknown` is one that only later versions have (W11). */
export type HeardFaultKind = FaultKind | 'unknown';

/** How a device's release has fared since it was committed there: for people, it decides nothing (D15). */
export interface FaultsContent {
  readonly type: 'faults';
  readonly release: ReleaseId;
  /** When the first came, by the clock that the statement's `timeMs` is of. */
  readonly sinceMs: number;
  /** All that came, also those that `texts` leaves out. */
  readonly counts: Readonly<Record<FaultKind, number>>;
  readonly texts: readonly FaultText[];
}

export interface FaultText {
  readonly kind: HeardFaultKind;
  readonly text: string;
  readonly count: number;
}

/** They fit a statement of 4 KiB, whatever their characters. */
export const MAX_FAULT_TEXTS = 6;
export const MAX_FAULT_CHARACTERS = 120;

export function faultsMap({ release, sinceMs, counts, texts }: FaultsContent): CborMap {
  return {
    release: bytesOfId(release),
    since: sinceMs,
    counts: { ...counts },
    texts: texts
      .slice(0, MAX_FAULT_TEXTS)
      .map(({ kind, text, count }) => [kind, text.slice(0, MAX_FAULT_CHARACTERS), count]),
  };
}

export function readFaults(map: CborMap): FaultsContent {
  const counts = readMap(map.counts, 'the counts of faults');
  const countOf = (kind: FaultKind) => readUint(counts[kind], `the count of faults of kind ${kind}`);
  return {
    type: 'faults',
    release: readId<ReleaseId>(map.release, 'release'),
    sinceMs: readUint(map.since, 'since'),
    counts: {
      error: countOf('error'),
      warning: countOf('warning'),
      restart: countOf('restart'),
      unhealthy: countOf('unhealthy'),
    },
    texts: readList(map.texts, 'the texts of faults', MAX_FAULT_TEXTS).map(readFaultText),
  };
}

function readFaultText(value: CborValue): FaultText {
  const [kind, text, count] = readList(value, 'a text of faults', 3);
  return {
    kind: readOneOf('unknown', kind, FAULT_KINDS, 'the kind of a fault'),
    text: readText(text, 'the text of a fault', MAX_FAULT_CHARACTERS),
    count: readUint(count, 'the count of a fault'),
  };
}
