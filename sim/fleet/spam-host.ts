import { type EntryId, idFromBytes, type NodeId } from '../../src/core/wire/encoding/ids.ts';
import { itemOfEntry } from '../../src/core/wire/link/item.ts';
import type { OverlayMessage } from '../../src/core/wire/link/overlay.ts';
import type { NodeIndex } from '../network/topology.ts';
import type { FleetFacts } from './fleet.ts';
import type { Host, HostServices } from './host.ts';
import { messageFrame, type OverlayFrame } from './overlay-host.ts';

/** Junk goes out in this rhythm. */
const STEP_MS = 10;

/**
 * Behaves until it is told to start; then it floods each neighbour with well-formed messages that mean nothing: made-up keys, made-up
 * items, walks and signals to nobody. Every one of them passes a decoder.
 */
export function createSpamHost(
  services: HostServices<OverlayFrame>,
  facts: FleetFacts,
  spam: { readonly perSecond: number; readonly isOn: () => boolean; readonly onSent: () => void },
  honest: Host<OverlayFrame>,
): Host<OverlayFrame> {
  const self = facts.directory.idOf(services.node);
  const links = new Set<NodeIndex>();
  const bytes = () => Uint8Array.from({ length: 32 }, () => Math.floor(services.random() * 256));
  const key = () => idFromBytes<NodeId>(bytes());
  const keys = () => Array.from({ length: 8 }, key);
  const item = () => itemOfEntry(idFromBytes<EntryId>(bytes()));

  const kinds: readonly (() => OverlayMessage)[] = [
    () => ({ type: 'forward-join', node: key(), hopsLeft: 6 }),
    () => ({ type: 'shuffle', path: [self], nodes: keys() }),
    () => ({ type: 'shuffle-reply', path: [], nodes: keys() }),
    () => ({ type: 'active-view', nodes: keys() }),
    () => ({ type: 'ihave', topic: 'fleet', pushed: true, items: [{ item: item(), hops: 1 }] }),
    () => ({ type: 'ihave', topic: 'fleet', pushed: false, items: [{ item: item(), hops: 1 }] }),
    () => ({ type: 'graft', topic: 'fleet', items: [item()] }),
    () => ({ type: 'prune', topic: 'fleet' }),
    () => ({ type: 'neighbor', priority: 'high' }),
    () => ({ type: 'join' }),
    () => ({ type: 'subscribe', topics: 'all', relays: [] }),
    () => ({ type: 'signal', target: key(), path: [self], signal: new Uint8Array(500) }),
  ];

  const step = () => {
    const peers = [...links];
    if (spam.isOn())
      for (let sent = 0; peers.length > 0 && sent < (spam.perSecond * STEP_MS) / 1000; sent++) {
        const kind = kinds[Math.floor(services.random() * kinds.length)]!;
        services.send(peers[sent % peers.length]!, messageFrame(kind()));
        spam.onSent();
      }
    services.schedule('spam', STEP_MS);
  };

  return {
    ...honest,
    handle: (fact) => {
      if (fact.type === 'link-up') links.add(fact.peer);
      if (fact.type === 'link-down') links.delete(fact.peer);
      if (fact.type === 'timer-fired' && fact.timer === 'spam') return step();
      honest.handle(fact);
      if (fact.type === 'node-started') services.schedule('spam', STEP_MS);
    },
  };
}
