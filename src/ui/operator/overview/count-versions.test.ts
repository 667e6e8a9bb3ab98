import { expect, test } from 'vitest';
import { createFixture } from '../../../store/fixture/fixture.ts';
import { countFleetVersions, countVersions } from './count-versions.ts';

test('versions of the whole fleet are those that its devices say, counted one by one', () => {
  const { devices, releases } = createFixture({ seed: 5, nowMs: 1_000_000, devices: 60 }).store.getState();
  const counted = releases.map((release) => ({
    ...release,
    runningOn: devices.filter(({ running }) => running?.release === release.id).length,
  }));
  const one = devices.map((device, index) => (index === 0 ? { ...device, running: undefined } : device));
  const without = counted.map((release) =>
    release.id === devices[0]?.running?.release ? { ...release, runningOn: release.runningOn - 1 } : release,
  );
  expect(countFleetVersions(counted, devices.length)).toEqual(countVersions(devices));
  expect(countFleetVersions(without, one.length)).toEqual(countVersions(one));
});
