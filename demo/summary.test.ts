import { describe, expect, it } from 'vitest';
import type { RolloutDeviceSeen } from '../actors/operator-actor.ts';
import { releaseFigures, summaryTable } from './summary.ts';

function seen(facts: Partial<RolloutDeviceSeen>): RolloutDeviceSeen {
  return {
    name: 'Kiosk',
    stage: 'committed',
    reason: '',
    bytesHere: undefined,
    sizeBytes: undefined,
    bytesFromPublisher: 0,
    bytesFromPeers: 0,
    ...facts,
  };
}

describe('the figures of a release', () => {
  it('count commits and add up what the devices said', () => {
    const devices = [
      seen({ bytesFromPublisher: 100, bytesFromPeers: 20 }),
      seen({ stage: 'rolled-back', bytesFromPublisher: 1, bytesFromPeers: 2 }),
    ];
    expect(releaseFigures('2.0', devices, 4_260)).toEqual({
      version: '2.0',
      committed: 1,
      seconds: 4.3,
      bytesFromPublisher: 101,
      bytesFromPeers: 22,
    });
  });

  it('are unknown, not zero, where a device has not said', () => {
    const silent = seen({ stage: 'unknown', bytesFromPublisher: undefined, bytesFromPeers: undefined });
    const figures = releaseFigures('2.0', [seen({}), silent], undefined);
    expect(figures).toMatchObject({ seconds: null, bytesFromPublisher: null, bytesFromPeers: null });
    expect(releaseFigures('2.0', [], undefined).bytesFromPeers).toBeNull();
  });
});

it('the table lines up and names what is unknown', () => {
  const releases = [
    { version: '5.34.1', committed: 2, seconds: 10.25, bytesFromPublisher: 1024, bytesFromPeers: 2048 },
    { version: '6', committed: 0, seconds: null, bytesFromPublisher: null, bytesFromPeers: null },
  ];
  expect(summaryTable({ devices: 2, releases, ok: false })).toEqual([
    'Release  Committed       Seconds  From the publisher  From peers',
    '5.34.1   2 of 2 devices     10.3            1.00 KiB    2.00 KiB',
    '6        0 of 2 devices     none             unknown     unknown',
  ]);
});
