import { describe, expect, test } from 'vitest';
import type { EntryId } from '../wire/encoding/ids.ts';
import type { Entry } from '../wire/entry/entry.ts';
import { rootBody } from '../wire/entry/genesis.ts';
import { ackBody, revokeBody } from '../wire/entry/revoke.ts';
import { linkBody, modeBody, valueBody } from '../wire/entry/tree.ts';
import { createLedger, type Ledger } from './ledger.ts';
import { createEntryWriter, type Draft, type EntryWriter, grantTo, keyOf } from './testing/entry-writer.ts';
import { pictureOf } from './testing/picture.ts';
import { CONTENT } from './testing/random-history.ts';

/** Every order of few entries, the reverse and a rotation of many, and the ledger that all of them agree on. */
function settled({ genesis, written }: EntryWriter): Ledger {
  const ledgers = [written, [...written].reverse(), [...written.slice(3), ...written.slice(0, 3)]].map(
    (order) => {
      const ledger = createLedger(genesis.id);
      for (const received of order) ledger.receive(received);
      return ledger;
    },
  );
  for (const ledger of ledgers) expect(pictureOf(ledger)).toBe(pictureOf(ledgers[0]!));
  return ledgers[0]!;
}

function fleetOf(...names: readonly string[]) {
  const writer = createEntryWriter({ keys: ['root'], threshold: 1 });
  const grants = names.map((name) => writer.write({ by: 'root', action: 'grant', body: grantTo([name]) }));
  const set = (by: string, grant: Entry, path: string, parents: readonly Entry[], value: number) =>
    writer.write({ by, grant, action: 'update', path, parents, body: valueBody(value) });
  return { writer, grants, set };
}

describe('faults that BaseFS is known for', () => {
  test('a fork below a common entry is settled by authority, not by hash, whatever the hashes (L16)', () => {
    for (let value = 0; value < 20; value++) {
      const { writer, grants, set } = fleetOf('ann');
      const ben = writer.write({ by: 'ann', action: 'grant', grant: grants[0], body: grantTo(['ben']) });
      const base = set('ann', grants[0]!, '/config', [], 0);
      const near = set('ann', grants[0]!, '/config', [base], value);
      set('ben', ben, '/config', [base], value + 100);
      expect(settled(writer).view.get('/config')?.setBy.id).toBe(near.id);
    }
  });

  test('an unauthorised child does not suppress an authorised successor', () => {
    const { writer, grants, set } = fleetOf('ann');
    const base = set('ann', grants[0]!, '/config', [], 0);
    const stranger = set('eve', grants[0]!, '/config', [base], 1);
    const next = set('ann', grants[0]!, '/config', [base], 2);
    const ledger = settled(writer);
    expect(ledger.accepted(stranger.id)).toBeUndefined();
    expect(ledger.view.get('/config')?.setBy.id).toBe(next.id);
  });

  test('a child by a revoked key does not suppress what it was built on', () => {
    const { writer, grants, set } = fleetOf('ann', 'ben');
    const base = set('ann', grants[0]!, '/config', [], 0);
    set('ben', grants[1]!, '/config', [base], 1);
    writer.write({
      by: 'root',
      action: 'revoke',
      body: revokeBody({ key: keyOf('ben'), frontier: [base.id], reason: 'stolen' }),
    });
    expect(settled(writer).view.get('/config')?.setBy.id).toBe(base.id);
  });

  test('a revoke and a sub-grant that do not know of each other settle the same everywhere: the sub-grant is void', () => {
    const { writer, grants, set } = fleetOf('ann');
    const sub = writer.write({ by: 'ann', action: 'grant', grant: grants[0], body: grantTo(['puppet']) });
    const written = set('puppet', sub, '/config', [], 1);
    writer.write({
      by: 'root',
      action: 'revoke',
      body: revokeBody({ key: keyOf('ann'), frontier: [grants[0]!.id], reason: 'stolen' }),
    });
    const ledger = settled(writer);
    expect(ledger.standing(sub.id)).toMatchObject({ type: 'void', rule: 'L12-revoked' });
    expect(ledger.standing(written.id)).toMatchObject({ type: 'void', rule: 'L13-under-void' });
    expect(ledger.view.get('/config')).toBeUndefined();
  });

  test('an ack brings its entry back and does not empty the path that it endorses (L15)', () => {
    const { writer, grants, set } = fleetOf('ann');
    const value = set('ann', grants[0]!, '/config', [], 7);
    const revoke = writer.write({
      by: 'root',
      action: 'revoke',
      body: revokeBody({ key: keyOf('ann'), frontier: [], reason: 'lost' }),
    });
    expect(settled(writer).view.get('/config')).toBeUndefined();
    writer.write({
      by: 'root',
      action: 'ack',
      path: '/config',
      parents: [value],
      knowing: [revoke],
      body: ackBody({ entries: [value.id] }),
    });
    expect(settled(writer).view.get('/config')?.content.id).toBe(value.id);
  });

  test('content that stands outside of its entry is never chosen over content that stands in one (L16)', () => {
    const { writer, grants, set } = fleetOf('ann');
    const here = set('ann', grants[0]!, '/config', [], 0);
    writer.write({
      by: 'ann',
      grant: grants[0],
      action: 'update',
      path: '/config',
      parents: [here],
      content: { hash: CONTENT, sizeBytes: 9 },
    });
    const ledger = settled(writer);
    expect(ledger.view.get('/config')?.setBy.id).toBe(here.id);
    expect(ledger.explain('/config').entries.map(({ outcome }) => outcome.type)).toEqual([
      'wins',
      'content-missing',
    ]);
  });
});

describe('faults that this ledger had', () => {
  test('a link to what stands outside of its entry shows nothing (L16)', () => {
    const { writer, grants } = fleetOf('ann');
    const content = { hash: CONTENT, sizeBytes: 9 };
    const common = { by: 'ann', grant: grants[0] };
    const target = writer.write({ ...common, action: 'create', path: '/config/a', content });
    writer.write({ ...common, action: 'link', path: '/config/b', body: linkBody(target.id) });
    expect(settled(writer).view.get('/config/b')).toBeUndefined();
  });

  test('a link does not go on showing what a revoked key has signed (L13)', () => {
    const { writer, grants, set } = fleetOf('ann', 'ben');
    const target = set('ben', grants[1]!, '/config/a', [], 1);
    writer.write({
      by: 'ann',
      grant: grants[0],
      action: 'link',
      path: '/config/b',
      body: linkBody(target.id),
    });
    writer.write({
      by: 'root',
      action: 'revoke',
      body: revokeBody({ key: keyOf('ben'), frontier: [], reason: 'stolen' }),
    });
    const ledger = settled(writer);
    expect(ledger.view.get('/config/b')).toBeUndefined();
    expect(ledger.explain('/config/b').entries[0]!.outcome).toMatchObject({ rule: 'L13-under-void' });
  });

  test('a second equivocation after the first was forgiven is none that is forgiven (L14)', () => {
    const { writer, grants, set } = fleetOf('ann');
    const fork = [1, 2].map((value) =>
      writer.write({
        by: 'ann',
        grant: grants[0],
        action: 'update',
        path: '/config',
        sequence: 5,
        body: valueBody(value),
      }),
    );
    const again = writer.write({
      by: 'root',
      action: 'grant',
      knowing: [writer.genesis],
      parents: fork,
      body: grantTo(['ann']),
    });
    const honest = set('ann', again, '/config', fork, 3);
    expect(settled(writer).standing(honest.id)).toEqual({ type: 'effective' });
    const second = [4, 5].map((value) =>
      writer.write({
        by: 'ann',
        grant: again,
        action: 'update',
        path: '/config',
        sequence: 9,
        body: valueBody(value),
      }),
    );
    const ledger = settled(writer);
    for (const { id } of second) expect(ledger.standing(id)).toMatchObject({ rule: 'L14-equivocation' });
    expect(ledger.view.get('/config')?.setBy.id).toBe(honest.id);
  });

  test('a key revoked below one path does not write there by a puppet with a grant for all paths', () => {
    const { writer, grants, set } = fleetOf('ann');
    const revoke = writer.write({
      by: 'root',
      action: 'revoke',
      path: '/config',
      body: revokeBody({ key: keyOf('ann'), frontier: [], reason: 'limited' }),
    });
    const puppet = writer.write({
      by: 'ann',
      action: 'grant',
      grant: grants[0],
      knowing: [revoke],
      body: grantTo(['puppet']),
    });
    set('puppet', puppet, '/config', [], 1);
    const beside = set('puppet', puppet, '/services/x', [], 1);
    const ledger = settled(writer);
    expect(ledger.view.get('/config')).toBeUndefined();
    expect(ledger.view.get('/services/x')?.setBy.id).toBe(beside.id);
  });

  test.each(['before', 'after'])(
    'a key revoked below one path takes nobody’s rights there, by a revoke for all paths that came %s (L12)',
    (order) => {
      const { writer, grants, set } = fleetOf('ann');
      const own = writer.write({ by: 'ann', action: 'grant', grant: grants[0], body: grantTo(['ben']) });
      const revoke = (by: string, key: string, rest: Partial<Draft> & { frontier?: readonly EntryId[] }) =>
        writer.write({
          by,
          action: 'revoke',
          body: revokeBody({ key: keyOf(key), frontier: rest.frontier ?? [], reason: '' }),
          ...rest,
        });
      const byAnn = () => revoke('ann', 'ben', { grant: grants[0]! });
      const [config] = ['/config', '/services/x'].map((path) => set('ben', own, path, [], 1));
      if (order === 'before') byAnn();
      // What ann gave until here stands.
      revoke('root', 'ann', { path: '/config', frontier: [own.id] });
      if (order === 'after') byAnn();
      const ledger = settled(writer);
      expect(ledger.view.get('/config')?.setBy.id).toBe(config!.id);
      expect(ledger.view.get('/services/x')).toBeUndefined();
    },
  );

  test('giving up a key stays, although a later revoke of the same key reaches the giving up', () => {
    const { writer, grants, set } = fleetOf('ann');
    const own = writer.write({ by: 'ann', action: 'grant', grant: grants[0], body: grantTo(['ann']) });
    const value = set('ann', own, '/config', [], 1);
    writer.write({
      by: 'ann',
      action: 'revoke',
      grant: grants[0],
      body: revokeBody({ key: keyOf('ann'), frontier: [own.id], reason: 'given up' }),
    });
    expect(settled(writer).view.get('/config')).toBeUndefined();
    writer.write({
      by: 'root',
      action: 'revoke',
      body: revokeBody({ key: keyOf('ann'), frontier: [value.id], reason: 'from here on' }),
    });
    expect(settled(writer).view.get('/config')).toBeUndefined();
  });

  test('of two modes that freeze one path every node names the same (L17)', () => {
    const { writer, grants, set } = fleetOf('ann', 'ben');
    set('ann', grants[0]!, '/config/a', [], 1);
    for (const path of ['/config', '/config/a'])
      writer.write({ by: 'ben', grant: grants[1], action: 'mode', path, body: modeBody(true) });
    expect(settled(writer).explain('/config/a').entries[0]!.outcome.type).toBe('frozen');
  });

  test('what an author froze stays as it was for who stands no nearer to the root (L17)', () => {
    const { writer, grants, set } = fleetOf('ann', 'ben');
    const before = set('ann', grants[0]!, '/config', [], 1);
    const freeze = writer.write({
      by: 'ann',
      grant: grants[0],
      action: 'mode',
      path: '/config',
      parents: [before],
      body: modeBody(true),
      content: { hash: CONTENT, sizeBytes: 1 },
    });
    set('ben', grants[1]!, '/config', [before], 2);
    const ledger = settled(writer);
    expect(ledger.view.get('/config')?.setBy.id).toBe(before.id);
    expect(ledger.explain('/config').entries[1]!.outcome).toEqual({ type: 'frozen', by: freeze.id });
  });
});

test('a root ack that comes to need an ack itself gives none any more, though its own standing stays (L15)', () => {
  const writer = createEntryWriter({ keys: ['root1'], threshold: 1 });
  const unknown = writer.write({ by: 'root1', action: 'grant', body: grantTo(['ann']) });
  const rotation = writer.write({
    by: 'root1',
    with: ['root2', 'root3'],
    action: 'root',
    parents: [writer.genesis],
    body: rootBody({ fleetName: 'Fleet', version: 2, threshold: 1, keys: ['root2', 'root3'].map(keyOf) }),
  });
  const ack = (by: string, entry: Entry, sequence: number) =>
    writer.write({
      by,
      action: 'ack',
      sequence,
      knowing: [rotation],
      body: ackBody({ entries: [entry.id] }),
    });
  const first = ack('root2', unknown, 5);
  const second = ack('root3', first, 0);
  expect(settled(writer).standing(unknown.id)).toEqual({ type: 'effective' });
  ack('root2', second, 5);
  const ledger = settled(writer);
  expect(ledger.standing(first.id)).toEqual({ type: 'effective' });
  expect(ledger.standing(unknown.id)).toMatchObject({ type: 'void', rule: 'L11-rotated' });
});
