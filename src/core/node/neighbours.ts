import type { NodeId } from '../wire/encoding/ids.ts';
import { isSpoken } from '../wire/link/features.ts';
import type { LinkMessage } from '../wire/link/message.ts';
import type { LinkFacts } from './input.ts';

/** What this node knows of those that it has links with, for as long as it has them. */
export interface Neighbours {
  /** As last measured. */
  readonly links: ReadonlyMap<NodeId, LinkFacts>;
  /** What each named in its handshake beyond 1.0 (H14). */
  readonly features: ReadonlyMap<NodeId, ReadonlySet<string>>;
  speaks(peer: NodeId, type: LinkMessage['type']): boolean;
  onLinkUp(peer: NodeId, features: readonly string[]): void;
  onLinkDown(peer: NodeId): void;
  /** Whether the link stands on another rung than before. */
  onLinkMeasured(peer: NodeId, facts: LinkFacts): boolean;
}

const NO_FEATURES: ReadonlySet<string> = new Set();

const UNMEASURED: LinkFacts = {
  rung: 'unknown',
  roundTripMs: undefined,
  bytesSent: 0,
  bytesReceived: 0,
  lossShare: undefined,
};

export function createNeighbours(): Neighbours {
  const links = new Map<NodeId, LinkFacts>();
  const features = new Map<NodeId, ReadonlySet<string>>();
  return {
    links,
    features,
    speaks: (peer, type) => isSpoken(type, features.get(peer) ?? NO_FEATURES),
    onLinkUp: (peer, named) => {
      links.set(peer, UNMEASURED);
      features.set(peer, new Set(named));
    },
    onLinkDown: (peer) => {
      links.delete(peer);
      features.delete(peer);
    },
    onLinkMeasured: (peer, facts) => {
      const known = links.get(peer);
      if (known !== undefined) links.set(peer, facts);
      return known !== undefined && known.rung !== facts.rung;
    },
  };
}
