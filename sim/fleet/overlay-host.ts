import { summaryIntervalMs } from '../../src/core/fleet/site-summary.ts';
import type { PushItem } from '../../src/core/overlay/effect.ts';
import {
  createOverlay,
  type ItemSource,
  type OverlayEffect,
  type OverlayInput,
  type OverlayTimer,
} from '../../src/core/overlay/overlay.ts';
import { compareIds, type EntryId, idFromBytes, type NodeId } from '../../src/core/wire/encoding/ids.ts';
import { type ItemId, itemOfEntry, itemOfStatement, referenceOf } from '../../src/core/wire/link/item.ts';
import type { OverlayMessage, SiteEntrance, Topic } from '../../src/core/wire/link/overlay.ts';
import type { StatementKind } from '../../src/core/wire/statement/statement-kind.ts';
import { createPump } from '../../src/runtime/pump.ts';
import { type Frame, PAYLOAD_CODE } from '../network/network.ts';
import type { NodeIndex } from '../network/topology.ts';
import type { FleetFacts } from './fleet.ts';
import { createHeldItems, type HeldThen } from './held-items.ts';
import type { Host, HostServices } from './host.ts';
import { CODE_OF_MESSAGE, sizeOfMessage } from './message-size.ts';
import { admissionOf, type Roster } from './roster.ts';

export type OverlayFrame = Frame &
  (
    | { readonly type: 'message'; readonly message: OverlayMessage }
    | {
        readonly type: 'payload';
        readonly item: ItemId;
        readonly hops: number;
        readonly entrance: SiteEntrance | undefined;
      }
    /** Stands for reconciliation, which finds what the other end lacks at little cost (R-rules). */
    | { readonly type: 'held'; readonly items: HeldThen }
    | { readonly type: 'lacking'; readonly items: readonly ItemId[] }
  );

/** An entry of a rollout with its signature, and the head of its frame. */
const PAYLOAD_BYTES = 600;
/** A key and a number. */
const ENTRANCE_BYTES = 36;
/** Greeting and first sketch of a reconciliation of few differences. */
const SKETCH_BYTES = 250;
/** As the connector's time to open. */
const DIAL_TIMEOUT_MS = 15_000;
/** As the node's: so many refusals ban a neighbour (M7). */
const MAX_STRIKES = 8;

/** The overlay's machines alone, with items that are nothing but names: what runs by the ten thousand. All are members without a roster. */
export function createOverlayHost(
  services: HostServices<OverlayFrame>,
  { directory, topology, config }: FleetFacts,
  { roster, says }: { readonly roster?: Roster; readonly says?: 'summaries too' } = {},
): Host<OverlayFrame> {
  const { idOf, indexOf } = directory;
  const self = idOf(services.node);
  const held = createHeldItems(roster?.isSettled(services.node) ? roster.ledger(directory) : new Set());
  const strikes = new Map<NodeId, number>();
  const siteOf = (id: NodeId) => (directory.has(id) ? topology.siteNameOf(indexOf(id)) : undefined);
  /** What a node says of itself is for its site, everything else for the fleet (G6). */
  const topicOf = (item: ItemId): Topic => {
    const reference = referenceOf(item);
    if (reference.type === 'entry' || reference.mark.kind === 'summary') return 'fleet';
    return `site:${siteOf(reference.mark.author)}`;
  };
  /** What is held for single sites. */
  const heldForSites = new Map<Topic, Set<ItemId>>();
  /** The newest of each speaker. */
  const leases = new Map<NodeId, { readonly item: ItemId; readonly atMs: number }>();
  /** When each node of the own site spoke for it last. */
  const spoke = new Map<NodeId, number>();
  const heardSites = new Set<string | undefined>();
  const intervalMs = () => summaryIntervalMs(heardSites.size);
  const overlay = createOverlay(
    {
      self,
      siteOf,
      isMember: (node) => roster === undefined || held.has(admissionOf(node)),
      holds: (item) => held.has(item),
      heldIn: (isAskedFor) =>
        Array.from(heldForSites).flatMap(([topic, items]) =>
          isAskedFor(topic) ? Array.from(items, (item) => ({ item, topic })) : [],
        ),
    },
    config,
  );
  let said = 0;

  const perform = (effect: OverlayEffect) => {
    switch (effect.type) {
      case 'send-message':
        return services.send(indexOf(effect.to), messageFrame(effect.message));
      case 'push-item':
        if (held.has(effect.item)) services.send(indexOf(effect.to), payloadFrame(effect));
        return;
      case 'dial':
        if (directory.has(effect.peer)) services.dial(indexOf(effect.peer));
        // A key that a hostile node made up: nobody answers.
        else services.schedule(`${IN_VAIN}${effect.peer}`, DIAL_TIMEOUT_MS);
        return;
      case 'hang-up':
        return services.hangUp(indexOf(effect.peer), effect.reason);
      case 'seek-peers':
        return services.seekPeers();
      case 'schedule-timer':
        return services.schedule(effect.timer, effect.delayMs);
      case 'cancel-timer':
        return services.cancel(effect.timer);
      case 'signal-arrived':
        if (directory.has(effect.from)) services.signalArrived(indexOf(effect.from), effect.signal);
        return;
      case 'peer-misbehaved':
        return onMisbehaviour(effect.peer, effect.reason);
    }
  };

  const { tell } = createPump<OverlayInput, OverlayEffect>({
    handle: (input) => overlay.handle(input, services.nowMs(), services.random),
    carryOut: (effects) => effects.forEach(perform),
    onFault: (error) => {
      throw error;
    },
  });

  const onMisbehaviour = (peer: NodeId, reason: string) => {
    services.refused(indexOf(peer), reason);
    const count = (strikes.get(peer) ?? 0) + 1;
    strikes.set(peer, count);
    if (count === MAX_STRIKES) tell({ type: 'peer-banned', peer });
  };

  /** An admission makes members, and who is invited writes its own when it has the first. */
  const onEntry = (item: ItemId) => {
    if (roster === undefined || !directory.has(item as string as NodeId)) return;
    tell({ type: 'members-changed' });
    const own = admissionOf(self);
    const isInvited = !held.has(own) && !roster.isAdmitted(services.node);
    if (isInvited && item === admissionOf(idOf(roster.founder))) accept(own, { type: 'own' });
  };

  const accept = (item: ItemId, source: ItemSource) => {
    held.add(item);
    const topic = topicOf(item);
    tell({ type: 'item-accepted', item, topic, priority: 'normal', source });
    const reference = referenceOf(item);
    if (reference.type === 'entry') return onEntry(item);
    const { author, kind } = reference.mark;
    if (kind !== 'summary') {
      const ofSite = heldForSites.get(topic) ?? new Set();
      heldForSites.set(topic, ofSite.add(item));
      if (kind === 'lease') leases.set(author, { item, atMs: services.nowMs() });
      return;
    }
    const site = siteOf(author);
    heardSites.add(site);
    if (site === siteOf(self)) spoke.set(author, services.nowMs());
    const lease = leases.get(author);
    const newest =
      lease && services.nowMs() - lease.atMs < LEASE_INTERVALS * intervalMs() ? lease.item : undefined;
    tell({ type: 'speaker-heard', topic: `site:${site}`, source, newest, intervalMs: intervalMs() });
  };

  const say = (kind: StatementKind, named: (item: ItemId) => void) => {
    const item = itemOfStatement({ author: self, kind, session: 1, sequence: said++ });
    named(item);
    accept(item, { type: 'own' });
  };

  /** The rule by which real nodes of a site find who speaks for it, as far as it hangs on summaries (M15). */
  const speak = () => {
    const lower = Array.from(spoke).some(
      ([node, atMs]) => compareIds(node, self) < 0 && services.nowMs() - atMs < 2 * intervalMs(),
    );
    if (!lower) {
      // Leases come every ten seconds; the one that tells whether the speaker is reached is enough here.
      say('lease', () => {});
      say('summary', () => {});
    }
    services.schedule(SPEAK, intervalMs() * (0.9 + 0.2 * services.random()));
  };

  const onPayload = (
    from: NodeIndex,
    { item, hops, entrance }: Extract<OverlayFrame, { type: 'payload' }>,
  ) => {
    services.payloadReceived(item, hops);
    const peer = idOf(from);
    if (held.has(item))
      tell({ type: 'item-duplicate', item, topic: topicOf(item), from: peer, hops, entrance });
    else accept(item, { type: 'pushed', from: peer, hops, entrance });
  };

  const onLacking = (from: NodeIndex, items: readonly ItemId[]) => {
    for (const item of items) {
      if (held.has(item)) continue;
      services.itemRepaired(item);
      accept(item, { type: 'reconciled', from: idOf(from) });
    }
  };

  const onFrame = (from: NodeIndex, frame: OverlayFrame) => {
    switch (frame.type) {
      case 'message':
        return tell({ type: 'message-received', peer: idOf(from), message: frame.message });
      case 'payload':
        return onPayload(from, frame);
      case 'held': {
        const lacking = held
          .beyond(frame.items)
          .filter((item) => overlay.isWantedBy(idOf(from), topicOf(item)));
        if (lacking.length > 0) services.send(from, lackingFrame(lacking));
        return;
      }
      case 'lacking':
        return onLacking(from, frame.items);
    }
  };

  return {
    admits: (peer) => overlay.admits(idOf(peer)),
    offerSignal: (to, signal) => {
      if (overlay.neighbours.size === 0) return false;
      tell({ type: 'signal-offered', to: idOf(to), signal, search: true });
      return true;
    },
    held: () => held,
    publish: (named, scope) => {
      if (scope === 'site') return say('receipt', named);
      const item = itemOfEntry(
        idFromBytes<EntryId>(Uint8Array.from({ length: 32 }, () => Math.floor(services.random() * 256))),
      );
      named(item);
      accept(item, { type: 'own' });
    },
    handle: (fact) => {
      switch (fact.type) {
        case 'node-started': {
          const site = siteOf(self);
          tell({ type: 'topics-wanted', topics: site === undefined ? 'all' : [`site:${site}`] });
          if (site !== undefined && says === 'summaries too')
            services.schedule(SPEAK, 2_000 + 10_000 * services.random());
          return;
        }
        case 'peers-introduced':
          return tell({ type: fact.type, peers: fact.peers.map(idOf) });
        case 'signal-arrived':
          return services.signalArrived(fact.from, fact.signal);
        case 'timer-fired':
          if (fact.timer === SPEAK) speak();
          else if (fact.timer.startsWith(IN_VAIN))
            tell({ type: 'dial-failed', peer: fact.timer.slice(IN_VAIN.length) as NodeId });
          else tell({ type: fact.type, timer: fact.timer as OverlayTimer });
          return;
        case 'frame-received':
          return onFrame(fact.peer, fact.frame);
        case 'link-up':
          services.send(fact.peer, heldFrame(held.snapshot()));
          return tell({ ...fact, peer: idOf(fact.peer) });
        default:
          return tell({ ...fact, peer: idOf(fact.peer) });
      }
    },
  };
}

const SPEAK = 'speak';
/** A real one is said every 10 s and holds for 30; here it comes with each summary. */
const LEASE_INTERVALS = 1.5;
const IN_VAIN = 'dial in vain ';

function payloadFrame({ item, hops, entrance }: PushItem): OverlayFrame {
  const sizeBytes = PAYLOAD_BYTES + (entrance === undefined ? 0 : ENTRANCE_BYTES);
  return { type: 'payload', item, hops, entrance, sizeBytes, code: PAYLOAD_CODE };
}

export function messageFrame(message: OverlayMessage): OverlayFrame {
  return { type: 'message', message, sizeBytes: sizeOfMessage(message), code: CODE_OF_MESSAGE[message.type] };
}

function heldFrame(items: HeldThen): OverlayFrame {
  return { type: 'held', items, sizeBytes: SKETCH_BYTES, code: 101 };
}

function lackingFrame(items: readonly ItemId[]): OverlayFrame {
  return { type: 'lacking', items, sizeBytes: PAYLOAD_BYTES * items.length, code: 102 };
}
