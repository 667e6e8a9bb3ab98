import type { ReceivedEntry } from '../../../ledger/ledger.ts';
import type { EntryId, FleetId, InfoHash, NodeId } from '../../../wire/encoding/ids.ts';
import { idFromBytes } from '../../../wire/encoding/ids.ts';
import { itemOfEntry, itemOfStatement } from '../../../wire/link/item.ts';
import type { Topic } from '../../../wire/link/overlay.ts';
import { LEASE_MS, type Statement } from '../../../wire/statement/statement.ts';
import type { OtherKind } from '../../../wire/statement/statement-kind.ts';
import type { PlainMessage } from '../../input.ts';

/** Well-formed messages, entries and statements that mean nothing: every id in them is made up. */
export function createJunk(chance: () => number, fleet: FleetId) {
  const below = (bound: number) => Math.floor(chance() * bound);
  const bytes = (count: number) => Uint8Array.from({ length: count }, () => below(256));
  const id = <Id extends NodeId | EntryId>() => idFromBytes<Id>(bytes(32));
  const node = () => id<NodeId>();
  const nodes = () => Array.from({ length: below(16) }, node);
  const hash = () => Buffer.from(bytes(20)).toString('hex') as InfoHash;
  const topic = (): Topic => (chance() < 0.3 ? 'fleet' : `site:made up ${below(100_000)}`);
  const item = () =>
    chance() < 0.5
      ? itemOfEntry(id<EntryId>())
      : itemOfStatement({ author: node(), kind: 'lease', session: below(9), sequence: below(9_999) });

  const MESSAGES: readonly ((self: NodeId) => PlainMessage)[] = [
    () => ({ type: 'join' }),
    () => ({ type: 'forward-join', node: node(), hopsLeft: below(7) }),
    () => ({ type: 'neighbor', priority: chance() < 0.5 ? 'high' : 'low' }),
    () => ({ type: 'neighbor-answer', accepted: chance() < 0.5 }),
    (self) => ({ type: 'shuffle', path: [...nodes().slice(0, 4), self], nodes: nodes() }),
    () => ({ type: 'shuffle-reply', path: nodes().slice(0, 5), nodes: nodes() }),
    () => ({ type: 'active-view', nodes: nodes() }),
    () => ({ type: 'subscribe', topics: [topic(), topic()], relays: [topic()] }),
    () => ({ type: 'join-topic', topic: topic() }),
    () => ({
      type: 'ihave',
      topic: topic(),
      pushed: chance() < 0.5,
      items: [{ item: item(), hops: below(9) }],
    }),
    () => ({ type: 'graft', topic: topic(), items: [item()] }),
    () => ({ type: 'prune', topic: topic() }),
    (self) => ({ type: 'signal', target: node(), path: [...nodes().slice(0, 4), self], signal: bytes(64) }),
    () => ({
      type: 'holdings',
      bundles: Array.from({ length: below(64) }, () => ({ infoHash: hash(), whole: true })),
    }),
    () => ({ type: 'wire-offer', infoHash: hash(), channel: 1 + below(1_022) }),
    () => ({ type: 'wire-ready', channel: 1 + below(1_022) }),
    () => ({ type: 'wire-declined', channel: 1 + below(1_022) }),
    () => ({
      type: 'inventory',
      statements: Array.from({ length: 8 }, () => ({
        author: node(),
        kind: 'lease',
        session: 1,
        sequence: 1,
      })),
      last: chance() < 0.9,
    }),
  ];

  return {
    node,
    /** From `self`, which is the name that an honest relay would put last. */
    message: (self: NodeId): PlainMessage => MESSAGES[below(MESSAGES.length)]!(self),
    /** One that waits for what does not exist, or one of somebody without any right. */
    entry: (known: EntryId): ReceivedEntry => {
      const waits = chance() < 0.5;
      return {
        entry: {
          id: id<EntryId>(),
          fleet,
          action: 'update',
          path: '/config/fleet/x',
          parents: waits ? [id<EntryId>()] : [],
          authority: [known],
          author: node(),
          cosigners: [],
          sequence: below(99),
          grant: undefined,
          body: {},
          content: undefined,
          expiresAtMs: undefined,
          timeMs: 0,
        },
        envelope: bytes(64),
        voucherKey: undefined,
      };
    },
    /** `author` says that it is there, or something in a word of its own making. */
    statement: (author: NodeId): { readonly statement: Statement; readonly bytes: Uint8Array } => {
      const place = { fleet, author, session: 1 + below(1_000_000), sequence: below(1_000_000), timeMs: 0 };
      const lease = {
        type: 'lease',
        stage: 'idle',
        running: undefined,
        target: undefined,
        bytesHere: undefined,
        sizeBytes: undefined,
        links: [],
        freshness: 'unknown',
        validMs: LEASE_MS,
      } as unknown as Statement['content'];
      const content =
        chance() < 0.5 ? lease : ({ type: 'other', kind: `word-${below(100_000)}` as OtherKind } as const);
      return { statement: { ...place, content }, bytes: bytes(64) };
    },
  };
}
