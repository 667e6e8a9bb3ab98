import type { CborValue } from '../encoding/cbor.ts';
import { bytesOfId, type NodeId } from '../encoding/ids.ts';
import { MAX_SIGNAL_BYTES } from '../encoding/limits.ts';
import { WireError } from '../encoding/refusal.ts';
import { readBytes, readFlag, readId, readList, readText, readUintUpTo } from '../encoding/shape.ts';
import { BRIEF_NAME_BYTES, type BriefName, briefNamesFromBytes, briefNamesToBytes } from './brief-name.ts';
import { type ItemId, itemFields, readItem } from './item.ts';

/** What neighbours say to each other about who is linked with whom, who holds what, and how to reach a node without a server. */
export type OverlayMessage = MembershipMessage | BroadcastMessage | SignalMessage;

/** HyParView (Leitão, Pereira, Rodrigues, DSN 2007). The receiver bounds every list, count and rate. */
export type MembershipMessage =
  /** From who has no other link. The receiver keeps the link and sends `forward-join` to its other neighbours. */
  | { readonly type: 'join' }
  /** A newcomer on a random walk. Where it ends the receiver dials `node`; on the way some remember it. */
  | { readonly type: 'forward-join'; readonly node: NodeId; readonly hopsLeft: number }
  /** From who dialled. High: it has no other neighbour. The receiver answers, and keeps the link if it accepts. */
  | { readonly type: 'neighbor'; readonly priority: NeighborPriority }
  | { readonly type: 'neighbor-answer'; readonly accepted: boolean }
  /** The sender drops this link to keep its view small, and is still there: remember it, do not dial it soon. */
  | { readonly type: 'disconnect' }
  /** A sample of the origin's views on a random walk. `path`: who carried it, origin first. Who ends it answers with a sample. */
  | { readonly type: 'shuffle'; readonly path: readonly NodeId[]; readonly nodes: readonly NodeId[] }
  /** Goes back along the shuffle's path; the receiver takes itself off its end. An empty path: it is for the receiver. */
  | { readonly type: 'shuffle-reply'; readonly path: readonly NodeId[]; readonly nodes: readonly NodeId[] }
  /** All the sender's neighbours, each time that they change: routes of two hops. */
  | { readonly type: 'active-view'; readonly nodes: readonly NodeId[] };

export type NeighborPriority = 'high' | 'low';

/** Plumtree (Leitão, Pereira, Rodrigues, SRDS 2007), one tree for each topic. */
export type BroadcastMessage =
  /**
   * Send me items of these topics: of `topics` for the sender itself, of `relays` for others that it joins with each other. Said when
   * the link comes up, and when it changes; then the receiver announces what it holds of topics that are new.
   */
  | {
      readonly type: 'subscribe';
      readonly topics: readonly Topic[] | 'all';
      readonly relays: readonly Topic[];
    }
  /**
   * Core based trees (Ballardie, Francis, Crowcroft, SIGCOMM 1993): be on the way between the sender and the topic's speaker for a
   * while. The receiver relays the topic, and says the same to the neighbour from which it heard of the speaker last.
   */
  | { readonly type: 'join-topic'; readonly topic: Topic }
  /**
   * The sender holds these. `pushed`: they also go along its tree, so wait a little before you ask; else they came to the sender in
   * bulk and nobody pushes them: ask at once for what you lack.
   */
  | {
      readonly type: 'ihave';
      readonly topic: Topic;
      readonly pushed: boolean;
      readonly items: readonly AnnouncedItem[];
    }
  /** The same of entries that also go along the sender's tree, across the border of a site: by the beginnings of their ids. */
  | { readonly type: 'ihave-brief'; readonly topic: Topic; readonly items: readonly BrieflyAnnounced[] }
  /** As `graft`, by the names that were announced. */
  | { readonly type: 'graft-brief'; readonly topic: Topic; readonly names: readonly BriefName[] }
  /** Make this link eager, and send these if you hold them. No items: only make it eager. */
  | { readonly type: 'graft'; readonly topic: Topic; readonly items: readonly ItemId[] }
  /** Make this link lazy: what you pushed was here. */
  | { readonly type: 'prune'; readonly topic: Topic };

export interface AnnouncedItem {
  readonly item: ItemId;
  /** Links that the item crossed until it reached the sender; 0 at its author. */
  readonly hops: number;
  /** Said to neighbours of the sender's own site alone. */
  readonly entrance?: SiteEntrance | undefined;
}

export interface BrieflyAnnounced {
  readonly name: BriefName;
  readonly hops: number;
}

/** The node by which an item came into its site, and the links that it crossed until then: its author, 0, in the author's site. */
export interface SiteEntrance {
  readonly by: NodeId;
  readonly hops: number;
  /** It was asked for across a border, and did not come along the tree. */
  readonly asked: boolean;
}

/** A signal for a node that the sender has no link with. `path`: who carried it, its author first. The receiver passes it on. */
export interface SignalMessage {
  readonly type: 'signal';
  readonly target: NodeId;
  readonly path: readonly NodeId[];
  readonly signal: Uint8Array;
}

/** Which nodes an item is for: all, or those of one site. */
export type Topic = 'fleet' | `site:${string}`;

/** Nodes in one list; a guess, a full active view with room. */
export const MAX_NODES = 16;
/** HyParView's ARWL; a signal goes no further either. */
export const MAX_HOPS = 6;
/** A guess: items of one frame; a mark has at most 64 bytes, so they fit. */
export const MAX_ITEMS = 1024;
/** A guess: topics that one node may ask for by name; who wants more wants all. */
export const MAX_TOPICS = 64;
/** A guess: topics that one node relays for others: of many sites, where a dashboard that wants all has few neighbours. */
export const MAX_RELAYS = 256;
/** Characters of a topic: a site's name and its prefix. */
const MAX_TOPIC_CHARACTERS = 105;
/** Hops that an item may claim; a tree that deep is broken. A guess. */
export const MAX_ITEM_HOPS = 255;

export function isOverlay(message: { readonly type: string }): message is OverlayMessage {
  return TYPES.has(message.type);
}

const TYPES: ReadonlySet<string> = new Set<OverlayMessage['type']>([
  'join',
  'forward-join',
  'neighbor',
  'neighbor-answer',
  'disconnect',
  'shuffle',
  'shuffle-reply',
  'active-view',
  'subscribe',
  'join-topic',
  'ihave',
  'ihave-brief',
  'graft',
  'graft-brief',
  'prune',
  'signal',
]);

export function overlayFields(message: OverlayMessage): CborValue {
  switch (message.type) {
    case 'join':
    case 'disconnect':
      return [message.type];
    case 'forward-join':
      return [message.type, bytesOfId(message.node), readUintUpTo(message.hopsLeft, 'hopsLeft', MAX_HOPS)];
    case 'neighbor':
      return [message.type, message.priority === 'high'];
    case 'neighbor-answer':
      return [message.type, message.accepted];
    case 'shuffle':
    case 'shuffle-reply':
      return [
        message.type,
        nodeFields(message.path, 'path', MAX_HOPS),
        nodeFields(message.nodes, 'nodes', MAX_NODES),
      ];
    case 'active-view':
      return [message.type, nodeFields(message.nodes, 'nodes', MAX_NODES)];
    case 'subscribe':
      return [
        message.type,
        message.topics === 'all' ? null : readList(message.topics, 'topics', MAX_TOPICS).map(readTopic),
        readList(message.relays, 'relays', MAX_RELAYS).map(readTopic),
      ];
    case 'ihave-brief':
      return [
        message.type,
        readTopic(message.topic),
        briefNameFields(message.items.map(({ name }) => name)),
        Uint8Array.from(message.items, ({ hops }) => readHops(hops)),
      ];
    case 'graft-brief':
      return [message.type, readTopic(message.topic), briefNameFields(message.names)];
    case 'ihave': {
      const items = message.items.map(({ item, hops }) => [itemFields(item), readHops(hops)]);
      const fields = [
        message.type,
        readTopic(message.topic),
        message.pushed,
        readList(items, 'items', MAX_ITEMS),
      ];
      const entrances = message.items.map(({ entrance }) => entranceFields(entrance));
      return entrances.some((entrance) => entrance !== null) ? [...fields, entrances] : fields;
    }
    case 'graft':
      return [
        message.type,
        readTopic(message.topic),
        readList(message.items.map(itemFields), 'items', MAX_ITEMS),
      ];
    case 'join-topic':
    case 'prune':
      return [message.type, readTopic(message.topic)];
    case 'signal':
      return [
        message.type,
        bytesOfId(message.target),
        nodeFields(message.path, 'path', MAX_HOPS),
        readBytes(message.signal, 'a signal', MAX_SIGNAL_BYTES),
      ];
  }
}

/** Undefined when the fields are not those of an overlay message. Throws WireError when they are, but malformed. */
export function readOverlay(fields: readonly CborValue[]): OverlayMessage | undefined {
  const [type, first, second, third, fourth] = fields;
  switch (type) {
    case 'join':
    case 'disconnect':
      return { type };
    case 'forward-join':
      return {
        type,
        node: readId<NodeId>(first, 'a node'),
        hopsLeft: readUintUpTo(second, 'hopsLeft', MAX_HOPS),
      };
    case 'neighbor':
      return { type, priority: readFlag(first, 'priority') ? 'high' : 'low' };
    case 'neighbor-answer':
      return { type, accepted: readFlag(first, 'accepted') };
    case 'shuffle':
    case 'shuffle-reply':
      return { type, path: readNodes(first, 'path', MAX_HOPS), nodes: readNodes(second, 'nodes', MAX_NODES) };
    case 'active-view':
      return { type, nodes: readNodes(first, 'nodes', MAX_NODES) };
    case 'subscribe':
      return {
        type,
        topics: first === null ? 'all' : readList(first, 'topics', MAX_TOPICS).map(readTopic),
        relays: readList(second, 'relays', MAX_RELAYS).map(readTopic),
      };
    case 'ihave-brief': {
      const names = readBriefNames(second);
      const hops = readBytes(third, 'hops', MAX_ITEMS);
      if (hops.length !== names.length) throw new WireError('not as many hops as names');
      return { type, topic: readTopic(first), items: names.map((name, at) => ({ name, hops: hops[at]! })) };
    }
    case 'graft-brief':
      return { type, topic: readTopic(first), names: readBriefNames(second) };
    case 'ihave': {
      const entrances = fourth === undefined ? [] : readList(fourth, 'entrances', MAX_ITEMS);
      return {
        type,
        topic: readTopic(first),
        pushed: readFlag(second, 'pushed'),
        items: readList(third, 'items', MAX_ITEMS).map((item, at) => ({
          ...readAnnounced(item),
          ...readEntrance(entrances[at]),
        })),
      };
    }
    case 'graft':
      return { type, topic: readTopic(first), items: readList(second, 'items', MAX_ITEMS).map(readItem) };
    case 'join-topic':
    case 'prune':
      return { type, topic: readTopic(first) };
    case 'signal':
      return {
        type,
        target: readId<NodeId>(first, 'a target'),
        path: readNodes(second, 'path', MAX_HOPS),
        signal: readBytes(third, 'a signal', MAX_SIGNAL_BYTES),
      };
    default:
      return undefined;
  }
}

export function readHops(value: CborValue | undefined): number {
  return readUintUpTo(value, 'hops', MAX_ITEM_HOPS);
}

/** Null stands for an item of which it is not known. */
export function entranceFields(entrance: SiteEntrance | undefined): CborValue {
  return entrance === undefined ? null : [bytesOfId(entrance.by), readHops(entrance.hops), entrance.asked];
}

/** Nothing where it was not said: by an older version, across the border of a site, or because it is not known. */
export function readEntrance(value: CborValue | undefined): { readonly entrance?: SiteEntrance } {
  if (value === undefined || value === null) return {};
  const [by, hops, asked] = readList(value, 'an entrance', 3);
  return {
    entrance: {
      by: readId<NodeId>(by, 'who an item came in by'),
      hops: readHops(hops),
      asked: readFlag(asked, 'asked'),
    },
  };
}

function briefNameFields(names: readonly BriefName[]): Uint8Array {
  readList(names, 'names', MAX_ITEMS);
  return briefNamesToBytes(names);
}

function readBriefNames(value: CborValue | undefined): BriefName[] {
  return briefNamesFromBytes(readBytes(value, 'names', MAX_ITEMS * BRIEF_NAME_BYTES));
}

function readAnnounced(value: CborValue): AnnouncedItem {
  const [item, hops] = readList(value, 'an announced item', 2);
  return { item: readItem(item), hops: readHops(hops) };
}

function readTopic(value: CborValue | undefined): Topic {
  const text = readText(value, 'a topic', MAX_TOPIC_CHARACTERS);
  if (text !== 'fleet' && !text.startsWith('site:'))
    throw new WireError('a topic is neither the fleet nor a site');
  return text as Topic;
}

function nodeFields(nodes: readonly NodeId[], where: string, atMost: number): readonly Uint8Array[] {
  readList(nodes, where, atMost);
  return distinct(nodes, where).map(bytesOfId);
}

function readNodes(value: CborValue | undefined, where: string, atMost: number): readonly NodeId[] {
  const nodes = readList(value, where, atMost).map((item) => readId<NodeId>(item, `a node of ${where}`));
  return distinct(nodes, where);
}

function distinct(nodes: readonly NodeId[], where: string): readonly NodeId[] {
  if (new Set(nodes).size !== nodes.length) throw new WireError(`${where} names a node twice`);
  return nodes;
}
