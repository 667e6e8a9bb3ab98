import { describe, expect, test } from 'vitest';
import { type DeviceState, FRESH_DEVICE } from '../../src/core/device/state.ts';
import { subject } from '../../src/core/device/testing/device-on-disk.ts';
import type { Node } from '../../src/core/node/node.ts';
import type { EntryId, RolloutId } from '../../src/core/wire/encoding/ids.ts';
import { createDeviceWitness } from './device-witness.ts';

const rollout = 'rollout' as RolloutId;
const withdrawal = 'withdrawal' as EntryId;
const [one, two] = [subject(1), subject(2)];

function aWitness() {
  const witness = createDeviceWitness();
  const known = new Set<EntryId>([one.release, two.release, rollout]);
  const node = { ledger: { accepted: (id: EntryId) => (known.has(id) ? {} : undefined) } } as unknown as Node;
  witness.signed({ release: two.release, rollout });
  witness.onEvent({
    type: 'device-started',
    device: 1,
    state: { ...FRESH_DEVICE, running: one, floors: { menu: [{ counter: 1, release: one.release }] } },
  });
  const committed: DeviceState = {
    update: { stage: 'committed', rollout, subject: two },
    running: two,
    fallback: one,
    floors: { menu: [{ counter: 2, release: two.release }] },
    badStarts: 0,
  };
  return {
    witness,
    known,
    committed,
    decide: (state: DeviceState) => witness.onEvent({ type: 'state-decided', device: 1, state, node }),
    keep: (state: DeviceState) => witness.onEvent({ type: 'state-kept', device: 1, state }),
  };
}
const NONE = { unsigned: 0, withdrawn: 0, wentBack: 0, notWhole: 0 };

describe('who sees all devices', () => {
  test('finds nothing wrong with a release that was signed, rolled out, and taken by its rollout', () => {
    const { witness, committed, decide, keep } = aWitness();
    decide({ ...committed, running: one, update: { stage: 'probation', rollout, subject: two, starts: 1 } });
    decide(committed);
    keep(committed);
    expect(witness.breaches).toEqual(NONE);
  });

  test('notices a release that was taken by a rollout that nobody signed, or that the device does not know', () => {
    const { witness, known, committed, decide } = aWitness();
    decide({ ...committed, update: { stage: 'committed', rollout: 'forged' as RolloutId, subject: two } });
    expect(witness.breaches).toEqual({ ...NONE, unsigned: 1 });
    known.delete(rollout);
    decide({ ...committed, running: one, update: { stage: 'switching', rollout, subject: two, starts: 1 } });
    expect(witness.breaches).toEqual({ ...NONE, unsigned: 2 });
  });

  test('notices a withdrawn one from when the device knows of it, and not what it had taken before', () => {
    const { witness, known, committed, decide } = aWitness();
    witness.withdrawn(rollout, withdrawal);
    decide(committed);
    expect(witness.breaches).toEqual(NONE);
    known.add(withdrawal);
    decide({ ...committed, badStarts: 1 });
    expect(witness.breaches).toEqual(NONE);
    decide({ ...committed, running: one, update: { stage: 'probation', rollout, subject: two, starts: 1 } });
    expect(witness.breaches).toEqual({ ...NONE, withdrawn: 1 });
  });

  test('notices a floor that is lower than it was, over restarts too, and a commit below it (D3)', () => {
    const { witness, committed, keep } = aWitness();
    keep(committed);
    witness.onEvent({ type: 'device-started', device: 1, state: { ...committed, floors: {} } });
    expect(witness.breaches).toEqual({ ...NONE, wentBack: 1 });
    keep({ ...committed, running: one, update: { stage: 'committed', rollout, subject: one } });
    expect(witness.breaches).toEqual({ ...NONE, wentBack: 2 });
  });

  test('notices a release that is shown without all of its files', () => {
    const { witness } = aWitness();
    witness.onEvent({ type: 'release-run', device: 1, release: two.release, isWhole: false });
    expect(witness.breaches).toEqual({ ...NONE, notWhole: 1 });
    expect(witness.shownBy(1)).toBeUndefined();
    witness.onEvent({ type: 'release-run', device: 1, release: one.release, isWhole: true });
    expect(witness.shownBy(1)).toBe(one.release);
  });
});
