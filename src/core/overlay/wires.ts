import type { MonotonicMs } from '../time/instant.ts';
import type { InfoHash, NodeId } from '../wire/encoding/ids.ts';
import type { LinkMessage } from '../wire/link/message.ts';
import { type ChannelNumbers, createChannelNumbers } from './channel-numbers.ts';
import { type Holding, holdingsWindow, inOrder, sameHoldings } from './holdings-window.ts';
import { createWireRetries, type WireRetries } from './wire-retries.ts';

export type { Holding } from './holdings-window.ts';

/**
 * Which torrent wires run over which links. A wire is wanted where both ends hold a bundle and one of them lacks pieces. The end
 * with the lesser key offers, so that two ends never offer each other the same wire.
 */
export interface Wires {
  /** What this node holds has changed. */
  setHoldings(bundles: readonly Holding[], nowMs: MonotonicMs): readonly WireEffect[];
  /** The order of bundles may be another. */
  onRanksChanged(): readonly WireEffect[];
  onLinkUp(peer: NodeId): readonly WireEffect[];
  onLinkDown(peer: NodeId): void;
  onMessage(
    peer: NodeId,
    message: WireMessage,
    nowMs: MonotonicMs,
    random: () => number,
  ): readonly WireEffect[];
  /** The channel closed at this end, after so many bytes both ways. */
  onWireClosed(
    peer: NodeId,
    channel: number,
    carriedBytes: number,
    nowMs: MonotonicMs,
    random: () => number,
  ): readonly WireEffect[];
  /** Both ends are done with the channel: its number is free. */
  onChannelGone(peer: NodeId, channel: number): void;
  handleTimer(nowMs: MonotonicMs): readonly WireEffect[];
}

export type WireMessage = Extract<
  LinkMessage,
  { type: 'holdings' | 'wire-offer' | 'wire-ready' | 'wire-declined' }
>;

export type WireEffect =
  | { readonly type: 'send-message'; readonly to: NodeId; readonly message: LinkMessage }
  /** Make this end of the channel, keeping what arrives, before any later effect of the list. */
  | { readonly type: 'open-channel'; readonly peer: NodeId; readonly channel: number }
  /** Run the bundle's wire over the channel that was opened. */
  | {
      readonly type: 'attach-wire';
      readonly peer: NodeId;
      readonly channel: number;
      readonly infoHash: InfoHash;
    }
  | { readonly type: 'close-channel'; readonly peer: NodeId; readonly channel: number }
  | { readonly type: 'hang-up'; readonly peer: NodeId; readonly reason: string }
  /** Calls handleTimer after this, in place of what was asked for before. */
  | { readonly type: 'schedule-timer'; readonly timer: 'rewire'; readonly delayMs: number };

interface Neighbour {
  /** What it said last that it holds. */
  theirs: readonly Holding[];
  /** What it was told last. */
  told: readonly Holding[];
  /** By channel. */
  readonly wires: Map<number, InfoHash>;
  /** Offered by this end and not answered yet. */
  readonly offered: Set<number>;
  /** Of channels that this end offers. */
  readonly numbers: ChannelNumbers;
  readonly retries: WireRetries;
  /** Numbers of channels that the other end offered and that are not gone at this one. */
  readonly accepted: Set<number>;
}

/** A guess: wires that a neighbour may make us run on one link. */
const MAX_WIRES = 16;
/** Of these, how many where both ends lack pieces: nobody may ever bring those, and what one end has whole would wait for them. */
const MAX_PART_WIRES = MAX_WIRES / 2;
/** One block (BEP 3): a wire that carried less was of no use. */
const USEFUL_BYTES = 16 * 1024;

/** `ranks`: the order in which bundles are told and offered where not all can be; asked for only then. */
export function createWires(self: NodeId, ranks: () => ReadonlyMap<InfoHash, number>): Wires {
  const neighbours = new Map<NodeId, Neighbour>();
  let holdings: readonly Holding[] = [];

  const say = (to: NodeId, message: LinkMessage): WireEffect => ({ type: 'send-message', to, message });

  const tell = (peer: NodeId, neighbour: Neighbour, isFirst: boolean): readonly WireEffect[] => {
    const bundles = holdingsWindow(holdings, neighbour.theirs, ranks);
    if (!isFirst && sameHoldings(neighbour.told, bundles)) return [];
    neighbour.told = bundles;
    return [say(peer, { type: 'holdings', bundles })];
  };

  /** How many of both ends have all of it; undefined where one does not hold it. */
  const wholeAt = ({ infoHash, whole }: Holding, { theirs }: Neighbour): 0 | 1 | 2 | undefined => {
    const there = theirs.find((holding) => holding.infoHash === infoHash);
    if (there === undefined) return undefined;
    return whole && there.whole ? 2 : whole || there.whole ? 1 : 0;
  };
  const isWanted = (holding: Holding, neighbour: Neighbour) => {
    const wholes = wholeAt(holding, neighbour);
    return wholes === 0 || wholes === 1;
  };

  const offer = (peer: NodeId, neighbour: Neighbour, infoHash: InfoHash): readonly WireEffect[] => {
    const number = neighbour.numbers.take();
    if (number === undefined)
      return [{ type: 'hang-up', peer, reason: 'all channels of the connection are in use' }];
    const { channel, made } = number;
    neighbour.wires.set(channel, infoHash);
    neighbour.offered.add(channel);
    const opened: readonly WireEffect[] = made ? [] : [{ type: 'open-channel', peer, channel }];
    return [...opened, say(peer, { type: 'wire-offer', infoHash, channel })];
  };

  const offerWanted = (peer: NodeId, neighbour: Neighbour, nowMs: MonotonicMs): readonly WireEffect[] => {
    if (self > peer) return [];
    const running = new Set(neighbour.wires.values());
    const isPart = (holding: Holding) => wholeAt(holding, neighbour) === 0;
    let places = MAX_WIRES - running.size;
    let partPlaces =
      MAX_PART_WIRES - holdings.filter((each) => running.has(each.infoHash) && isPart(each)).length;
    const wanted = holdings.filter(
      (holding) =>
        isWanted(holding, neighbour) &&
        !running.has(holding.infoHash) &&
        neighbour.retries.mayOffer(holding.infoHash, nowMs),
    );
    const ordered = wanted.length <= Math.min(places, partPlaces) ? wanted : inOrder(wanted, ranks());
    return ordered.flatMap((holding) => {
      if (places <= 0 || (isPart(holding) && partPlaces <= 0)) return [];
      places--;
      if (isPart(holding)) partPlaces--;
      return offer(peer, neighbour, holding.infoHash);
    });
  };

  /** A wire between two that both have all of it would keep its place from one that is wanted. */
  const closeSettled = (peer: NodeId, neighbour: Neighbour): readonly WireEffect[] => {
    const here = new Set(holdings.filter(({ whole }) => whole).map(({ infoHash }) => infoHash));
    const settled = new Set(
      neighbour.theirs
        .filter(({ infoHash, whole }) => whole && here.has(infoHash))
        .map(({ infoHash }) => infoHash),
    );
    return [...neighbour.wires].flatMap(([channel, infoHash]) =>
      settled.has(infoHash) && !neighbour.offered.has(channel)
        ? [{ type: 'close-channel', peer, channel }]
        : [],
    );
  };

  const offerLater = (nowMs: MonotonicMs): readonly WireEffect[] => {
    const waits = Array.from(neighbours.values(), ({ retries }) => retries.waitMs(nowMs)).filter(
      (wait) => wait !== undefined,
    );
    return waits.length === 0
      ? []
      : [{ type: 'schedule-timer', timer: 'rewire', delayMs: Math.ceil(Math.min(...waits)) }];
  };

  const ended = (
    neighbour: Neighbour,
    infoHash: InfoHash,
    useful: boolean,
    nowMs: MonotonicMs,
    random: () => number,
  ): readonly WireEffect[] => {
    const holding = holdings.find((each) => each.infoHash === infoHash);
    if (holding === undefined || !isWanted(holding, neighbour)) return [];
    neighbour.retries.ended(infoHash, useful, nowMs, random);
    return offerLater(nowMs);
  };

  const onOffer = (
    peer: NodeId,
    neighbour: Neighbour,
    infoHash: InfoHash,
    channel: number,
  ): readonly WireEffect[] => {
    const held = holdings.some((holding) => holding.infoHash === infoHash);
    // The lesser key offers: a peer cannot make us open a channel twice, nor one whose former use is not over.
    const isFree = peer < self && !neighbour.accepted.has(channel) && neighbour.wires.size < MAX_WIRES;
    if (!held || !isFree) return [say(peer, { type: 'wire-declined', channel })];
    neighbour.accepted.add(channel);
    neighbour.wires.set(channel, infoHash);
    return [
      { type: 'open-channel', peer, channel },
      { type: 'attach-wire', peer, channel, infoHash },
      say(peer, { type: 'wire-ready', channel }),
    ];
  };

  const onReady = (peer: NodeId, neighbour: Neighbour, channel: number): readonly WireEffect[] => {
    // Once for each offer. Attack: an answer repeated without end runs wire upon wire over one channel.
    if (!neighbour.offered.delete(channel)) return [];
    neighbour.numbers.accepted(channel);
    const infoHash = neighbour.wires.get(channel);
    return infoHash === undefined ? [] : [{ type: 'attach-wire', peer, channel, infoHash }];
  };

  const onDeclined = (
    peer: NodeId,
    neighbour: Neighbour,
    channel: number,
    nowMs: MonotonicMs,
    random: () => number,
  ): readonly WireEffect[] => {
    const infoHash = neighbour.wires.get(channel);
    // What runs is no longer declined: whoever says so ends it.
    if (!neighbour.offered.delete(channel))
      return infoHash === undefined ? [] : [{ type: 'close-channel', peer, channel }];
    neighbour.numbers.declined(channel);
    neighbour.wires.delete(channel);
    return infoHash === undefined ? [] : ended(neighbour, infoHash, false, nowMs, random);
  };

  /** What either end holds has changed. */
  const look = (peer: NodeId, neighbour: Neighbour, nowMs: MonotonicMs): readonly WireEffect[] => [
    ...tell(peer, neighbour, false),
    ...closeSettled(peer, neighbour),
    ...offerWanted(peer, neighbour, nowMs),
  ];

  const onHoldings = (
    peer: NodeId,
    neighbour: Neighbour,
    bundles: readonly Holding[],
    nowMs: MonotonicMs,
  ): readonly WireEffect[] => {
    for (const infoHash of changedBetween(neighbour.theirs, bundles)) neighbour.retries.forget(infoHash);
    neighbour.theirs = bundles;
    return look(peer, neighbour, nowMs);
  };

  return {
    setHoldings: (bundles, nowMs) => {
      const changed = changedBetween(holdings, bundles);
      holdings = bundles;
      return [...neighbours].flatMap(([peer, neighbour]) => {
        for (const infoHash of changed) neighbour.retries.forget(infoHash);
        return look(peer, neighbour, nowMs);
      });
    },
    onRanksChanged: () => [...neighbours].flatMap(([peer, neighbour]) => tell(peer, neighbour, false)),
    onLinkUp: (peer) => {
      const neighbour: Neighbour = {
        theirs: [],
        told: [],
        wires: new Map(),
        offered: new Set(),
        numbers: createChannelNumbers(),
        retries: createWireRetries(),
        accepted: new Set(),
      };
      neighbours.set(peer, neighbour);
      return tell(peer, neighbour, true);
    },
    onLinkDown: (peer) => {
      neighbours.delete(peer);
    },
    onWireClosed: (peer, channel, carriedBytes, nowMs, random) => {
      const neighbour = neighbours.get(peer);
      const infoHash = neighbour?.wires.get(channel);
      neighbour?.numbers.closed(channel);
      if (neighbour === undefined || infoHash === undefined) return [];
      neighbour.wires.delete(channel);
      return self > peer ? [] : ended(neighbour, infoHash, carriedBytes >= USEFUL_BYTES, nowMs, random);
    },
    onChannelGone: (peer, channel) => {
      neighbours.get(peer)?.numbers.gone(channel);
      neighbours.get(peer)?.accepted.delete(channel);
    },
    handleTimer: (nowMs) => [
      ...[...neighbours].flatMap(([peer, neighbour]) => offerWanted(peer, neighbour, nowMs)),
      ...offerLater(nowMs),
    ],
    onMessage: (peer, message, nowMs, random) => {
      const neighbour = neighbours.get(peer);
      if (neighbour === undefined) return [];
      switch (message.type) {
        case 'holdings':
          return onHoldings(peer, neighbour, message.bundles, nowMs);
        case 'wire-offer':
          return onOffer(peer, neighbour, message.infoHash, message.channel);
        case 'wire-ready':
          return onReady(peer, neighbour, message.channel);
        case 'wire-declined':
          return onDeclined(peer, neighbour, message.channel, nowMs, random);
      }
    },
  };
}

/** Bundles of which the one says something else than the other, or that only one has. */
function changedBetween(before: readonly Holding[], after: readonly Holding[]): readonly InfoHash[] {
  const was = new Map(before.map(({ infoHash, whole }) => [infoHash, whole]));
  const is = new Map(after.map(({ infoHash, whole }) => [infoHash, whole]));
  return [...new Set([...was.keys(), ...is.keys()])].filter((each) => was.get(each) !== is.get(each));
}
