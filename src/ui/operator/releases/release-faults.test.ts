import { describe, expect, it } from 'vitest';
import type { ReleaseId } from '../../../core/wire/encoding/ids.ts';
import type { FaultsRow } from '../../../store/model.ts';
import { faultsOfRelease, faultWords, isFailing } from './release-faults.ts';

const NOW = new Date(2027, 2, 12, 14, 5).getTime();
const DAY = 86_400_000;
const ONE = 'one' as ReleaseId;
const NONE = { error: 0, warning: 0, restart: 0, unhealthy: 0 };

const told = (faults: Partial<FaultsRow>, running = ONE) => ({
  faults: {
    ...{ release: ONE, product: 'menu', version: '1.2.0', sinceMs: NOW, counts: NONE, texts: [] },
    ...faults,
  },
  running: { release: running, product: 'menu', version: '' },
});

describe('what went wrong with a release since it was committed (D15)', () => {
  it('is counted over the devices that say so, from the first on', () => {
    const faults = faultsOfRelease(
      [
        told({ counts: { ...NONE, error: 9 }, sinceMs: NOW - 3 * DAY }),
        told({ counts: { ...NONE, error: 4, restart: 2 } }),
        told({ counts: { ...NONE, error: 1 } }, 'later' as ReleaseId),
        told({ release: 'other' as ReleaseId, counts: { ...NONE, error: 99 } }),
        { faults: undefined, running: undefined },
      ],
      ONE,
    )!;
    expect(faults).toMatchObject({ devices: 3, stillRunning: 2 });
    expect(faultWords(faults, NOW)).toBe('14 errors, 2 restarts on 3 devices since Tuesday');
  });

  it('is grouped by text, the one on most devices first, and one text of two kinds is two', () => {
    const texts = (...names: readonly string[]) =>
      names.map((text) => ({ kind: 'error', text, count: 2 }) as const);
    const faults = faultsOfRelease(
      [
        told({ texts: texts('no till') }),
        told({ texts: [...texts('no printer', 'no till'), { kind: 'warning', text: 'no till', count: 1 }] }),
      ],
      ONE,
    )!;
    expect(faults.texts).toEqual([
      { kind: 'error', text: 'no till', devices: 2, times: 4 },
      { kind: 'error', text: 'no printer', devices: 1, times: 2 },
      { kind: 'warning', text: 'no till', devices: 1, times: 1 },
    ]);
  });

  it('is unknown, and not nothing, while no device says so', () => {
    expect(faultsOfRelease([{ faults: undefined, running: undefined }], ONE)).toBeUndefined();
  });

  it('calls a release failing for errors, restarts and its own word, not for warnings', () => {
    expect(isFailing({ ...NONE, warning: 50 })).toBe(false);
    for (const kind of ['error', 'restart', 'unhealthy'] as const)
      expect(isFailing({ ...NONE, [kind]: 1 })).toBe(true);
  });

  it('is said of one device without a count of devices', () => {
    const counts = { error: 1, warning: 2, restart: 0, unhealthy: 1 };
    expect(faultWords({ counts, sinceMs: NOW - 20 * DAY }, NOW)).toMatch(
      /^1 error, called unhealthy\(\) once, 2 warnings since .*2027/,
    );
  });
});
