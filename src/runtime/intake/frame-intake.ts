import type { Judgement } from '../../core/fleet/statement-book.ts';
import type { NodeInput } from '../../core/node/input.ts';
import type { Node } from '../../core/node/node.ts';
import type { ItemSource } from '../../core/overlay/input.ts';
import type { FleetId, NodeId } from '../../core/wire/encoding/ids.ts';
import { WireError } from '../../core/wire/encoding/refusal.ts';
import { type ItemId, itemOfStatement, markOf } from '../../core/wire/link/item.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Keys } from '../../ports/keys.ts';
import { createIdleTraffic } from '../links/idle-traffic.ts';
import { createEntryChecks } from './entry-checks.ts';
import { createInbound, type Inbound, type InboundPart, type Pushed } from './inbound.ts';
import { openStatement } from './signed-statement.ts';

/** Checks what comes over each link and tells the node what came of it. Copies of one entry over several links cost one check. */
export interface FrameIntake {
  onLinkUp(peer: NodeId): void;
  /** What a neighbour that left had sent is still read, what a banned one had sent is not. */
  onLinkDown(peer: NodeId): void;
  onFrame(peer: NodeId, frame: Uint8Array): void;
}

const FLOODS = 'it sends more that says nothing new than any honest node does';
const OVERFLOWS = 'it sends faster than this node can check';

export function createFrameIntake(deps: {
  readonly node: Pick<Node, 'ledger' | 'book' | 'bans'>;
  readonly fleet: FleetId;
  readonly keys: Keys;
  readonly clock: Clock;
  readonly tell: (input: NodeInput) => void;
  /** Frames came faster than they can be checked; no strike, since an honest neighbour of a slow device looks the same. */
  readonly onOverflow: (peer: NodeId, reason: string) => void;
  readonly hangUp: (peer: NodeId, reason: string) => void;
  readonly onFault: (error: unknown) => void;
}): FrameIntake {
  const { node, fleet, keys, clock, tell } = deps;
  const entryChecks = createEntryChecks(keys, (id) => node.ledger.knows(id));

  const deliver = (peer: NodeId, part: InboundPart) => {
    switch (part.type) {
      case 'entry':
        tell({ type: 'entry-received', received: part.received, source: sourceOf(peer, part.pushed) });
        return entryChecks.delivered(part.received.entry.id);
      case 'statement': {
        const { statement, bytes, pushed } = part;
        return tell({ type: 'statement-received', statement, bytes, source: sourceOf(peer, pushed) });
      }
      case 'duplicate':
        return tell({ type: 'duplicate-pushed', item: part.item, from: peer, ...part.pushed });
      case 'unwanted':
        return tell({ type: 'statement-turned-away', peer });
      case 'unknown':
        return;
      case 'message':
        return tell({ type: 'message-received', peer, message: part.message });
    }
  };

  const openInbound = (peer: NodeId): Inbound => {
    const idle = createIdleTraffic();
    /** It sends more than any honest node does (M13); nothing of it is read any more. */
    const flood = () => {
      inbound.close();
      tell({ type: 'peer-misbehaved', peer, reason: FLOODS, subject: peer });
      deps.hangUp(peer, FLOODS);
    };
    const inbound = createInbound({
      openEntry: entryChecks.open,
      openStatement: async (bytes) => {
        let item: ItemId | undefined;
        let judgement: Judgement = 'unwanted';
        const statement = await openStatement(bytes, fleet, keys, (read) => {
          item = itemOfStatement(markOf(read));
          judgement = node.book.judge(read, peer);
          return judgement === 'news';
        });
        if (statement !== undefined) return { type: 'new', value: statement };
        return (judgement as Judgement) === 'known' ? { type: 'known', item: item! } : { type: 'unwanted' };
      },
      deliver: (part) => {
        const isIdle = part.type !== 'entry' && part.type !== 'statement';
        if (isIdle && !idle.message(clock.monotonicMs())) return flood();
        deliver(peer, part);
      },
      onKnown: (sizeBytes) => {
        if (!idle.knownBytes(sizeBytes, clock.monotonicMs())) flood();
      },
      onBadFrame: (error) => {
        if (error instanceof WireError)
          tell({ type: 'peer-misbehaved', peer, reason: error.message, subject: peer });
        else deps.onFault(error);
      },
    });
    return inbound;
  };

  const inbounds = new Map<NodeId, Inbound>();

  return {
    onLinkUp: (peer) => {
      inbounds.set(peer, openInbound(peer));
    },
    onLinkDown: (peer) => {
      if (node.bans.isBanned(peer)) inbounds.get(peer)?.close();
      inbounds.delete(peer);
    },
    onFrame: (peer, frame) => {
      if (inbounds.get(peer)?.push(frame) !== false) return;
      deps.onOverflow(peer, OVERFLOWS);
      deps.hangUp(peer, OVERFLOWS);
    },
  };
}

function sourceOf(from: NodeId, pushed: Pushed | undefined): ItemSource {
  return pushed === undefined ? { type: 'reconciled', from } : { type: 'pushed', from, ...pushed };
}
