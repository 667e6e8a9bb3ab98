import type { InfoHash, NodeId } from '../wire/ids.ts';
import { type LinkMessage, MAX_CHANNEL } from '../wire/message.ts';

/**
 * Which torrent wires run over which links. A wire is wanted where both ends hold a bundle and one of them lacks pieces. The end
 * with the lesser key offers, so that two ends never offer each other the same wire.
 */
export interface Wires {
  /** What this node holds has changed. */
  setHoldings(bundles: readonly Holding[]): readonly WireEffect[];
  onLinkUp(peer: NodeId): readonly WireEffect[];
  onLinkDown(peer: NodeId): void;
  onMessage(peer: NodeId, message: WireMessage): readonly WireEffect[];
  /** The wire ended at this end; `offerAgain` may replace it. */
  onWireClosed(peer: NodeId, channel: number): void;
  offerAgain(): readonly WireEffect[];
}

export interface Holding {
  readonly infoHash: InfoHash;
  readonly whole: boolean;
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
  | { readonly type: 'hang-up'; readonly peer: NodeId; readonly reason: string };

interface Neighbour {
  holdings: readonly Holding[];
  nextChannel: number;
  /** By channel. */
  readonly wires: Map<number, InfoHash>;
  /** Offered by this end and not answered yet. */
  readonly offered: Set<number>;
}

/** A guess: wires that a neighbour may make us run on one link. */
const MAX_WIRES = 16;

export function createWires(self: NodeId): Wires {
  const neighbours = new Map<NodeId, Neighbour>();
  let holdings: readonly Holding[] = [];

  const announce = (peer: NodeId): WireEffect => ({
    type: 'send-message',
    to: peer,
    message: { type: 'holdings', bundles: holdings },
  });

  const offerWanted = (peer: NodeId, neighbour: Neighbour): WireEffect[] => {
    if (self > peer) return [];
    const effects: WireEffect[] = [];
    for (const { infoHash, whole } of holdings) {
      const theirs = neighbour.holdings.find((holding) => holding.infoHash === infoHash);
      if (theirs === undefined || (whole && theirs.whole)) continue;
      if ([...neighbour.wires.values()].includes(infoHash) || neighbour.wires.size >= MAX_WIRES) continue;
      const channel = neighbour.nextChannel++;
      if (channel > MAX_CHANNEL)
        return [...effects, { type: 'hang-up', peer, reason: 'all channels of the connection are used up' }];
      neighbour.wires.set(channel, infoHash);
      neighbour.offered.add(channel);
      effects.push(
        { type: 'open-channel', peer, channel },
        { type: 'send-message', to: peer, message: { type: 'wire-offer', infoHash, channel } },
      );
    }
    return effects;
  };

  const onOffer = (peer: NodeId, neighbour: Neighbour, infoHash: InfoHash, channel: number): WireEffect[] => {
    const held = holdings.some((holding) => holding.infoHash === infoHash);
    // The lesser key offers, rising numbers only: a peer cannot make us open a channel twice or out of turn.
    const inTurn = peer < self && channel >= neighbour.nextChannel && neighbour.wires.size < MAX_WIRES;
    if (!held || !inTurn)
      return [{ type: 'send-message', to: peer, message: { type: 'wire-declined', channel } }];
    neighbour.nextChannel = channel + 1;
    neighbour.wires.set(channel, infoHash);
    return [
      { type: 'open-channel', peer, channel },
      { type: 'attach-wire', peer, channel, infoHash },
      { type: 'send-message', to: peer, message: { type: 'wire-ready', channel } },
    ];
  };

  return {
    setHoldings: (bundles) => {
      holdings = bundles;
      return [...neighbours].flatMap(([peer, neighbour]) => [
        announce(peer),
        ...offerWanted(peer, neighbour),
      ]);
    },
    onLinkUp: (peer) => {
      neighbours.set(peer, { holdings: [], nextChannel: 1, wires: new Map(), offered: new Set() });
      return [announce(peer)];
    },
    onLinkDown: (peer) => {
      neighbours.delete(peer);
    },
    onWireClosed: (peer, channel) => {
      neighbours.get(peer)?.wires.delete(channel);
      neighbours.get(peer)?.offered.delete(channel);
    },
    offerAgain: () => [...neighbours].flatMap(([peer, neighbour]) => offerWanted(peer, neighbour)),
    onMessage: (peer, message) => {
      const neighbour = neighbours.get(peer);
      if (neighbour === undefined) return [];
      switch (message.type) {
        case 'holdings':
          neighbour.holdings = message.bundles;
          return offerWanted(peer, neighbour);
        case 'wire-offer':
          return onOffer(peer, neighbour, message.infoHash, message.channel);
        case 'wire-ready': {
          const infoHash = neighbour.wires.get(message.channel);
          // Once for each offer. Attack: an answer repeated without end runs wire upon wire over one channel.
          return !neighbour.offered.delete(message.channel) || infoHash === undefined
            ? []
            : [{ type: 'attach-wire', peer, channel: message.channel, infoHash }];
        }
        case 'wire-declined':
          neighbour.offered.delete(message.channel);
          return neighbour.wires.delete(message.channel)
            ? [{ type: 'close-channel', peer, channel: message.channel }]
            : [];
      }
    },
  };
}
