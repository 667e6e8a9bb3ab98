import { describe, expect, it } from 'vitest';
import { createFixtureModel } from '../../../store/fixture/model.ts';
import { countVersions } from '../overview/count-versions.ts';
import { filterDevices, readDeviceFilter } from './device-filter.ts';

const { devices } = createFixtureModel({ seed: 7, nowMs: 1_800_000_000_000, devices: 60 });

function named(query: string): readonly string[] {
  return filterDevices(devices, readDeviceFilter(new URLSearchParams(query))).map((device) => device.name);
}

describe('the filter of the device list', () => {
  it('shows every device for a plain address and for a state it does not know', () => {
    expect(named('')).toHaveLength(devices.length);
    expect(named('state=constructor')).toHaveLength(devices.length);
  });

  it('wants every condition at once', () => {
    const site = devices[0]?.site ?? '';
    const both = filterDevices(devices, readDeviceFilter(new URLSearchParams({ site, q: 'CHECK-in' })));
    expect(both.length).toBeGreaterThan(0);
    expect(both.every((device) => device.site === site && device.name.startsWith('Check-in'))).toBe(true);
  });

  it('keeps devices that are away out of what is underway', () => {
    const underway = filterDevices(devices, readDeviceFilter(new URLSearchParams('state=underway')));
    expect(underway.length).toBeGreaterThan(0);
    expect(underway.every((device) => device.presence === 'present')).toBe(true);
  });

  it('finds exactly the devices behind each version that the overview counts', () => {
    for (const { name, count } of countVersions(devices)) {
      expect(named(new URLSearchParams({ version: name }).toString())).toHaveLength(count);
    }
  });
});
