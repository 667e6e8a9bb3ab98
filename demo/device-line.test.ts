import { describe, expect, it } from 'vitest';
import type { RolloutDeviceSeen } from '../actors/operator-actor.ts';
import { deviceLine, deviceStep, isSettled } from './device-line.ts';

const MIB = 1024 * 1024;

function seen(facts: Partial<RolloutDeviceSeen>): RolloutDeviceSeen {
  return {
    name: 'Kiosk 1',
    stage: 'unknown',
    reason: '',
    bytesHere: undefined,
    sizeBytes: undefined,
    bytesFromPublisher: undefined,
    bytesFromPeers: undefined,
    ...facts,
  };
}

describe("a device's line", () => {
  it('has no percent before the device has said what is there', () => {
    expect(deviceLine(seen({}), 7)).toBe('Kiosk 1  no word yet  [--------------------]');
    expect(deviceLine(seen({ stage: 'fetching' }), 7)).not.toContain('%');
  });

  it('shows how much of the release is there while it is fetched, and nothing of origins yet', () => {
    const half = { stage: 'fetching', bytesHere: 3 * MIB, sizeBytes: 6 * MIB, bytesFromPeers: 0 };
    expect(deviceLine(seen(half), 8)).toBe(
      'Kiosk 1   fetching     [##########----------]  50 %  3.00 MiB of 6.00 MiB',
    );
  });

  it('says where the bytes came from once all are there, and says unknown for what was not reported', () => {
    const here = { stage: 'probation', bytesFromPublisher: 2 * MIB };
    expect(deviceLine(seen(here), 7)).toBe(
      'Kiosk 1  probation    [####################] 100 %  2.00 MiB from the publisher, unknown from peers',
    );
  });

  it('gives the reason of a device that went back', () => {
    const back = { stage: 'rolled-back', reason: 'it threw an error: no till', bytesFromPeers: 5 };
    expect(deviceLine(seen(back), 7)).toMatch(/rolled-back .*it threw an error: no till$/);
  });

  it('is full only when everything is there', () => {
    const almost = { stage: 'fetching', bytesHere: 6 * MIB - 1, sizeBytes: 6 * MIB };
    expect(deviceLine(seen(almost), 7)).toContain('[###################-]  99 %');
  });
});

describe('a step worth a line of its own', () => {
  it('is a new stage or a further quarter, not each byte', () => {
    const at = (bytesHere: number) => deviceStep(seen({ stage: 'fetching', bytesHere, sizeBytes: 100 }));
    expect(at(30)).toBe(at(49));
    expect(at(49)).not.toBe(at(50));
    expect(deviceStep(seen({ stage: 'verified' }))).not.toBe(deviceStep(seen({ stage: 'armed' })));
  });
});

it('a device is settled when it committed or gave up', () => {
  for (const stage of ['committed', 'failed', 'rolled-back', 'refused'])
    expect(isSettled({ stage })).toBe(true);
  for (const stage of ['unknown', 'fetching', 'probation']) expect(isSettled({ stage })).toBe(false);
});
