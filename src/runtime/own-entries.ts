import type { Node } from '../core/node/node.ts';
import type { NodeId } from '../core/wire/encoding/ids.ts';
import type { Entry, Envelope, UnsignedEntry } from '../core/wire/entry/entry.ts';
import type { Clock } from '../ports/clock.ts';
import type { Identity, Keys } from '../ports/keys.ts';
import { signAsAuthor } from './cosigning.ts';
import { createEffectQueue } from './effect-queue.ts';
import { sealEntry } from './intake/envelope.ts';
import type { Counters } from './kept/counters.ts';

export type EntryDraft = Pick<Entry, 'action' | 'path' | 'body' | 'parents' | 'grant'> &
  Partial<Pick<Entry, 'expiresAtMs'>>;

/** Numbers and signs the entries of this node, one at a time: two at once would carry one number, which is proof of a fork (L14). */
export interface OwnEntries {
  /** Signs, and hands the entry to `takeIn`; resolves as that does. */
  write(draft: EntryDraft): Promise<Entry['id']>;
  /** Signs as the author and names who else must sign. The number is spent whatever comes of it. */
  propose(draft: EntryDraft, cosigners: readonly NodeId[]): Promise<Envelope>;
}

export function createOwnEntries(deps: {
  readonly node: Node;
  readonly identity: Identity;
  readonly keys: Keys;
  readonly clock: Clock;
  readonly counters: Counters;
  readonly takeIn: (received: Awaited<ReturnType<typeof sealEntry>>) => Promise<void>;
}): OwnEntries {
  const { node, identity, keys, clock, counters } = deps;
  const counter = `${identity.id}/sequence`;
  const queue = createEffectQueue(() => {});

  const inTurn = <Result>(run: () => Promise<Result>): Promise<Result> =>
    new Promise((resolve, reject) => queue.push(() => run().then(resolve, reject)));

  const numbered = async (draft: EntryDraft): Promise<UnsignedEntry> => {
    // A ledger that came back short must not make us use a number again: that would prove us a forker.
    const sequence = Math.max(node.ledger.nextSequence(identity.id), await counters.read(counter));
    await counters.raise(counter, sequence + 1);
    return {
      ...draft,
      fleet: node.ledger.fleet,
      parents: [...new Set(draft.parents)].sort(),
      authority: node.ledger.authorityFrontier(),
      author: identity.id,
      sequence,
      content: undefined,
      expiresAtMs: draft.expiresAtMs,
      timeMs: clock.nowMs(),
    };
  };

  return {
    write: (draft) =>
      inTurn(async () => {
        const received = await sealEntry(await numbered(draft), identity, keys);
        await deps.takeIn(received);
        return received.entry.id;
      }),
    propose: (draft, cosigners) =>
      inTurn(async () =>
        signAsAuthor({ ...(await numbered(draft)), cosigners: [...cosigners].sort() }, identity),
      ),
  };
}
