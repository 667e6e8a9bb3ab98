import { describe, expect, it } from 'vitest';
import { FRESH_DEVICE } from '../device/state.ts';
import { at } from '../time/testing/at.ts';
import type { FleetId, InfoHash, NodeId } from '../wire/encoding/ids.ts';
import { EMPTY_MARK } from '../wire/kept/high-water-mark.ts';
import type { NodeInput } from './input.ts';
import { createNode } from './node.ts';

const INFO_HASH = '0123456789abcdef0123456789abcdef01234567' as InfoHash;

function startedNode() {
  const node = createNode({
    self: 'self' as NodeId,
    fleet: 'fleet' as FleetId,
    device: FRESH_DEVICE,
    mark: EMPTY_MARK,
  });
  let nowMs = 0;
  /** Steps the node; what it does with its lease. */
  const step = (input: NodeInput) => {
    nowMs += 250;
    return node
      .handle(input, at(nowMs), () => 0.5)
      .flatMap((effect): (number | string)[] => {
        if (effect.type === 'schedule-timer' && effect.timer === 'lease') return [effect.delayMs];
        return effect.type === 'sign-statement' && effect.content.type === 'lease' ? ['signed'] : [];
      });
  };
  step({ type: 'node-started', stored: [], heard: [], marks: [] });
  return step;
}

function progressed(bytesHere: number): NodeInput {
  const progress = { infoHash: INFO_HASH, sizeBytes: 100, bytesHere, bytesFrom: new Map() };
  return { type: 'bundle-progressed', ...progress };
}

describe('a lease during a fetch (M5)', () => {
  it('is not put off by progress that comes faster than changes are gathered', () => {
    const step = startedNode();
    const [gatherMs] = step(progressed(1));
    expect(gatherMs).toBeGreaterThan(0);
    expect(step(progressed(2))).toEqual([]);
    expect(step(progressed(3))).toEqual([]);
    expect(step({ type: 'timer-fired', timer: 'lease' })).toContain('signed');
    expect(step(progressed(4))).toEqual([gatherMs]);
  });
});
