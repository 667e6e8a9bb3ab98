import { describe, expect, test } from 'vitest';
import { at } from '../time/testing/at.ts';
import type { ReleaseId } from '../wire/encoding/ids.ts';
import type { Statement } from '../wire/statement/statement.ts';
import type { NodeEffect } from './effect.ts';
import { createFaultReport } from './fault-report.ts';

const ONE = 'one' as ReleaseId;
const MINUTE = 60_000;

/** A report with its clock: what it said, and when. */
function aReport() {
  let report = createFaultReport();
  let nowMs = 1_000_000;
  let dueMs: number | undefined;
  const said: { readonly atMs: number; readonly errors: number; readonly release: string }[] = [];
  const carryOut = (effects: readonly NodeEffect[]) => {
    for (const effect of effects) {
      if (effect.type === 'schedule-timer') dueMs = nowMs + effect.delayMs;
      if (effect.type === 'sign-statement' && effect.content.type === 'faults') {
        const { counts, release } = effect.content;
        said.push({ atMs: nowMs, errors: counts.error, release });
      }
    }
  };
  return {
    said,
    error: (release = ONE) => carryOut(report.note(release, { kind: 'error', text: 'no till' }, at(nowMs))),
    pass: (ms: number) => {
      const endMs = nowMs + ms;
      while (dueMs !== undefined && dueMs <= endMs) {
        nowMs = dueMs;
        dueMs = undefined;
        carryOut(report.handleTimer(nowMs));
      }
      nowMs = endMs;
    },
    restart: (last: Statement['content'] | undefined) => {
      report = createFaultReport();
      dueMs = undefined;
      report.resume(last && ({ content: last } as Statement));
    },
  };
}

describe('a device tells the faults of its running release (D15)', () => {
  test('soon after the first, together with those that came with it', () => {
    const report = aReport();
    report.error();
    report.error();
    report.pass(5_000);
    expect(report.said).toMatchObject([{ errors: 2 }]);
  });

  test('and says nothing while nothing goes wrong', () => {
    const report = aReport();
    report.pass(60 * MINUTE);
    expect(report.said).toEqual([]);
    report.error();
    report.pass(60 * MINUTE);
    expect(report.said).toHaveLength(1);
  });

  test('attack: at most once in five minutes, however often a release fails', () => {
    const report = aReport();
    for (let second = 0; second < 3_600; second++) {
      report.error();
      report.pass(1_000);
    }
    const gaps = report.said.slice(1).map(({ atMs }, index) => atMs - report.said[index]!.atMs);
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(5 * MINUTE);
    expect(report.said).toHaveLength(12);
    expect(report.said.at(-1)!.errors).toBeGreaterThan(3_000);
  });

  test('of another release soon, though it has just told of the one before', () => {
    const report = aReport();
    report.error();
    report.pass(5_000);
    report.error();
    report.error('two' as ReleaseId);
    report.pass(5_000);
    expect(report.said.at(-1)).toMatchObject({ release: 'two', errors: 1 });
  });

  test('and goes on counting after a start from what it said last', () => {
    const report = aReport();
    const last = {
      type: 'faults',
      release: ONE,
      sinceMs: 1,
      counts: { error: 14, warning: 0, restart: 0, unhealthy: 0 },
      texts: [],
    } as const;
    report.restart(last);
    report.pass(60 * MINUTE);
    expect(report.said).toEqual([]);
    report.error();
    report.pass(5_000);
    expect(report.said).toMatchObject([{ errors: 15 }]);
  });
});
