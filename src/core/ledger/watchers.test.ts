import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Entry } from '../wire/entry/entry.ts';
import { revokeBody } from '../wire/entry/revoke.ts';
import { valueBody } from '../wire/entry/tree.ts';
import { createLedger } from './ledger.ts';
import { matcherOf } from './path-glob.ts';
import { createEntryWriter, grantTo, keyOf } from './testing/entry-writer.ts';
import { createWatchers, type PathChange } from './watchers.ts';

const rethrow = (error: unknown) => {
  throw error;
};

/** A ledger with watchers on its view, and ben as the only one who writes. */
function watchedFleet() {
  const writer = createEntryWriter({ keys: ['root'], threshold: 1 });
  const grant = writer.write({ by: 'root', action: 'grant', body: grantTo(['ben']) });
  const ledger = createLedger(writer.genesis.id);
  const watchers = createWatchers(rethrow);
  const receive = (entry: Entry) => {
    for (const event of ledger.receive(writer.received(entry)))
      if (event.type === 'path-changed') watchers.tell(event);
  };
  const set = (path: string, value: number, parents: readonly Entry[] = []) =>
    writer.write({
      by: 'ben',
      action: 'update',
      path,
      grant,
      knowing: [grant],
      body: valueBody(value),
      parents,
    });
  const revoke = () =>
    writer.write({
      by: 'root',
      action: 'revoke',
      knowing: [grant],
      body: revokeBody({ key: keyOf('ben'), frontier: [], reason: 'stolen' }),
    });
  receive(writer.genesis);
  receive(grant);
  return { writer, ledger, watchers, receive, set, revoke };
}

const told = ({ path, before, after }: PathChange) => [path, before?.setBy.id, after?.setBy.id];

describe('a watcher of paths', () => {
  test('hears of each change of the view once, in order, with before and after (V1)', () => {
    const { watchers, receive, set } = watchedFleet();
    const heard: unknown[] = [];
    watchers.watch('/config/**', (change) => heard.push(told(change)));
    const first = set('/config/a', 1);
    const second = set('/config/a', 2, [first]);
    const other = set('/config/b', 1);
    for (const entry of [first, second, other, first, second]) receive(entry);
    expect(heard).toEqual([
      ['/config/a', undefined, first.id],
      ['/config/a', first.id, second.id],
      ['/config/b', undefined, other.id],
    ]);
  });

  test('hears nothing of an entry that changes no path, because it lost or does not count', () => {
    const { watchers, receive, set } = watchedFleet();
    const first = set('/config/a', 1);
    const rivals = [set('/config/a', 2, [first]), set('/config/a', 3, [first])].sort((a, b) =>
      a.id < b.id ? 1 : -1,
    );
    const heard: unknown[] = [];
    watchers.watch('/**', (change) => heard.push(told(change)));
    for (const entry of [first, rivals[0]!, rivals[1]!]) receive(entry);
    expect(heard).toHaveLength(2);
  });

  test('hears of every path that one revoke changes, once each (V1)', () => {
    const { watchers, receive, set, revoke } = watchedFleet();
    const entries = ['/config/b', '/config/a', '/services/till'].map((path) => set(path, 1));
    for (const entry of entries) receive(entry);
    const heard: unknown[] = [];
    watchers.watch('/**', (change) => heard.push(told(change)));
    receive(revoke());
    expect(heard).toEqual([
      ['/config/a', entries[1]!.id, undefined],
      ['/config/b', entries[0]!.id, undefined],
      ['/services/till', entries[2]!.id, undefined],
    ]);
  });

  test('whatever the order of arrival, the changes add up to the view (V1)', () => {
    const { writer, set, revoke } = watchedFleet();
    for (const path of ['/config/a', '/config/b']) set(path, 2, [set(path, 1)]);
    revoke();
    fc.assert(
      fc.property(fc.shuffledSubarray([...writer.written], { minLength: writer.written.length }), (order) => {
        const ledger = createLedger(writer.genesis.id);
        const watchers = createWatchers(rethrow);
        const seen = new Map<string, string>();
        watchers.watch('/**', ({ path, before, after }) => {
          expect(before?.setBy.id).toBe(seen.get(path));
          if (after === undefined) seen.delete(path);
          else seen.set(path, after.setBy.id);
        });
        for (const received of order)
          for (const event of ledger.receive(received))
            if (event.type === 'path-changed') watchers.tell(event);
        const view = ledger.view.paths('/').map((path) => [path, ledger.view.get(path)?.setBy.id]);
        expect([...seen].sort()).toEqual(view.sort());
      }),
      { numRuns: 200 },
    );
  });

  test('that changes the view itself hears of that after all others heard of the first (V3)', () => {
    const { watchers, receive, set } = watchedFleet();
    const first = set('/config/a', 1);
    const second = set('/config/b', 1);
    const heard: string[] = [];
    watchers.watch('/config/*', ({ path }) => {
      heard.push(`one ${path}`);
      if (path === '/config/a') receive(second);
    });
    watchers.watch('/config/*', ({ path }) => heard.push(`two ${path}`));
    receive(first);
    expect(heard).toEqual(['one /config/a', 'two /config/a', 'one /config/b', 'two /config/b']);
  });

  test('that ended, by itself or by another, hears nothing more (V3)', () => {
    const { watchers, receive, set } = watchedFleet();
    const heard: string[] = [];
    const end = watchers.watch('/**', () => {
      heard.push('first');
      end();
      endOther();
    });
    const endOther = watchers.watch('/**', () => heard.push('second'));
    receive(set('/config/a', 1));
    receive(set('/config/b', 1));
    end();
    expect(heard).toEqual(['first']);
  });

  test('that throws keeps the change from nobody (V3)', () => {
    const errors: unknown[] = [];
    const watchers = createWatchers((error) => errors.push(error));
    const heard: string[] = [];
    watchers.watch('/**', () => rethrow('broken'));
    watchers.watch('/**', ({ path }) => heard.push(path));
    for (const path of ['/a', '/b']) watchers.tell({ path, before: undefined, after: undefined });
    expect(heard).toEqual(['/a', '/b']);
    expect(errors).toEqual(['broken', 'broken']);
  });
});

describe('a glob (V2)', () => {
  test.each([
    ['/config/*', ['/config/a', '/config/*'], ['/config', '/config/a/b', '/other/a', '/']],
    ['/config/**', ['/config', '/config/a', '/config/a/b'], ['/configs', '/', '/a/config']],
    ['/**', ['/', '/a', '/a/b/c'], []],
    ['/', ['/'], ['/a']],
    ['/**/volume', ['/volume', '/a/volume', '/a/volume/b/volume'], ['/a/volume/b', '/']],
    ['/a/**/z/*', ['/a/z/1', '/a/b/z/1', '/a/z/z/z'], ['/a/z', '/z/1', '/a/b/1']],
    ['/releases/*/4', ['/releases/menu/4'], ['/releases/menu/44', '/releases/4']],
    ['/till-*-x', ['/till--x', '/till-4-x', '/till-x-x'], ['/till-x', '/a-till-4-x', '/till-4-x-']],
    ['/a.c', ['/a.c'], ['/abc']],
  ])('%s', (glob, within, without) => {
    for (const path of within) expect([path, matcherOf(glob)(path)]).toEqual([path, true]);
    for (const path of without) expect([path, matcherOf(glob)(path)]).toEqual([path, false]);
  });

  test('takes bounded steps for a name that almost matches many stars', () => {
    const glob = `/${'*a'.repeat(60)}b`;
    expect(matcherOf(glob)(`/${'a'.repeat(256)}`)).toBe(false);
    expect(matcherOf(glob)(`/${'a'.repeat(255)}b`)).toBe(true);
  });
});
