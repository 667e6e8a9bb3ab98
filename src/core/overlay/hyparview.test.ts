import { describe, expect, test } from 'vitest';
import type { NodeId } from '../wire/encoding/ids.ts';
import type { MembershipMessage } from '../wire/link/overlay.ts';
import { createHyParView, type HyParViewInput } from './hyparview.ts';

const id = (name: string) => name as NodeId;
const many = (prefix: string, count: number) =>
  Array.from({ length: count }, (_, at) => id(`${prefix}${at}`));

function setUp(siteOf: (node: NodeId) => string | undefined = () => undefined) {
  const machine = createHyParView({ self: id('self'), siteOf, isMember: () => true });
  let nowMs = 0;
  let state = 1;
  const random = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  const feed = (input: HyParViewInput) => machine.handle(input, nowMs, random);
  return {
    machine,
    feed,
    pass: (ms: number) => {
      nowMs += ms;
    },
    link: (peer: NodeId, dialled = false) => feed({ type: 'link-up', peer, dialled }),
    hear: (peer: NodeId, message: MembershipMessage) => feed({ type: 'message-received', peer, message }),
  };
}

const dialled = (effects: ReturnType<ReturnType<typeof setUp>['feed']>) =>
  effects.flatMap((effect) => (effect.type === 'dial' ? [effect.peer] : []));
const sent = <Type extends MembershipMessage['type']>(
  effects: ReturnType<ReturnType<typeof setUp>['feed']>,
  type: Type,
) =>
  effects.flatMap((effect) =>
    effect.type === 'send-message' && effect.message.type === type ? [effect] : [],
  );

describe('joining (M9)', () => {
  test('in a small fleet a node dials all that it was told of', () => {
    const { feed } = setUp();
    expect(dialled(feed({ type: 'peers-introduced', peers: many('p', 4) })).sort()).toEqual(many('p', 4));
  });

  test('in a large fleet it dials two, and the rest when the walks have brought nothing', () => {
    const { feed, link, pass } = setUp();
    const contacts = dialled(feed({ type: 'peers-introduced', peers: many('p', 32) }));
    expect(contacts).toHaveLength(2);
    expect(sent(link(contacts[0]!, true), 'join')).toHaveLength(1);
    link(contacts[1]!, true);
    pass(2_000);
    expect(dialled(feed({ type: 'timer-fired', timer: 'redial' }))).toHaveLength(3);
  });

  test('a newcomer goes on random walks, and where one ends it is dialled', () => {
    const { link, hear } = setUp();
    for (const peer of many('p', 4)) link(peer);
    link(id('new'));
    expect(sent(hear(id('new'), { type: 'join' }), 'forward-join').length).toBeGreaterThan(0);
    const walk = { type: 'forward-join', node: id('other') } as const;
    expect(sent(hear(id('p0'), { ...walk, hopsLeft: 6 }), 'forward-join')[0]?.message).toEqual({
      ...walk,
      hopsLeft: 5,
    });
    expect(dialled(hear(id('p0'), { ...walk, hopsLeft: 0 }))).toEqual([id('other')]);
  });

  test('attack: a join said again and again is told on once', () => {
    const { link, hear } = setUp();
    for (const peer of many('p', 4)) link(peer);
    link(id('loud'));
    hear(id('loud'), { type: 'join' });
    for (let again = 0; again < 10; again++) expect(hear(id('loud'), { type: 'join' })).toEqual([]);
  });
});

describe('failure replacement (M9)', () => {
  test('a link that broke is replaced at once from the passive view', () => {
    const { feed, link } = setUp();
    for (const peer of many('p', 5)) link(peer);
    for (const peer of many('q', 3)) feed({ type: 'peer-seen', peer });
    const [replacement] = dialled(feed({ type: 'link-down', peer: id('p0') }));
    expect(replacement).toMatch(/^q/);
  });

  test('one that is introduced again, its view full, dials one stranger: the other half of a fleet that was split', () => {
    const { feed, link } = setUp();
    for (const peer of many('p', 5)) link(peer);
    const strangers = many('q', 3);
    const bridges = dialled(feed({ type: 'peers-introduced', peers: [...many('p', 5), ...strangers] }));
    expect(bridges).toHaveLength(1);
    expect(strangers).toContain(bridges[0]);
    expect(dialled(feed({ type: 'peers-introduced', peers: strangers }))).toEqual([]);
  });

  test('whom it cannot reach it dials again later and later', () => {
    const { feed, pass } = setUp();
    feed({ type: 'peers-introduced', peers: [id('p')] });
    const waits: number[] = [];
    for (let round = 0; round < 4; round++) {
      const effects = feed({ type: 'dial-failed', peer: id('p') });
      const timer = effects.find((effect) => effect.type === 'schedule-timer');
      const delayMs = timer?.type === 'schedule-timer' ? timer.delayMs : 0;
      waits.push(delayMs);
      pass(delayMs + 1);
      expect(dialled(feed({ type: 'timer-fired', timer: 'redial' }))).toEqual([id('p')]);
    }
    expect(waits[3]! / waits[0]!).toBeGreaterThan(2);
  });

  test('a node that few neighbours are left of asks the servers, though it has others to dial (M11)', () => {
    const { feed, link } = setUp();
    for (const peer of many('p', 5)) link(peer);
    for (const peer of many('perhaps gone too', 8)) feed({ type: 'peer-seen', peer });
    const asks = many('p', 5).map((peer) =>
      feed({ type: 'link-down', peer }).some(({ type }) => type === 'seek-peers'),
    );
    expect(asks).toEqual([false, false, true, false, false]);
  });

  test('dials are bounded in time, whoever names nodes without end', () => {
    const { feed } = setUp();
    let dials = dialled(feed({ type: 'peers-introduced', peers: many('a', 5) })).length;
    for (let round = 0; round < 50; round++)
      for (const peer of many('a', 5)) {
        dials += dialled(feed({ type: 'dial-failed', peer })).length;
        dials += dialled(feed({ type: 'peers-introduced', peers: many(`b${round}-`, 5) })).length;
      }
    expect(dials).toBeLessThanOrEqual(13);
  });
});

describe('places for neighbours (M9)', () => {
  test('a node with other neighbours is turned away when the view is full, one without is not', () => {
    const { link, hear, machine } = setUp();
    for (const peer of many('p', 8)) link(peer);
    const refused = hear(id('p7'), { type: 'neighbor', priority: 'low' });
    expect(sent(refused, 'neighbor-answer')[0]?.message).toEqual({
      type: 'neighbor-answer',
      accepted: false,
    });
    expect(refused.some((effect) => effect.type === 'hang-up' && effect.peer === 'p7')).toBe(true);
    expect(machine.admits(id('lonely'))).toBe(true);
    link(id('lonely'));
    const welcomed = hear(id('lonely'), { type: 'neighbor', priority: 'high' });
    expect(sent(welcomed, 'neighbor-answer')[0]?.message).toEqual({
      type: 'neighbor-answer',
      accepted: true,
    });
    expect(welcomed.some((effect) => effect.type === 'hang-up' && effect.peer !== 'lonely')).toBe(true);
    expect(machine.admits(id('more'))).toBe(false);
  });

  test('attack: who says again and again that it is lonely takes the place of its like, and old links stay', () => {
    const { link, hear, feed, pass, machine } = setUp();
    for (const peer of many('old', 7)) link(peer);
    for (const peer of many('lonely', 60)) {
      link(peer);
      for (const effect of hear(peer, { type: 'neighbor', priority: 'high' }))
        if (effect.type === 'hang-up') feed({ type: 'link-down', peer: effect.peer });
      pass(5_000);
    }
    expect([...machine.neighbours].filter((peer) => peer.startsWith('old')).length).toBeGreaterThanOrEqual(6);
  });

  test('attack: nodes that say they are lonely push out neighbours only at a bounded rate', () => {
    const { link, hear, feed } = setUp();
    for (const peer of many('honest', 8)) link(peer);
    let droppedHonest = 0;
    for (const peer of many('sybil', 50)) {
      link(peer);
      for (const effect of hear(peer, { type: 'join' }))
        if (effect.type === 'hang-up') {
          feed({ type: 'link-down', peer: effect.peer });
          if (effect.peer.startsWith('honest')) droppedHonest++;
        }
    }
    expect(droppedHonest).toBeLessThanOrEqual(4);
  });

  test('a link across is kept while links inside are too many', () => {
    const siteOf = (node: NodeId) => (node.startsWith('far') ? 'B' : 'A');
    const { link, hear, feed } = setUp(siteOf);
    for (const peer of [...many('near', 6), ...many('far', 2), id('near9')]) link(peer);
    const drops = hear(id('near9'), { type: 'join' }).filter((effect) => effect.type === 'hang-up');
    expect(drops.map((effect) => effect.type === 'hang-up' && siteOf(effect.peer))).toEqual(['A']);
    feed({ type: 'link-down', peer: id('near0') });
  });

  test('a shuffle drops one too many, but for a minute none that had no other neighbour, nor another in its place', () => {
    const { feed, link, hear, pass } = setUp();
    for (const peer of [...many('p', 6), id('lonely')]) link(peer);
    hear(id('lonely'), { type: 'join' });
    const hungUp = () =>
      feed({ type: 'timer-fired', timer: 'shuffle' }).flatMap((effect) =>
        effect.type === 'hang-up' ? [effect.peer] : [],
      );
    pass(59_999);
    expect(hungUp()).toEqual([]);
    pass(1);
    expect(hungUp()).toEqual(['lonely']);
  });

  describe('a link that is its other end’s only one', () => {
    const hungUp = (effects: ReturnType<ReturnType<typeof setUp>['feed']>) =>
      effects.flatMap((effect) => (effect.type === 'hang-up' ? [effect.peer] : []));
    const saysThatItIsAlone = { type: 'active-view', nodes: [id('self')] } as const;

    test('is kept by a view with too many, however old it is, until its other end has others enough', () => {
      const { feed, link, hear, pass } = setUp();
      for (const peer of [...many('p', 6), id('lonely')]) link(peer);
      hear(id('lonely'), saysThatItIsAlone);
      pass(3_600_000);
      expect(hungUp(feed({ type: 'timer-fired', timer: 'shuffle' }))).toEqual([]);
      hear(id('lonely'), { type: 'active-view', nodes: [id('self'), ...many('other', 5)] });
      expect(hungUp(feed({ type: 'timer-fired', timer: 'shuffle' }))).toEqual(['lonely']);
    });

    test('does not make room for a node without neighbours', () => {
      const { link, hear } = setUp();
      for (const peer of [...many('p', 6), id('lonely'), id('new')]) link(peer);
      hear(id('lonely'), saysThatItIsAlone);
      expect(hungUp(hear(id('new'), { type: 'neighbor', priority: 'high' }))).toEqual(['p5']);
    });

    test('attack: of those who say so two are kept, of the older links, and no link of others goes for them', () => {
      const { feed, link, hear, pass, machine } = setUp();
      for (const peer of [...many('p', 5), ...many('liar', 4)]) {
        link(peer);
        if (peer.startsWith('liar')) hear(peer, saysThatItIsAlone);
      }
      for (let shuffle = 0; shuffle < 10; shuffle++) {
        pass(60_000);
        for (const peer of hungUp(feed({ type: 'timer-fired', timer: 'shuffle' })))
          feed({ type: 'link-down', peer });
      }
      expect([...machine.neighbours]).toEqual([...many('p', 5), id('liar0'), id('liar1'), id('liar2')]);
    });

    test('attack: nodes that come one after another and say so take at most two places more than others', () => {
      const { link, hear, feed, pass, machine } = setUp();
      for (const peer of many('old', 7)) link(peer);
      for (const peer of many('liar', 60)) {
        link(peer);
        for (const by of hungUp(hear(peer, { type: 'neighbor', priority: 'high' })))
          feed({ type: 'link-down', peer: by });
        hear(peer, saysThatItIsAlone);
        pass(5_000);
      }
      expect([...machine.neighbours].filter((peer) => peer.startsWith('old'))).toHaveLength(4);
    });
  });
});

describe('links across sites (M9)', () => {
  const siteOf = (node: NodeId) => (node.startsWith('far') ? 'B' : node.startsWith('third') ? 'C' : 'A');
  const viewOf = (...others: string[]) => ({
    type: 'active-view' as const,
    nodes: [id('self'), ...others.map(id)],
  });
  const dropsAtShuffle = ({ feed }: ReturnType<typeof setUp>) =>
    feed({ type: 'timer-fired', timer: 'shuffle' }).flatMap((effect) =>
      effect.type === 'hang-up' ? [effect.peer] : [],
    );
  const linkedWith = (near: number, far: number) => {
    const node = setUp(siteOf);
    for (const peer of [...many('near', near), ...many('far', far)]) node.link(peer);
    return node;
  };

  test('what is all that leads out of its other end’s site is kept by a view with too many', () => {
    const node = linkedWith(3, 6);
    node.hear(id('far5'), viewOf('far7', 'far8', 'far9'));
    expect(dropsAtShuffle(node)).toEqual(['far4']);
    node.hear(id('far5'), viewOf('far7', 'third1', 'third2'));
    expect(dropsAtShuffle(node)).toEqual(['far5']);
  });

  test('attack: of members that say so, and that they are alone, two are kept in all', () => {
    const node = linkedWith(3, 6);
    node.hear(id('far3'), viewOf());
    for (const liar of ['far4', 'far5']) node.hear(id(liar), viewOf('far7'));
    expect(dropsAtShuffle(node)).toEqual(['far5']);
  });

  test('one too many is kept while its other end has no more of the kind than it wants', () => {
    const node = linkedWith(4, 3);
    node.hear(id('far2'), viewOf('far7', 'far8', 'far9', 'third1'));
    expect(dropsAtShuffle(node)).toEqual([]);
    node.hear(id('far2'), viewOf('far7', 'far8', 'far9', 'third1', 'third2'));
    expect(dropsAtShuffle(node)).toEqual(['far2']);
  });

  test('nor is it dropped where nobody has a site, and its other end has no more than it wants', () => {
    const node = setUp();
    for (const peer of many('p', 7)) node.link(peer);
    node.hear(id('p6'), viewOf('a', 'b', 'c', 'd'));
    expect(dropsAtShuffle(node)).toEqual([]);
    node.hear(id('p6'), viewOf('a', 'b', 'c', 'd', 'e'));
    expect(dropsAtShuffle(node)).toEqual(['p6']);
  });

  test('attack: two too many are not, whatever the youngest says', () => {
    const node = linkedWith(4, 4);
    for (const liar of many('far', 4)) node.hear(liar, viewOf('far7', 'third1'));
    expect(dropsAtShuffle(node)).toEqual(['far3']);
  });

  test.each(Array.from({ length: 32 }, (_, at) => at))(
    'of the many that a server names some of the own site keep a place among those to fall back on: number %i',
    (at) => {
      const { feed, link } = setUp(siteOf);
      for (const peer of [...many('near9', 2), ...many('far9', 3)]) link(peer, true);
      feed({ type: 'peers-introduced', peers: many('far', 31).toSpliced(at, 0, id('near')) });
      const next = many('near9', 2).flatMap((peer) => dialled(feed({ type: 'link-down', peer })));
      expect(next).toContain('near');
    },
  );
});

describe('shuffles (M10)', () => {
  test('a shuffle walks on, and its answer comes back the same way', () => {
    const { link, hear } = setUp();
    for (const peer of many('p', 3)) link(peer);
    const path = [id('origin'), id('p0')];
    const [onward] = sent(hear(id('p0'), { type: 'shuffle', path, nodes: [id('x')] }), 'shuffle');
    expect(onward?.message).toMatchObject({ path: [...path, id('self')] });
    const [back] = sent(hear(id('p1'), { type: 'shuffle-reply', path, nodes: [id('y')] }), 'shuffle-reply');
    expect(back).toMatchObject({ to: 'p0', message: { path: [id('origin')] } });
  });

  test('attack: a path that does not end at who sent it is a strike', () => {
    const { link, hear } = setUp();
    link(id('p'));
    for (const path of [[], [id('x')], [id('self'), id('p')]])
      expect(hear(id('p'), { type: 'shuffle', path, nodes: [] })).toMatchObject([
        { type: 'peer-misbehaved', peer: 'p' },
      ]);
  });

  test('attack: answers that nobody asked for are not believed', () => {
    const { link, hear, feed } = setUp();
    link(id('p'));
    hear(id('p'), { type: 'shuffle-reply', path: [], nodes: many('sybil', 7) });
    expect(dialled(feed({ type: 'timer-fired', timer: 'redial' }))).toEqual([]);
  });

  test('attack: what one neighbour sends is bounded in time', () => {
    const { link, hear } = setUp();
    link(id('p'));
    link(id('q'));
    let answers = 0;
    for (let round = 0; round < 1_000; round++)
      answers += hear(id('p'), { type: 'shuffle', path: [id('p')], nodes: [] }).length;
    expect(answers).toBeLessThan(100);
  });
});

test('who is banned is hung up on, is not admitted, and is not dialled whoever names it (M7)', () => {
  const { link, feed, machine } = setUp();
  link(id('bad'));
  expect(feed({ type: 'peer-banned', peer: id('bad') })).toMatchObject([{ type: 'hang-up', peer: 'bad' }]);
  feed({ type: 'link-down', peer: id('bad') });
  expect(machine.admits(id('bad'))).toBe(false);
  expect(dialled(feed({ type: 'peers-introduced', peers: [id('bad')] }))).toEqual([]);
  feed({ type: 'ban-ended', peer: id('bad') });
  expect(machine.admits(id('bad'))).toBe(true);
  expect(dialled(feed({ type: 'peers-introduced', peers: [id('bad')] }))).toEqual(['bad']);
});
