import {
  MAX_WARNING_CHARACTERS,
  MAX_WARNING_KINDS,
  type ReleaseWarnings,
} from '../wire/statement/release-warnings.ts';

/** Counts warnings by their text; the kinds that came first are kept, in bounded space whatever a release says. */
export interface WarningTally {
  add(text: string): void;
  report(): ReleaseWarnings;
}

export function createWarningTally(): WarningTally {
  const counts = new Map<string, number>();
  let total = 0;
  return {
    add: (message) => {
      const text = message.slice(0, MAX_WARNING_CHARACTERS);
      total += 1;
      if (counts.has(text) || counts.size < MAX_WARNING_KINDS) counts.set(text, (counts.get(text) ?? 0) + 1);
    },
    report: () => ({ total, kinds: Array.from(counts, ([text, count]) => ({ text, count })) }),
  };
}
