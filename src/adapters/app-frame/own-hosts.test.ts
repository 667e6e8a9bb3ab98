import { expect, it } from 'vitest';
import { NO_PERMISSIONS } from '../../core/wire/entry/permissions.ts';
import type { ReachAddress } from '../../core/wire/entry/reach-address.ts';
import { withoutOwnHosts } from './own-hosts.ts';

it('attack: a release reaches the servers of its own device, by name or by a wildcard, under any port (E3)', () => {
  const addresses = [
    'https://*.example.com',
    'https://*.other.example.com',
    'https://api.example.com',
    'https://kiosk.example.com:4400',
    'wss://kiosk.example.com',
  ] as ReachAddress[];
  expect(
    withoutOwnHosts({ ...NO_PERMISSIONS, reach: addresses, popups: addresses }, ['kiosk.example.com']),
  ).toEqual({
    reach: ['https://*.other.example.com', 'https://api.example.com'],
    popups: ['https://*.other.example.com', 'https://api.example.com'],
    powers: [],
  });
});
