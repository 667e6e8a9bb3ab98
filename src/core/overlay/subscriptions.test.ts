import { describe, expect, test } from 'vitest';
import type { NodeId } from '../wire/encoding/ids.ts';
import type { Topic } from '../wire/link/overlay.ts';
import { createSubscriptions, type SubscriptionEffect } from './subscriptions.ts';

const id = (name: string) => name as NodeId;
const TILLS: Topic = 'site:Tills';

/** Neighbours have said what they want: nothing but the fleet's unless they are named as members of the site. */
function setUp(options: { readonly members?: readonly string[]; readonly others?: readonly string[] }) {
  const subscriptions = createSubscriptions();
  const say = (peer: string, topics: readonly Topic[] | 'all', relays: readonly Topic[] = []) =>
    subscriptions.onSubscribe(id(peer), { type: 'subscribe', topics, relays }, 0);
  const link = (peer: string, topics: readonly Topic[]) => {
    subscriptions.onLinkUp(id(peer));
    say(peer, topics);
  };
  for (const peer of options.members ?? []) link(peer, [TILLS]);
  for (const peer of options.others ?? []) link(peer, []);
  return { subscriptions, say };
}

const joins = (effects: readonly SubscriptionEffect[]) =>
  effects.flatMap((effect) =>
    effect.type === 'send-message' && effect.message.type === 'join-topic'
      ? [`${effect.to} ${effect.message.topic}`]
      : [],
  );
const subscribed = (effects: readonly SubscriptionEffect[]) =>
  effects.flatMap((effect) =>
    effect.type === 'send-message' && effect.message.type === 'subscribe'
      ? [{ to: effect.to, relays: effect.message.relays }]
      : [],
  );

describe('topics (G6)', () => {
  test('a neighbour gets all until it says what it wants, and then the fleet’s and what it named', () => {
    const { subscriptions, say } = setUp({});
    subscriptions.onLinkUp(id('a'));
    expect(subscriptions.isWantedBy(id('a'), TILLS)).toBe(true);
    say('a', []);
    expect(subscriptions.isWantedBy(id('a'), TILLS)).toBe(false);
    expect(subscriptions.isWantedBy(id('a'), 'fleet')).toBe(true);
    say('a', [], [TILLS]);
    expect(subscriptions.isWantedBy(id('a'), TILLS)).toBe(true);
  });

  test('a neighbour that wants a new topic later is told which items of it are held, and of no others', () => {
    const { say } = setUp({ others: ['a'] });
    const [effect] = say('a', [TILLS]);
    expect(effect).toMatchObject({ type: 'announce-held', to: 'a' });
    if (effect?.type !== 'announce-held') throw new Error('nothing is announced');
    expect([effect.isNew(TILLS), effect.isNew('fleet'), effect.isNew('site:Bar')]).toEqual([
      true,
      false,
      false,
    ]);
  });

  test('who wants new topics without end is told of 64 at once', () => {
    const { say } = setUp({ others: ['a'] });
    const told = Array.from({ length: 100 }, (_, at) => say('a', [`site:${at}`])).flat();
    expect(told).toHaveLength(64);
  });
});

describe('a site whose nodes are linked by way of others alone (G9)', () => {
  const heard = (from: NodeId, itemFrom: NodeId | undefined, topic: Topic = TILLS) => ({
    topic,
    from,
    itemFrom,
    intervalMs: 30_000,
  });

  test('who hears of the speaker from no member, and nothing from the speaker, joins along that way', () => {
    const { subscriptions } = setUp({ others: ['a', 'b'] });
    subscriptions.want([TILLS]);
    expect(joins(subscriptions.onSpeakerHeard(heard(id('a'), undefined)))).toEqual([`a ${TILLS}`]);
  });

  test('a node that gets the speaker’s items from a neighbour of the same site asks for no relay', () => {
    const { subscriptions } = setUp({ members: ['m'], others: ['a'] });
    subscriptions.want([TILLS]);
    expect(joins(subscriptions.onSpeakerHeard(heard(id('a'), id('m'))))).toEqual([]);
  });

  test('who gets it from a relay asks for the relay to go on', () => {
    const { subscriptions } = setUp({ members: ['m'], others: ['a'] });
    subscriptions.want([TILLS]);
    expect(joins(subscriptions.onSpeakerHeard(heard(id('a'), id('a'))))).toEqual([`a ${TILLS}`]);
  });

  test('who is on the way relays for both sides and passes the join on, until a member has it', () => {
    const { subscriptions } = setUp({ members: ['m'], others: ['a', 'b'] });
    subscriptions.onSpeakerHeard(heard(id('b'), undefined));
    const effects = subscriptions.onJoinTopic(id('a'), TILLS, 0);
    expect(joins(effects)).toEqual([`b ${TILLS}`]);
    expect(subscribed(effects)).toEqual(['m', 'a', 'b'].map((to) => ({ to, relays: [TILLS] })));
    expect(subscriptions.isWanted(TILLS)).toBe(true);
    subscriptions.onSpeakerHeard(heard(id('m'), undefined));
    expect(joins(subscriptions.onJoinTopic(id('a'), TILLS, 0))).toEqual([]);
  });

  test('a relay passes on one join for each time that it hears the speaker, and none by itself', () => {
    const { subscriptions } = setUp({ others: ['a', 'b', 'c'] });
    subscriptions.onSpeakerHeard(heard(id('b'), undefined));
    expect(joins(subscriptions.onJoinTopic(id('a'), TILLS, 0))).toHaveLength(1);
    expect(joins(subscriptions.onJoinTopic(id('c'), TILLS, 0))).toHaveLength(0);
    expect(joins(subscriptions.onSpeakerHeard(heard(id('b'), undefined)))).toHaveLength(0);
    expect(joins(subscriptions.onJoinTopic(id('a'), TILLS, 30_000))).toHaveLength(1);
  });

  test('a relay that is not asked again ends, and says so', () => {
    const { subscriptions } = setUp({ others: ['a', 'b'] });
    subscriptions.onSpeakerHeard(heard(id('b'), undefined));
    subscriptions.onJoinTopic(id('a'), TILLS, 0);
    expect(subscribed(subscriptions.handleTimer(44_000))).toEqual([]);
    expect(subscribed(subscriptions.handleTimer(45_000))).toEqual(
      ['a', 'b'].map((to) => ({ to, relays: [] })),
    );
    expect(subscriptions.isWanted(TILLS)).toBe(false);
  });

  test('a relay lasts for as long as the speaker lets others wait, and half as long more', () => {
    const { subscriptions } = setUp({ others: ['a', 'b'] });
    subscriptions.onSpeakerHeard({ ...heard(id('b'), undefined), intervalMs: 300_000 });
    subscriptions.onJoinTopic(id('a'), TILLS, 0);
    subscriptions.onSpeakerHeard(heard(id('b'), undefined, 'site:doors'));
    const effects = subscriptions.onJoinTopic(id('a'), 'site:doors', 1_000);
    expect(effects).toContainEqual({ type: 'schedule-timer', timer: 'relays', delayMs: 45_000 });
    expect(subscriptions.handleTimer(46_000)).toContainEqual({
      type: 'schedule-timer',
      timer: 'relays',
      delayMs: 404_000,
    });
    expect([subscriptions.isWanted(TILLS), subscriptions.isWanted('site:doors')]).toEqual([true, false]);
  });

  test('joins for topics that nobody speaks for, and beyond 256, make no relays', () => {
    const { subscriptions } = setUp({ others: ['a', 'b'] });
    expect(subscriptions.onJoinTopic(id('a'), TILLS, 0)).toEqual([]);
    for (let at = 0; at < 300; at++) {
      subscriptions.onSpeakerHeard(heard(id('b'), undefined, `site:${at}`));
      subscriptions.onJoinTopic(id('a'), `site:${at}`, 0);
    }
    const relayed = Array.from({ length: 300 }, (_, at) => subscriptions.isWanted(`site:${at}`));
    expect(relayed.filter(Boolean)).toHaveLength(256);
  });
});
