import { describe, expect, test } from 'vitest';
import { type EntryId, toBase64Url } from '../wire/encoding/ids.ts';
import { readDeviceState } from './saved-state.ts';
import { type DeviceState, FRESH_DEVICE, type Subject } from './state.ts';

const id = (first: number) => toBase64Url(Uint8Array.from({ length: 32 }, () => first)) as EntryId;
const SUBJECT: Subject = {
  release: id(1),
  product: 'menu',
  version: '1.0',
  counter: 3,
  health: { type: 'quiet', forMs: 1000 },
};
const STATE: DeviceState = {
  update: { stage: 'probation', rollout: id(2), subject: SUBJECT, starts: 1 },
  running: { ...SUBJECT, health: { type: 'call', withinMs: 500 } },
  fallback: undefined,
  floors: { menu: [{ counter: 3, release: id(1) }] },
  badStarts: 2,
};

describe('a device reads back what it kept (D9)', () => {
  test.each([
    STATE,
    FRESH_DEVICE,
    { ...STATE, update: { stage: 'failed', rollout: id(2), subject: SUBJECT, reason: 'x' } } as DeviceState,
  ])('as it was', (state) => {
    expect(readDeviceState(structuredClone(state))).toEqual(state);
  });

  test.each([undefined, null, 7, [], {}, { update: { stage: 'flying' } }, { update: { stage: 'fetching' } }])(
    'and takes rubbish for nothing: %j',
    (saved) => {
      expect(readDeviceState(saved)).toBeUndefined();
    },
  );

  test('and drops a slot that it cannot read, so that the device still boots', () => {
    expect(readDeviceState({ ...STATE, running: { ...SUBJECT, release: 'short' } })?.running).toBeUndefined();
  });

  test.each([-1, 1.5, Number.NaN, '3', undefined, 2 ** 60])(
    'and drops a floor whose counter is none, which would bar all releases or none: %j',
    (counter) => {
      const floors = { menu: [{ counter, release: id(1) }], till: [{ counter: 1, release: id(2) }] };
      expect(readDeviceState({ ...STATE, floors })?.floors).toEqual({
        menu: [],
        till: [{ counter: 1, release: id(2) }],
      });
    },
  );
});
