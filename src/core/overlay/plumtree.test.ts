import { describe, expect, test } from 'vitest';
import type { EntryId, NodeId } from '../wire/ids.ts';
import { type ItemId, itemOfEntry, itemOfStatement } from '../wire/item.ts';
import type { BroadcastMessage, Topic } from '../wire/overlay.ts';
import type { ItemSource, Priority } from './input.ts';
import { createPlumtree, type PlumtreeInput } from './plumtree.ts';

const id = (name: string) => name as NodeId;
const entry = (name: string) => itemOfEntry(name as EntryId);
const lease = (author: string, sequence: number) =>
  itemOfStatement({ author: id(author), kind: 'lease', session: 1, sequence });

function setUp(peers: readonly string[]) {
  const held = new Set<ItemId>();
  const machine = createPlumtree({
    holds: (item) => held.has(item),
    heldIn: () => [],
  });
  let nowMs = 0;
  const feed = (input: PlumtreeInput) => machine.handle(input, nowMs, () => 0.5);
  const hear = (peer: string, message: BroadcastMessage) =>
    feed({ type: 'message-received', peer: id(peer), message });
  for (const peer of peers) {
    feed({ type: 'link-up', peer: id(peer) });
    hear(peer, { type: 'subscribe', topics: ['fleet'], relays: [] });
  }
  return {
    feed,
    hear,
    fire: (timer: 'announce' | 'graft' | 'optimise', afterMs = 0) => {
      nowMs += afterMs;
      return feed({ type: 'timer-fired', timer });
    },
    accept: (
      item: ItemId,
      source: ItemSource = { type: 'own' },
      priority: Priority = 'normal',
      topic: Topic = 'fleet',
    ) => {
      held.add(item);
      return feed({ type: 'item-accepted', item, topic, priority, source });
    },
    duplicate: (item: ItemId, from: string) =>
      feed({ type: 'item-duplicate', item, topic: 'fleet', from: id(from), hops: 3 }),
  };
}

type Effects = ReturnType<ReturnType<typeof setUp>['feed']>;
const pushed = (effects: Effects) =>
  effects.flatMap((effect) => (effect.type === 'push-item' ? [`${effect.to} ${effect.item}`] : []));
const sent = (effects: Effects, type: BroadcastMessage['type']) =>
  effects.flatMap((effect) =>
    effect.type === 'send-message' && effect.message.type === type ? [effect] : [],
  );
const from = (peer: string, hops = 1): ItemSource => ({ type: 'pushed', from: id(peer), hops });

describe('eager and lazy links (G1)', () => {
  test('an item is pushed to all but who sent it, one hop farther', () => {
    const { accept } = setUp(['a', 'b', 'c']);
    const effects = accept(entry('1'), from('a', 4));
    expect(pushed(effects)).toEqual(['b 1', 'c 1']);
    expect(effects.find((effect) => effect.type === 'push-item')).toMatchObject({ hops: 5 });
  });

  test('a second copy by another way makes that link lazy at both ends', () => {
    const { accept, duplicate, hear } = setUp(['a', 'b', 'c']);
    accept(entry('1'), from('a'));
    expect(sent(duplicate(entry('1'), 'b'), 'prune')).toMatchObject([{ to: 'b' }]);
    hear('c', { type: 'prune', topic: 'fleet' });
    expect(pushed(accept(entry('2')))).toEqual(['a 2']);
  });

  test('the same copy twice by one way, or one that came in bulk, makes no link lazy', () => {
    const { accept, duplicate } = setUp(['a', 'b']);
    accept(entry('1'), from('a'));
    accept(entry('2'), { type: 'reconciled', from: id('a') });
    expect([
      ...duplicate(entry('1'), 'a'),
      ...duplicate(entry('2'), 'b'),
      ...duplicate(entry('0'), 'b'),
    ]).toEqual([]);
  });

  test('what is pushed to some is announced to the lazy, many items in one frame (G2)', () => {
    const { accept, hear, fire } = setUp(['a', 'b']);
    hear('b', { type: 'prune', topic: 'fleet' });
    accept(entry('1'));
    accept(entry('2'));
    const announcements = sent(fire('announce'), 'ihave');
    expect(announcements).toMatchObject([{ to: 'b', message: { pushed: true } }]);
    expect(announcements[0]?.message).toMatchObject({ items: [{ item: '1' }, { item: '2' }] });
  });

  test('what came in bulk is only announced: most neighbours have it', () => {
    const { accept, fire } = setUp(['a', 'b']);
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
    const mesh = setUp(['parent', peer]);
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
    'who had it after many more hops is told, for the sake of its tree (G4), announced before it came here: %s',
    (before) => {
      const { hear, accept, fire } = lazyTo('b');
      if (before) hear('b', ihave(9));
      accept(entry('1'), from('parent', 4));
      if (!before) hear('b', ihave(9));
      expect(sent(fire('announce'), 'ihave')).toMatchObject([{ to: 'b', message: { items: [{ hops: 4 }] } }]);
    },
  );

  test('what nobody pushes waits less, and takes along what is pushed', () => {
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
    expect(delays).toEqual([100, 20]);
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
    const { hear, fire } = setUp(['a', 'b']);
    hear('a', ihave(entry('1')));
    hear('b', ihave(entry('1')));
    expect(sent(fire('graft', 1_000), 'graft')).toMatchObject([{ to: 'a', message: { items: ['1'] } }]);
    expect(sent(fire('graft', 1_000), 'graft')).toMatchObject([{ to: 'b', message: { items: ['1'] } }]);
    expect(fire('graft', 1_000)).toEqual([]);
  });

  test('one that comes in time is not asked for', () => {
    const { hear, accept, fire } = setUp(['a', 'b']);
    hear('a', ihave(entry('1')));
    accept(entry('1'), from('b'));
    expect(sent(fire('graft', 1_000), 'graft')).toEqual([]);
  });

  test('items that are missing together are asked for together', () => {
    const { hear, fire } = setUp(['a', 'b']);
    hear('a', ihave(entry('1')));
    hear('b', ihave(entry('2')));
    hear('a', ihave(entry('2')));
    expect(sent(fire('graft', 1_000), 'graft')).toMatchObject([{ to: 'a', message: { items: ['1', '2'] } }]);
  });

  test('what nobody pushes is asked for in the next millisecond', () => {
    const { hear } = setUp(['a']);
    const timer = hear('a', ihave(entry('1'), 1, false)).find((effect) => effect.type === 'schedule-timer');
    expect(timer).toMatchObject({ timer: 'graft', delayMs: 1 });
  });

  test('who asks gets what is held, and the link is eager again', () => {
    const { hear, accept } = setUp(['a']);
    hear('a', { type: 'prune', topic: 'fleet' });
    accept(entry('1'));
    const effects = hear('a', { type: 'graft', topic: 'fleet', items: [entry('1'), entry('unknown')] });
    expect(pushed(effects)).toEqual(['a 1']);
    expect(pushed(accept(entry('2')))).toEqual(['a 2']);
  });

  test('attack: items that do not exist are looked for up to a bound', () => {
    const { hear, fire } = setUp(['liar']);
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
    const { hear, accept } = setUp(['greedy']);
    accept(entry('1'));
    let answers = 0;
    for (let round = 0; round < 10_000; round++)
      answers += pushed(hear('greedy', { type: 'graft', topic: 'fleet', items: [entry('1')] })).length;
    expect(answers).toBe(4096);
  });
});

describe('tree optimisation (G4)', () => {
  /** A lazy link to `near`; then items that come from the parent after 6 hops and that it had after 1. */
  function twoWays() {
    const mesh = setUp(['parent', 'near', 'far']);
    for (const peer of ['near', 'far']) {
      mesh.accept(entry(`first of ${peer}`), from('parent'));
      mesh.duplicate(entry(`first of ${peer}`), peer);
    }
    const item = (name: string, by: string, hops = 6) => {
      mesh.accept(entry(name), from('parent', hops));
      mesh.hear(by, { type: 'ihave', topic: 'fleet', pushed: true, items: [{ item: entry(name), hops: 1 }] });
      mesh.fire('announce', 600);
    };
    return { ...mesh, item };
  }

  test('a lazy neighbour that was much nearer for three items in a row takes the parent’s place', () => {
    const { item, fire } = twoWays();
    item('1', 'near');
    item('2', 'near');
    expect(fire('optimise', 500)).toEqual([]);
    item('3', 'near');
    const effects = fire('optimise', 500);
    expect(sent(effects, 'graft')).toMatchObject([{ to: 'near', message: { items: [] } }]);
    expect(sent(effects, 'prune')).toMatchObject([{ to: 'parent' }]);
  });

  test('not one that was nearer now and then: authors in different places would pull the tree to and fro', () => {
    const { item, fire } = twoWays();
    for (const [name, by, hops] of [
      ['1', 'near', 6],
      ['2', 'near', 6],
      ['3', 'far', 6],
      ['4', 'near', 6],
      ['5', 'near', 2],
      ['6', 'near', 6],
      ['7', 'near', 6],
    ] as const)
      item(name, by, hops);
    expect(fire('optimise', 500)).toEqual([]);
  });

  test('not while items follow each other', () => {
    const { item, accept, fire } = twoWays();
    for (const name of ['1', '2', '3']) item(name, 'near');
    accept(entry('4'), from('parent', 1));
    expect(fire('optimise', 490)).toEqual([]);
  });
});

describe('a slow link (G5)', () => {
  test('urgent items overtake; of a statement only the newest waits; entries keep their order', () => {
    const { feed, accept } = setUp(['slow', 'fast']);
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
    const { accept, hear } = setUp(['slow', 'fast']);
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
    const { feed, accept } = setUp(['slow', 'fast']);
    feed({ type: 'link-congested', peer: id('slow') });
    expect(pushed(accept(entry('1')))).toEqual(['fast 1']);
  });

  test('more entries than a few are announced when it drains, and one that never drains is given up', () => {
    const { feed, accept, fire } = setUp(['slow']);
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
  const { accept, hear, fire } = setUp(['inside', 'outside', 'operator']);
  hear('inside', { type: 'subscribe', topics: ['fleet', 'site:A'], relays: [] });
  hear('operator', { type: 'subscribe', topics: 'all', relays: [] });
  expect(pushed(accept(lease('device', 1), { type: 'own' }, 'background', 'site:A'))).toEqual([
    `inside ${lease('device', 1)}`,
    `operator ${lease('device', 1)}`,
  ]);
  expect(fire('announce')).toEqual([]);
});
