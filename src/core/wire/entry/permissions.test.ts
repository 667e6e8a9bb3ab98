import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type CborValue, decodeCbor, encodeCbor } from '../encoding/cbor.ts';
import { WireError } from '../encoding/refusal.ts';
import {
  MAX_POPUPS,
  MAX_REACH,
  type Permissions,
  POWERS,
  permissionsMap,
  readPermissions,
  UNDECLARED,
} from './permissions.ts';
import type { ReachAddress } from './reach-address.ts';

const NOTHING = { reach: [], popups: [], powers: [] };
const addresses = (count: number, scheme = 'https') =>
  Array.from(
    { length: count },
    (_, at) => `${scheme}://a${String(at).padStart(3, '0')}.example` as ReachAddress,
  );

/** Mostly what can be signed. */
const someAddresses = fc.uniqueArray(
  fc.constantFrom(
    'https://*.example.com',
    'https://api.example.com',
    'https://api.example.com:8443',
    'wss://live.example.com',
    'http://plain.example.com',
    'https://127.0.0.1',
  ) as fc.Arbitrary<ReachAddress>,
  { maxLength: 6 },
);
const asked: fc.Arbitrary<Permissions> = fc.record({
  reach: someAddresses,
  popups: someAddresses,
  powers: fc.subarray([...POWERS]),
});

describe('what a release declares (E1)', () => {
  test('comes back as it was signed', () => {
    const permissions: Permissions = {
      reach: ['https://api.example.com', 'wss://*.example.com:8443'] as ReachAddress[],
      popups: ['https://pay.example.com'] as ReachAddress[],
      powers: ['camera', 'print'],
    };
    const bytes = encodeCbor(permissionsMap(permissions));
    expect(readPermissions(decodeCbor(bytes, { maxBytes: 1_000 }))).toEqual({
      ...permissions,
      unknown: [],
      unreadable: false,
    });
  });

  test('that says nothing is what every release has had; an empty one gives that up', () => {
    expect(readPermissions(undefined)).toEqual(UNDECLARED);
    expect(UNDECLARED).toMatchObject({ reach: [], popups: [], powers: ['autoplay', 'fullscreen'] });
    expect(readPermissions({})).toMatchObject({ ...NOTHING, unreadable: false });
  });

  test('is read back whole, whatever a sender is given, or is not built (W9)', () => {
    fc.assert(
      fc.property(asked, (permissions) => {
        let map: CborValue;
        try {
          map = permissionsMap(permissions);
        } catch (error) {
          expect(error).toBeInstanceOf(WireError);
          return;
        }
        expect(readPermissions(map)).toEqual({ ...permissions, unknown: [], unreadable: false });
      }),
      { seed: 12 },
    );
    expect(readPermissions(permissionsMap({ ...NOTHING, reach: addresses(MAX_REACH) })).reach).toHaveLength(
      MAX_REACH,
    );
    expect(() => permissionsMap({ ...NOTHING, reach: addresses(MAX_REACH + 1) })).toThrow(WireError);
    expect(() => permissionsMap({ ...NOTHING, popups: addresses(MAX_POPUPS + 1) })).toThrow(WireError);
  });

  test.each<[string, CborValue]>([
    ['no map', ['camera']],
    ['an address that could be read as another', { reach: ['https://api.example.com@evil.example'] }],
    ['an address named twice', { reach: ['https://a.example', 'https://a.example'] }],
    ['addresses out of order', { reach: ['https://b.example', 'https://a.example'] }],
    ['too many addresses', { reach: addresses(MAX_REACH + 1) }],
    ['too many popups', { popups: addresses(MAX_POPUPS + 1) }],
    ['an empty list', { reach: [] }],
    ['no list', { reach: 'https://a.example' }],
    ['a popup that is no page', { popups: ['wss://a.example'] }],
    ['a power that is there and not granted', { camera: false }],
    ['a power with a word', { camera: 'yes' }],
    ['a name that is none', { 'camera\n': true }],
    ['names without end', Object.fromEntries(addresses(17).map((_, at) => [`later-${at}`, true]))],
  ])(
    'with %s is taken, as 1.0 takes it, and grants nothing, not even what it says well (W10)',
    (_, value) => {
      const withCamera = Array.isArray(value) ? value : { microphone: true, ...(value as object) };
      const read = readPermissions(withCamera);
      expect(read).toMatchObject({ ...NOTHING, unknown: [] });
      expect(read.unreadable).toBe(true);
    },
  );

  test('keeps the names that it does not know, so that nobody agrees to them unseen', () => {
    expect(readPermissions({ camera: true, midi: true, clipboard: ['read'] })).toEqual({
      ...NOTHING,
      powers: ['camera'],
      unknown: ['clipboard', 'midi'],
      unreadable: false,
    });
  });

  test('never throws', () => {
    const any: fc.Arbitrary<CborValue> = fc.letrec<{ value: CborValue }>((tie) => ({
      value: fc.oneof(
        { maxDepth: 3 },
        fc.constantFrom<CborValue>(null, true, false, 1, 'https://a.example', new Uint8Array(2)),
        fc.array(tie('value'), { maxLength: 3 }),
        fc.dictionary(fc.constantFrom('reach', 'popups', 'camera', 'midi', '__proto__'), tie('value')),
      ),
    })).value;
    fc.assert(
      fc.property(any, (value) => void readPermissions(value)),
      { seed: 12, numRuns: 500 },
    );
  });
});
