import { describe, expect, test } from 'vitest';
import type { ItemId } from '../wire/link/item.ts';
import type { BroadcastMessage } from '../wire/link/overlay.ts';
import { type Effects, entry, from, id, lease, plumtreeWith, pushed, sent } from './testing/plumtree.ts';

describe('eager and lazy links (G1)', () => {
  test('an item is pushed to all but who sent it, one hop farther', () => {
    const { accept } = plumtreeWith(['a', 'b', 'c']);
    const effects = accept(entry('1'), from('a', 4));
    expect(pushed(effects)).toEqual(['b 1', 'c 1']);
    expect(effects.find((effect) => effect.type === 'push-item')).toMatchObject({ hops: 5 });
  });

  test('a second copy by another way makes that link lazy at both ends', () => {
    const { accept, duplicate, hear } = plumtreeWith(['a', 'b', 'c']);
    accept(entry('1'), from('a'));
    expect(sent(duplicate(entry('1'), 'b'), 'prune')).toMatchObject([{ to: 'b' }]);
    hear('c', { type: 'prune', topic: 'fleet' });
    expect(pushed(accept(entry('2')))).toEqual(['a 2']);
  });

  test('the same copy twice by one way, or one that came in bulk, makes no link lazy', () => {
    const { accept, duplicate } = plumtreeWith(['a', 'b']);
    accept(entry('1'), from('a'));
    accept(entry('2'), { type: 'reconciled', from: id('a') });
    expect([
      ...duplicate(entry('1'), 'a'),
      ...duplicate(entry('2'), 'b'),
      ...duplicate(entry('0'), 'b'),
    ]).toEqual([]);
  });

  test('what is pushed to some is announced to the lazy, many items in one frame (G2)', () => {
    const { accept, hear, fire } = plumtreeWith(['a', 'b']);
    hear('b', { type: 'prune', topic: 'fleet' });
    accept(entry('1'));
    accept(entry('2'));
    const announcements = sent(fire('announce'), 'ihave');
    expect(announcements).toMatchObject([{ to: 'b', message: { pushed: true } }]);
    expect(announcements[0]?.message).toMatchObject({ items: [{ item: '1' }, { item: '2' }] });
  });

  test('what came in bulk is only announced: most neighbours have it', () => {
    const { accept, fire } = plumtreeWith(['a', 'b']);
    expect(pushed(accept(entry('1'), { type: 'reconciled', from: id('a') }))).toEqual([]);
    expect(sent(fire('announce'), 'ihave')).toMatchObject([{ to: 'b', message: { pushed: false } }]);
  });
});

describe('announcements (G2)', () => {
  const ihave = (hops: number): BroadcastMessage => ({
    type: 'ihave',
    topic: 'fleet',
    pushed: true,
    items: [{ item: entry('1'), hops }],
  });
  const lazyTo = (peer: string) => {
    const mesh = plumtreeWith(['parent', peer]);
    mesh.hear(peer, { type: 'prune', topic: 'fleet' });
    return mesh;
  };

  test('who announced an item first is not told of it again', () => {
    const { hear, accept, fire } = lazyTo('b');
    hear('b', ihave(3));
    accept(entry('1'), from('parent', 4));
    expect(fire('announce')).toEqual([]);
  });

  test('who announces an item while it waits to be announced is not told of it', () => {
    const { hear, accept, fire } = lazyTo('b');
    accept(entry('1'), from('parent', 4));
    accept(entry('2'), from('parent', 4));
    hear('b', ihave(3));
    expect(sent(fire('announce'), 'ihave')).toMatchObject([{ message: { items: [{ item: '2' }] } }]);
  });

  test.each([[true], [false]])(
    'who had it after two more hops is told, for the sake of its tree (G4), announced before it came here: %s',
    (before) => {
      const { hear, accept, fire } = lazyTo('b');
      if (before) hear('b', ihave(6));
      accept(entry('1'), from('parent', 4));
      if (!before) hear('b', ihave(6));
      expect(sent(fire('announce'), 'ihave')).toMatchObject([{ to: 'b', message: { items: [{ hops: 4 }] } }]);
    },
  );

  test('announcements of items that nobody pushes wait less, and take pushed items along', () => {
    const { accept, fire } = lazyTo('b');
    const delaysOf = (effects: Effects) =>
      effects.flatMap((effect) =>
        effect.type === 'schedule-timer' && effect.timer === 'announce' ? [effect.delayMs] : [],
      );
    const delays = [
      ...delaysOf(accept(entry('1'))),
      ...delaysOf(accept(entry('2'))),
      ...delaysOf(accept(entry('3'), { type: 'reconciled', from: id('parent') })),
    ];
    expect(delays).toEqual([180, 20]);
    expect(sent(fire('announce'), 'ihave')).toMatchObject([
      { message: { pushed: true, items: [{ item: '1' }, { item: '2' }] } },
      { message: { pushed: false, items: [{ item: '3' }] } },
    ]);
  });
});

describe('missing items (G2)', () => {
  const ihave = (item: ItemId, hops = 1, wasPushed = true): BroadcastMessage => ({
    type: 'ihave',
    topic: 'fleet',
    pushed: wasPushed,
    items: [{ item, hops }],
  });

  test('an announced item that does not come is asked for, of each announcer in turn', () => {
    const { hear, fire } = plumtreeWith(['a', 'b']);
    hear('a', ihave(entry('1')));
    hear('b', ihave(entry('1')));
    expect(sent(fire('graft', 1_000), 'graft')).toMatchObject([{ to: 'a', message: { items: ['1'] } }]);
    expect(sent(fire('graft', 1_000), 'graft')).toMatchObject([{ to: 'b', message: { items: ['1'] } }]);
    expect(fire('graft', 1_000)).toEqual([]);
  });

  test('of several announcers the one nearest to the author is asked: it comes to be the parent (G4)', () => {
    const { hear, fire } = plumtreeWith(['a', 'b', 'c']);
    hear('a', ihave(entry('1'), 7));
    hear('b', ihave(entry('1'), 2));
    hear('c', ihave(entry('1'), 2));
    expect(sent(fire('graft', 1_000), 'graft')).toMatchObject([{ to: 'b' }]);
  });

  test('one that comes in time is not asked for', () => {
    const { hear, accept, fire } = plumtreeWith(['a', 'b']);
    hear('a', ihave(entry('1')));
    accept(entry('1'), from('b'));
    expect(sent(fire('graft', 1_000), 'graft')).toEqual([]);
  });

  test('items that are missing together are asked for together', () => {
    const { hear, fire } = plumtreeWith(['a', 'b']);
    hear('a', ihave(entry('1')));
    hear('b', ihave(entry('2')));
    hear('a', ihave(entry('2')));
    expect(sent(fire('graft', 1_000), 'graft')).toMatchObject([{ to: 'a', message: { items: ['1', '2'] } }]);
  });

  test('what nobody pushes is asked for in the next millisecond', () => {
    const { hear } = plumtreeWith(['a']);
    const timer = hear('a', ihave(entry('1'), 1, false)).find((effect) => effect.type === 'schedule-timer');
    expect(timer).toMatchObject({ timer: 'graft', delayMs: 1 });
  });

  test('a neighbour that asks gets the items that are held, and its link is eager again', () => {
    const { hear, accept } = plumtreeWith(['a']);
    hear('a', { type: 'prune', topic: 'fleet' });
    accept(entry('1'));
    const effects = hear('a', { type: 'graft', topic: 'fleet', items: [entry('1'), entry('unknown')] });
    expect(pushed(effects)).toEqual(['a 1']);
    expect(pushed(accept(entry('2')))).toEqual(['a 2']);
  });

  test('attack: items that do not exist are looked for up to a bound', () => {
    const { hear, fire } = plumtreeWith(['liar']);
    for (let round = 0; round < 8; round++)
      hear('liar', {
        type: 'ihave',
        topic: 'fleet',
        pushed: true,
        items: Array.from({ length: 1024 }, (_, at) => ({ item: entry(`${round}-${at}`), hops: 0 })),
      });
    const asked = sent(fire('graft', 10_000), 'graft').flatMap(({ message }) =>
      message.type === 'graft' ? message.items : [],
    );
    expect(asked.length).toBe(4096);
  });

  test('attack: small requests for large entries are answered up to a bound', () => {
    const { hear, accept } = plumtreeWith(['greedy']);
    accept(entry('1'));
    let answers = 0;
    for (let round = 0; round < 10_000; round++)
      answers += pushed(hear('greedy', { type: 'graft', topic: 'fleet', items: [entry('1')] })).length;
    expect(answers).toBe(4096);
  });
});

describe('a slow link (G5)', () => {
  test('urgent items overtake; of a statement only the newest waits; entries keep their order', () => {
    const { feed, accept } = plumtreeWith(['slow', 'fast']);
    feed({ type: 'link-congested', peer: id('slow') });
    for (let sequence = 0; sequence < 100; sequence++)
      expect(pushed(accept(lease('device', sequence), from('fast'), 'background'))).toEqual([]);
    accept(entry('1'), from('fast'));
    accept(entry('2'), from('fast'));
    expect(pushed(accept(entry('revoke'), from('fast'), 'urgent'))).toEqual(['slow revoke']);
    expect(pushed(feed({ type: 'link-drained', peer: id('slow') }))).toEqual([
      'slow 1',
      'slow 2',
      `slow ${lease('device', 99)}`,
    ]);
  });

  test('what is urgent overtakes also where it was announced and is asked for', () => {
    const { accept, hear } = plumtreeWith(['slow', 'fast']);
    hear('slow', { type: 'prune', topic: 'fleet' });
    accept(entry('1'), from('fast'));
    accept(entry('revoke'), from('fast'), 'urgent');
    const items = [entry('1'), entry('revoke')];
    expect(hear('slow', { type: 'graft', topic: 'fleet', items })).toMatchObject([
      { type: 'push-item', item: '1', priority: 'normal' },
      { type: 'push-item', item: 'revoke', priority: 'urgent' },
    ]);
  });

  test('slows no other link', () => {
    const { feed, accept } = plumtreeWith(['slow', 'fast']);
    feed({ type: 'link-congested', peer: id('slow') });
    expect(pushed(accept(entry('1')))).toEqual(['fast 1']);
  });

  test('more entries than a few are announced when it drains, and one that never drains is given up', () => {
    const { feed, accept, fire } = plumtreeWith(['slow']);
    feed({ type: 'link-congested', peer: id('slow') });
    for (let at = 0; at < 40; at++) accept(entry(`${at}`));
    expect(pushed(feed({ type: 'link-drained', peer: id('slow') }))).toHaveLength(16);
    const [announcement] = sent(fire('announce'), 'ihave');
    expect(announcement?.message).toMatchObject({ pushed: false });
    expect(announcement?.message.type === 'ihave' && announcement.message.items).toHaveLength(24);
    feed({ type: 'link-congested', peer: id('slow') });
    const hungUp = Array.from({ length: 5_000 }, (_, at) => accept(entry(`more ${at}`))).flat();
    expect(hungUp.some((effect) => effect.type === 'hang-up')).toBe(true);
  });
});

test('who did not ask for a site’s topic gets neither its items nor their announcements (G6)', () => {
  const { accept, hear, fire } = plumtreeWith(['inside', 'outside', 'operator']);
  hear('inside', { type: 'subscribe', topics: ['fleet', 'site:A'], relays: [] });
  hear('operator', { type: 'subscribe', topics: 'all', relays: [] });
  expect(pushed(accept(lease('device', 1), { type: 'own' }, 'background', 'site:A'))).toEqual([
    `inside ${lease('device', 1)}`,
    `operator ${lease('device', 1)}`,
  ]);
  expect(fire('announce')).toEqual([]);
});
