import { describe, expect, it } from 'vitest';
import type { NodeId, RolloutId } from '../../../core/wire/encoding/ids.ts';
import { createFixtureModel } from '../../../store/fixture/model.ts';
import type { DeviceRow, RolloutRow } from '../../../store/model.ts';
import type { OpenSession } from '../FleetContext.tsx';
import { findAttention, LONG_AWAY_MS } from './attention.ts';

const nowMs = 1_800_000_000_000;
const model = createFixtureModel({ seed: 7, nowMs, devices: 1 });
const [sample] = model.devices as readonly [DeviceRow];
if (model.session.type !== 'open') throw new Error('the sample has an open session');
const quiet: OpenSession = { ...model.session, storagePersistent: true };

function find(devices: readonly DeviceRow[], session = quiet, rollouts: readonly Partial<RolloutRow>[] = []) {
  return findAttention({
    devices,
    session,
    rollouts: rollouts as readonly RolloutRow[],
    nowMs,
  });
}

describe('what needs attention', () => {
  it('groups failed devices by reason and links to exactly those', () => {
    const failed = { ...sample, stage: 'failed', reason: 'disk & memory' } as const;
    const [item, ...rest] = find([failed, { ...failed }]);
    expect(rest).toEqual([]);
    expect(item).toMatchObject({ count: '2 devices', text: 'disk & memory' });
    expect(item?.href).toContain('reason=disk%20%26%20memory');
  });

  it('does not call a device that closed for the night a trouble', () => {
    const away = { ...sample, stage: 'committed', reason: '', presence: 'away' } as const;
    expect(find([{ ...away, lastSeenMs: nowMs - LONG_AWAY_MS }])).toEqual([]);
    expect(find([{ ...away, lastSeenMs: nowMs - LONG_AWAY_MS - 1 }])).toHaveLength(1);
  });

  it('names devices whose storage lost entries, and this browser when its own did (K3)', () => {
    const short = { ...sample, stage: 'committed', reason: '', freshness: 'short' } as const;
    expect(find([short])).toMatchObject([{ count: '1 device', href: '#/devices?state=short' }]);
    expect(find([], { ...quiet, lostEntries: 3 })).toMatchObject([
      { tone: 'bad', count: 'This browser', text: expect.stringContaining('lost 3 entries') },
    ]);
  });

  it('tells whoever started a rollout that it came to nothing, until they start another', () => {
    const lost = {
      ...{ id: 'lost' as RolloutId, product: 'menu', version: '1.0.0', why: 'another one counts' },
      ...{ author: quiet.self, standing: 'void' as const, startedAtMs: 1_000 },
    };
    expect(find([], quiet, [lost])).toMatchObject([
      {
        tone: 'bad',
        text: 'No device follows menu 1.0.0: another one counts',
        href: '#/rollouts/lost',
      },
    ]);
    const later = { ...lost, id: 'later' as RolloutId, standing: 'active' as const, startedAtMs: 2_000 };
    expect(find([], quiet, [later, lost])).toEqual([]);
    expect(find([], quiet, [{ ...lost, author: 'somebody' as NodeId }])).toEqual([]);
    expect(find([], quiet, [{ ...lost, standing: 'taken-back' }])).toEqual([]);
  });

  it('takes unknown storage for unknown, not for unsafe', () => {
    expect(find([], { ...quiet, storagePersistent: undefined })).toEqual([]);
    expect(find([], { ...quiet, storagePersistent: false })).toHaveLength(1);
  });

  it('is quiet about one lost signaling server while another is joined', () => {
    expect(find([])).toEqual([]);
    const lost = quiet.signaling.map((row) => ({ ...row, state: 'lost' as const }));
    expect(find([], { ...quiet, signaling: lost })).toHaveLength(1);
  });
});
