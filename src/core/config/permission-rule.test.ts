import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { CborValue } from '../wire/encoding/cbor.ts';
import type { NodeId } from '../wire/encoding/ids.ts';
import type { Entry } from '../wire/entry/entry.ts';
import { NO_PERMISSIONS, type Permissions, POWERS } from '../wire/entry/permissions.ts';
import { coversAddress, type ReachAddress } from '../wire/entry/reach-address.ts';
import { type ConfigScope, type ConfigTree, configPath } from './config.ts';
import {
  grantedPermissions,
  permissionRuleProblem,
  permissionRuleValue,
  permissionsKey,
  readPermissionRule,
} from './permission-rule.ts';

const TILL = { device: 'till' as NodeId, name: 'Till', site: 'Harbour', labels: { floor: '2' } };
const FLEET: ConfigScope = { type: 'fleet' };
const HARBOUR: ConfigScope = { type: 'site', site: 'Harbour' };
const SCOPES: readonly ConfigScope[] = [
  FLEET,
  HARBOUR,
  { type: 'site', site: 'Quay' },
  { type: 'label', label: 'floor', value: '2' },
  { type: 'device', device: TILL.device },
];

type SetKey = readonly [ConfigScope, key: string, CborValue];

function treeOf(...values: readonly SetKey[]): ConfigTree {
  const byPath = new Map(values.map(([scope, key, value]) => [configPath(scope, key), value]));
  return {
    get: (path) =>
      byPath.has(path) ? { content: { body: { value: byPath.get(path)! } } as unknown as Entry } : undefined,
    children: () => [],
  };
}

const DECLARED: Permissions = {
  reach: ['https://api.example.com', 'wss://live.example.com'] as ReachAddress[],
  popups: ['https://pay.example.com'] as ReachAddress[],
  powers: ['autoplay', 'camera'],
};
const granted = (...values: SetKey[]) => grantedPermissions(treeOf(...values), TILL, 'menu', DECLARED);

describe('what a device grants a release (C6)', () => {
  test('is what the release declares where nobody has set a rule', () => {
    expect(granted()).toEqual(DECLARED);
    expect(granted([FLEET, 'theme', 'blue'], [FLEET, 'permissions.other', {}])).toEqual(DECLARED);
  });

  test('is no more than the rule names, of what the release declares', () => {
    expect(
      granted([
        FLEET,
        'permissions',
        { reach: ['https://*.example.com'], popups: 'any', geolocation: true, camera: true },
      ]),
    ).toEqual({ reach: ['https://api.example.com'], popups: DECLARED.popups, powers: ['camera'] });
    expect(granted([FLEET, 'permissions', {}])).toEqual(NO_PERMISSIONS);
  });

  test('holds to the rule of the product beside the one for all', () => {
    const all: SetKey = [FLEET, 'permissions', { reach: 'any', camera: true }];
    expect(granted(all, [FLEET, permissionsKey('menu'), { camera: true, popups: 'any' }])).toEqual({
      reach: [],
      popups: [],
      powers: ['camera'],
    });
  });

  test('is not widened by a nearer rule: a site lifts nothing that the fleet withholds', () => {
    const fleet: SetKey = [FLEET, 'permissions', { reach: ['https://api.example.com'] }];
    expect(granted(fleet, [HARBOUR, 'permissions', { reach: 'any', popups: 'any', camera: true }])).toEqual({
      reach: ['https://api.example.com'],
      popups: [],
      powers: [],
    });
  });

  test('is nothing under a rule that cannot be read, and nothing to a device that was taken out of the fleet', () => {
    for (const value of ['none', null, true, ['camera'], { reach: 'all' }, { reach: ['http://a.example'] }])
      expect(granted([FLEET, 'permissions', value])).toEqual(NO_PERMISSIONS);
    expect(grantedPermissions(treeOf(), undefined, 'menu', DECLARED)).toEqual(NO_PERMISSIONS);
  });

  test('is never more than declared, nor than any one rule allows, and rules of others change nothing', () => {
    const address = fc.constantFrom<string>(
      'https://api.example.com',
      'https://*.example.com',
      'wss://live.example.com',
      'https://other.example',
    );
    const rule: fc.Arbitrary<CborValue> = fc.oneof(
      fc
        .record({
          reach: fc.oneof(fc.constant('any'), fc.uniqueArray(address)),
          powers: fc.subarray([...POWERS]),
        })
        .map(({ reach, powers }) => ({ reach, ...Object.fromEntries(powers.map((power) => [power, true])) })),
      fc.constantFrom<CborValue>('broken', null),
    );
    const key = fc.constantFrom('permissions', 'permissions.menu', 'permissions.other');
    const set = fc.tuple(fc.constantFrom(...SCOPES), key, rule);
    fc.assert(
      fc.property(fc.array(set, { maxLength: 5 }), set, (values, more) => {
        const before = granted(...values);
        const after = granted(...values, more);
        const replaces = values.some(
          ([scope, name]) => configPath(scope, name) === configPath(more[0], more[1]),
        );
        for (const name of after.powers) expect(DECLARED.powers).toContain(name);
        for (const each of after.reach) expect(DECLARED.reach).toContain(each);
        if (replaces) return;
        for (const name of after.powers) expect(before.powers).toContain(name);
        for (const each of after.reach)
          expect(before.reach.some((known) => coversAddress(known, each))).toBe(true);
      }),
      { seed: 12 },
    );
  });
});

describe('a rule (C6)', () => {
  test('is read as it was written, and what was wrong is told to who sets it', () => {
    const rule = {
      reach: ['https://*.example.com'] as ReachAddress[],
      popups: 'any',
      powers: ['print'],
    } as const;
    expect(readPermissionRule(permissionRuleValue(rule))).toEqual(rule);
    expect(permissionRuleProblem('permissions', permissionRuleValue(rule))).toBe('');
    expect(permissionRuleProblem('permissions.menu', { reach: ['http://a.example'] })).toContain(
      'https or wss',
    );
    expect(permissionRuleProblem('permission', 'whatever')).toBe('');
  });
});
