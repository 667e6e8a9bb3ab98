import { describe, expect, test } from 'vitest';
import type { Entry } from '../wire/entry/entry.ts';
import { rootBody } from '../wire/entry/genesis.ts';
import { revokeBody } from '../wire/entry/revoke.ts';
import { createLedger } from './ledger.ts';
import { createEntryWriter, type EntryWriter, grantTo, keyOf } from './testing/entry-writer.ts';
import { foldWritten, RELEASES, refusalOf, twoQuorumFleet } from './testing/two-quorum-fleet.ts';

describe('TUF 5.3.4 and 5.4.1, keys compromised below the threshold', () => {
  const KEYS = ['k0', 'k1', 'k2', 'k3'];
  const subsets = Array.from({ length: 2 ** KEYS.length }, (_, bits) =>
    KEYS.filter((_key, at) => bits & (1 << at)),
  ).filter((subset) => subset.length > 0);

  test.each(subsets.map((subset) => [subset.join('+'), subset] as const))(
    '%s of a 3-of-4 grant',
    (_, subset) => {
      const { writer, publish } = twoQuorumFleet();
      const grant = writer.write({
        by: 'root',
        action: 'grant',
        body: grantTo(KEYS, { ...RELEASES, threshold: 3 }),
      });
      // The attacker adds keys of its own: they count for nothing.
      const release = publish(1, { by: subset[0]!, with: [...subset, 'eve1', 'eve2'], grant });
      expect(refusalOf(writer, release)).toBe(subset.length >= 3 ? undefined : 'L8-threshold');
    },
  );

  test.each(subsets.map((subset) => [subset.join('+'), subset] as const))(
    '%s of a 3-of-4 root',
    (_, subset) => {
      const writer = createEntryWriter({ keys: KEYS, threshold: 3 });
      const grant = writer.write({
        by: subset[0]!,
        with: [...subset, 'eve1', 'eve2'],
        action: 'grant',
        body: grantTo(['eve']),
      });
      expect(refusalOf(writer, grant)).toBe(subset.length >= 3 ? undefined : 'L8-threshold');
    },
  );

  test('a cosigner that is revoked leaves what enough others have signed, and voids the rest', () => {
    const { writer, publish } = twoQuorumFleet();
    const grant = writer.write({
      by: 'root',
      action: 'grant',
      body: grantTo(['a', 'b', 'c'], { ...RELEASES, threshold: 2 }),
    });
    const two = publish(1, { by: 'a', with: ['b'], grant });
    const three = publish(2, { by: 'a', with: ['b', 'c'], grant });
    writer.write({
      by: 'root',
      action: 'revoke',
      body: revokeBody({ key: keyOf('b'), frontier: [grant.id], reason: 'stolen' }),
    });
    const ledger = foldWritten(writer);
    expect(ledger.standing(two.id)).toMatchObject({ rule: 'L12-revoked' });
    expect(ledger.standing(three.id)).toEqual({ type: 'effective' });
  });
});

describe('TUF 5.3, root rotation', () => {
  const rotate = (
    writer: EntryWriter,
    last: Entry,
    version: number,
    keys: readonly string[],
    by: string,
    cosigners: readonly string[],
    threshold = 1,
  ) =>
    writer.write({
      by,
      with: cosigners,
      action: 'root',
      parents: [last],
      knowing: [last],
      body: rootBody({ fleetName: 'Fleet', version, threshold, keys: keys.map(keyOf) }),
    });

  test('needs the old keys and the new', () => {
    const writer = createEntryWriter({ keys: ['old'], threshold: 1 });
    expect(refusalOf(writer, rotate(writer, writer.genesis, 2, ['new'], 'old', []))).toBe('L8-threshold');
    expect(refusalOf(writer, rotate(writer, writer.genesis, 2, ['new'], 'new', []))).toBe('L8-threshold');
    expect(refusalOf(writer, rotate(writer, writer.genesis, 2, ['new'], 'new', ['old']))).toBeUndefined();
  });

  test('skips no version, though a node that was away takes several at once', () => {
    const writer = createEntryWriter({ keys: ['old'], threshold: 1 });
    expect(refusalOf(writer, rotate(writer, writer.genesis, 3, ['old'], 'old', []))).toBe('L9-root-chain');
    const second = rotate(writer, writer.genesis, 2, ['mid'], 'mid', ['old']);
    rotate(writer, second, 3, ['new'], 'new', ['mid']);
    const ledger = createLedger(writer.genesis.id);
    for (const received of [...writer.written].reverse()) ledger.receive(received);
    expect([ledger.view.rootVersion, ledger.view.rootKeys]).toEqual([3, [keyOf('new')]]);
  });

  test('a key that was rotated out cannot grant by leaving the rotation out of its past', () => {
    const writer = createEntryWriter({ keys: ['old'], threshold: 1 });
    const known = rotate(writer, writer.genesis, 2, ['new'], 'new', ['old']);
    const late = writer.write({ by: 'old', action: 'grant', body: grantTo(['eve']) });
    const ledger = foldWritten(writer);
    expect(ledger.accepted(known.id)).toBeDefined();
    expect(ledger.standing(late.id)).toMatchObject({ rule: 'L11-rotated' });
  });

  test('the first key of a fleet that was split to 2 of 3 no longer decides alone', () => {
    const writer = createEntryWriter({ keys: ['one'], threshold: 1 });
    rotate(writer, writer.genesis, 2, ['one', 'two', 'three'], 'one', ['two', 'three'], 2);
    const late = writer.write({ by: 'one', action: 'grant', body: grantTo(['eve']) });
    expect(foldWritten(writer).standing(late.id)).toMatchObject({ rule: 'L11-rotated' });
  });

  test('a key rotated out and one that is still in do not add up to the old threshold', () => {
    const writer = createEntryWriter({ keys: ['a', 'b'], threshold: 2 });
    rotate(writer, writer.genesis, 2, ['a', 'c'], 'a', ['b', 'c'], 2);
    const late = writer.write({ by: 'a', with: ['b'], action: 'grant', body: grantTo(['eve']) });
    expect(foldWritten(writer).standing(late.id)).toMatchObject({ rule: 'L11-rotated' });
  });

  test('two roots of one version halt: what rests on either counts nowhere, and both are named', () => {
    const writer = createEntryWriter({ keys: ['old'], threshold: 1 });
    const roots = ['x', 'y'].map((key) => rotate(writer, writer.genesis, 2, [key], key, ['old']));
    const granted = writer.write({ by: 'x', action: 'grant', knowing: [roots[0]!], body: grantTo(['eve']) });
    const ledger = foldWritten(writer);
    expect(ledger.view.rootForkedAt).toBe(2);
    for (const { id } of [...roots, granted])
      expect(ledger.standing(id)).toMatchObject({ rule: 'L10-root-fork' });
  });

  test('whoever knows both roots of one version is judged by the same one everywhere', () => {
    const writer = createEntryWriter({ keys: ['old'], threshold: 1 });
    const roots = ['x', 'y'].map((key) => rotate(writer, writer.genesis, 2, [key], key, ['old']));
    const entries = ['x', 'y'].map((by) =>
      writer.write({ by, action: 'grant', knowing: roots, body: grantTo(['ann']) }),
    );
    const orders = [writer.written, [...writer.written].reverse()].map((order) => {
      const ledger = createLedger(writer.genesis.id);
      for (const received of order) ledger.receive(received);
      return entries.map(({ id }) => ledger.accepted(id) !== undefined);
    });
    expect(orders[0]).toEqual(orders[1]);
  });
});
