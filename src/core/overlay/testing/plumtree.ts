import type { EntryId, NodeId } from '../../wire/encoding/ids.ts';
import { type ItemId, itemOfEntry, itemOfStatement } from '../../wire/link/item.ts';
import type { BroadcastMessage, SiteEntrance, Topic } from '../../wire/link/overlay.ts';
import type { ItemSource, Priority } from '../input.ts';
import { createPlumtree, type PlumtreeInput } from '../plumtree.ts';

export const id = (name: string) => name as NodeId;
export const entry = (name: string) => itemOfEntry(name as EntryId);
export const lease = (author: string, sequence: number) =>
  itemOfStatement({ author: id(author), kind: 'lease', session: 1, sequence });

/** Plumtree with these neighbours, all of which want what goes to the fleet. */
export function plumtreeWith(
  peers: readonly string[],
  siteOf: (node: NodeId) => string | undefined = () => undefined,
  random: () => number = () => 0.5,
) {
  const held = new Set<ItemId>();
  const machine = createPlumtree({
    self: id('self'),
    siteOf,
    holds: (item) => held.has(item),
    heldIn: () => [],
  });
  let nowMs = 0;
  const feed = (input: PlumtreeInput) => machine.handle(input, nowMs, random);
  const hear = (peer: string, message: BroadcastMessage) =>
    feed({ type: 'message-received', peer: id(peer), message });
  for (const peer of peers) {
    feed({ type: 'link-up', peer: id(peer) });
    hear(peer, { type: 'subscribe', topics: ['fleet'], relays: [] });
  }
  return {
    feed,
    hear,
    fire: (timer: 'announce' | 'announce-across' | 'graft' | 'optimise', afterMs = 0) => {
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
    duplicate: (item: ItemId, from: string, hops = 3, entrance?: SiteEntrance) =>
      feed({ type: 'item-duplicate', item, topic: 'fleet', from: id(from), hops, entrance }),
  };
}

export type Effects = ReturnType<ReturnType<typeof plumtreeWith>['feed']>;
export const pushed = (effects: Effects) =>
  effects.flatMap((effect) => (effect.type === 'push-item' ? [`${effect.to} ${effect.item}`] : []));
export const sent = (effects: Effects, type: BroadcastMessage['type']) =>
  effects.flatMap((effect) =>
    effect.type === 'send-message' && effect.message.type === type ? [effect] : [],
  );
export const from = (peer: string, hops = 1): ItemSource => ({ type: 'pushed', from: id(peer), hops });
