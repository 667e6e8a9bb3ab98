import { type HeardStatement, isCurrent } from '../../core/fleet/statement-book.ts';
import type { Node } from '../../core/node/node.ts';
import type { MonotonicMs } from '../../core/time/instant.ts';
import type { NodeId } from '../../core/wire/encoding/ids.ts';
import type { LeaseContent } from '../../core/wire/statement/statement.ts';
import { createDeadlines } from './deadlines.ts';
import type { Look } from './look.ts';

/** Whose lease holds, kept up as leases are heard and run out. */
export interface LeaseWatch {
  onHeard(heard: HeardStatement): void;
  /** Whose lease is another one than at the last look, or holds no more, or again. */
  look(look: Look): ReadonlySet<NodeId>;
  /** Undefined while none holds. */
  holding(author: NodeId): LeaseContent | undefined;
}

export function createLeaseWatch({ book }: Pick<Node, 'book'>): LeaseWatch {
  const leases = new Map<NodeId, { readonly heard: HeardStatement; readonly holds: boolean }>();
  const ends = createDeadlines<NodeId>();
  const heardSince = new Set<NodeId>(book.ofKind('lease').map(({ statement }) => statement.author));
  let strangers: readonly NodeId[] = [];

  /** Whether anything changed. */
  const lookAt = (author: NodeId, nowMs: MonotonicMs): boolean => {
    const before = leases.get(author);
    const heard = book.newest(author, 'lease');
    const content = heard?.statement.content;
    if (heard === undefined || content?.type !== 'lease') {
      ends.set(author, undefined);
      return leases.delete(author);
    }
    const holds = isCurrent(heard, nowMs);
    ends.set(author, holds ? heard.heardAt.monotonicMs + content.validMs : undefined);
    if (before?.heard === heard && before.holds === holds) return false;
    leases.set(author, { heard, holds });
    return true;
  };

  return {
    onHeard: ({ statement }) => {
      if (statement.content.type === 'lease') heardSince.add(statement.author);
    },
    look: ({ now, ledgerGrew }) => {
      const nowMs = now.monotonicMs;
      const before = strangers;
      strangers = book.strangers().map(({ statement }) => statement.author);
      const doubtful = new Set([...heardSince, ...before, ...strangers, ...ends.due(nowMs)]);
      heardSince.clear();
      // A node that the ledger knows no more is heard no more, and nobody reports that.
      if (ledgerGrew) for (const author of leases.keys()) doubtful.add(author);
      return new Set([...doubtful].filter((author) => lookAt(author, nowMs)));
    },
    holding: (author) => {
      const lease = leases.get(author);
      const content = lease?.holds ? lease.heard.statement.content : undefined;
      return content?.type === 'lease' ? content : undefined;
    },
  };
}
