import type { NodeInput } from '../core/node/input.ts';
import type { Node } from '../core/node/node.ts';
import type { ItemSource } from '../core/overlay/input.ts';
import type { FleetId, NodeId } from '../core/wire/ids.ts';
import { type ItemId, itemOfStatement, markOf } from '../core/wire/item.ts';
import { WireError } from '../core/wire/refusal.ts';
import type { Keys } from '../ports/keys.ts';
import { createEntryChecks } from './entry-checks.ts';
import { createInbound, type Inbound, type InboundPart } from './inbound.ts';
import { openStatement } from './signed-statement.ts';

/** Checks what comes over each link and tells the node what came of it. Copies of one entry over several links cost one check. */
export interface FrameIntake {
  of(peer: NodeId): Inbound;
}

export function createFrameIntake(deps: {
  readonly node: Pick<Node, 'ledger' | 'book'>;
  readonly fleet: FleetId;
  readonly keys: Keys;
  readonly tell: (input: NodeInput) => void;
  readonly onFault: (error: unknown) => void;
}): FrameIntake {
  const { node, fleet, keys, tell } = deps;
  const entryChecks = createEntryChecks(keys, (id) => node.ledger.knows(id));

  const deliver = (peer: NodeId, part: InboundPart) => {
    switch (part.type) {
      case 'entry':
        tell({ type: 'entry-received', received: part.received, source: sourceOf(peer, part.hops) });
        return entryChecks.delivered(part.received.entry.id);
      case 'statement': {
        const { statement, bytes, hops } = part;
        return tell({ type: 'statement-received', statement, bytes, source: sourceOf(peer, hops) });
      }
      case 'duplicate':
        return tell({ type: 'duplicate-pushed', item: part.item, from: peer, hops: part.hops });
      case 'message':
        return tell({ type: 'message-received', peer, message: part.message });
    }
  };

  return {
    of: (peer) =>
      createInbound({
        openEntry: entryChecks.open,
        openStatement: async (bytes) => {
          let item: ItemId | undefined;
          const statement = await openStatement(bytes, fleet, keys, (read) => {
            item = itemOfStatement(markOf(read));
            return node.book.isNews(read);
          });
          return statement === undefined ? { type: 'known', item: item! } : { type: 'new', value: statement };
        },
        deliver: (part) => deliver(peer, part),
        onBadFrame: (error) => {
          if (error instanceof WireError)
            tell({ type: 'peer-misbehaved', peer, reason: error.message, subject: peer });
          else deps.onFault(error);
        },
      }),
  };
}

function sourceOf(from: NodeId, hops: number | undefined): ItemSource {
  return hops === undefined ? { type: 'reconciled', from } : { type: 'pushed', from, hops };
}
