import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ReleaseId } from '../wire/encoding/ids.ts';
import { FAULT_KINDS, type FaultsContent, MAX_FAULT_TEXTS } from '../wire/statement/release-faults.ts';
import { withFault } from './fault-tally.ts';
import type { Fault } from './input.ts';

const ONE = 'one' as ReleaseId;
const OTHER = 'other' as ReleaseId;

const tally = (faults: readonly Fault[], release = ONE): FaultsContent | undefined =>
  faults.reduce<FaultsContent | undefined>(
    (before, fault, index) => withFault(before, release, fault, 1_000 + index),
    undefined,
  );
const error = (text: string): Fault => ({ kind: 'error', text });
const warning = (text: string): Fault => ({ kind: 'warning', text });

describe('the faults of a running release are counted (D15)', () => {
  test('by kind, with how often each text came and since when', () => {
    expect(tally([error('a'), warning('b'), error('a')])).toEqual({
      type: 'faults',
      release: ONE,
      sinceMs: 1_000,
      counts: { error: 2, warning: 1, restart: 0, unhealthy: 0 },
      texts: [
        { kind: 'warning', text: 'b', count: 1 },
        { kind: 'error', text: 'a', count: 2 },
      ],
    });
  });

  test('anew for another release', () => {
    const before = tally([error('a'), error('b')]);
    expect(withFault(before, OTHER, warning('c'), 9_000)).toMatchObject({
      release: OTHER,
      sinceMs: 9_000,
      counts: { error: 0, warning: 1 },
      texts: [{ text: 'c' }],
    });
  });

  test('so that an error of today shows beside a week of warnings', () => {
    const warnings = Array.from({ length: 50 }, (_, index) => warning(`w${index}`));
    const counted = tally([error('first'), ...warnings, error('today')]);
    expect(counted?.texts.map(({ text }) => text)).toEqual(['first', 'w46', 'w47', 'w48', 'w49', 'today']);
    expect(counted?.counts.warning).toBe(50);
  });

  test('in bounded space, with counts that lose nothing, whatever comes', () => {
    const fault = fc.record({
      kind: fc.constantFrom(...FAULT_KINDS),
      text: fc.constantFrom('a', 'b', 'c', 'd', 'x'.repeat(500), ...'efghij'),
    });
    fc.assert(
      fc.property(fc.array(fault, { minLength: 1, maxLength: 60 }), (faults) => {
        const { counts, texts } = tally(faults)!;
        expect(texts.length).toBeLessThanOrEqual(MAX_FAULT_TEXTS);
        expect(texts.every(({ text }) => text.length <= 120)).toBe(true);
        for (const kind of FAULT_KINDS)
          expect(counts[kind]).toBe(faults.filter((one) => one.kind === kind).length);
        expect(texts.at(-1)?.text).toBe(
          faults.at(-1)!.kind === 'warning' && texts.every(({ kind }) => kind !== 'warning')
            ? texts.at(-1)!.text
            : faults.at(-1)!.text.slice(0, 120),
        );
      }),
    );
  });
});
