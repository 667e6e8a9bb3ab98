import type { WallMs } from '../time/instant.ts';
import type { ReleaseId } from '../wire/encoding/ids.ts';
import {
  type FaultsContent,
  type FaultText,
  MAX_FAULT_CHARACTERS,
  MAX_FAULT_TEXTS,
} from '../wire/statement/release-faults.ts';
import type { Fault, FrameFact } from './input.ts';
import { unhealthyWords } from './release-words.ts';

/** What a page says of itself that counts against its release; undefined: nothing. */
export function faultOf(fact: FrameFact): Fault | undefined {
  switch (fact.type) {
    case 'release-error':
      return { kind: 'error', text: fact.message };
    case 'release-warning':
      return { kind: 'warning', text: fact.message };
    case 'release-unhealthy':
      return { kind: 'unhealthy', text: unhealthyWords(fact.reason) };
    default:
      return undefined;
  }
}

const NONE: FaultsContent['counts'] = { error: 0, warning: 0, restart: 0, unhealthy: 0 };

/**
 * What a device says of its running release, once more went wrong with it. Counts are of one release: those of another begin anew. Of texts
 * the newest are kept, warnings giving way first: what begins to fail after a week must not be hidden by what was always said.
 */
export function withFault(
  before: FaultsContent | undefined,
  release: ReleaseId,
  { kind, text }: Fault,
  wallMs: WallMs,
): FaultsContent {
  const same = before?.release === release ? before : undefined;
  const counts = same?.counts ?? NONE;
  const cut = text.slice(0, MAX_FAULT_CHARACTERS);
  const isSame = (known: FaultText) => known.kind === kind && known.text === cut;
  const known = same?.texts.find(isSame);
  const others = same?.texts.filter((other) => !isSame(other)) ?? [];
  return {
    type: 'faults',
    release,
    // A clock that was set back since makes it as old as can be said.
    sinceMs: Math.min(same?.sinceMs ?? wallMs, wallMs),
    counts: { ...counts, [kind]: counts[kind] + 1 },
    texts: withinBound([...others, { kind, text: cut, count: (known?.count ?? 0) + 1 }]),
  };
}

/** `texts` in the order in which they were heard last. */
function withinBound(texts: readonly FaultText[]): readonly FaultText[] {
  if (texts.length <= MAX_FAULT_TEXTS) return texts;
  const oldestWarning = texts.findIndex(({ kind }) => kind === 'warning');
  return texts.toSpliced(Math.max(0, oldestWarning), 1);
}
