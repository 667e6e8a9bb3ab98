import type { Entry } from '../wire/entry.ts';
import { type RootBody, readRootBody } from '../wire/genesis.ts';
import { type GrantBody, readGrantBody } from '../wire/grant.ts';
import type { EntryId, FleetId, NodeId } from '../wire/ids.ts';
import { MAX_PARENTS } from '../wire/limits.ts';
import { readReleaseBody } from '../wire/release.ts';
import { judge, judgeGenesis, type Past } from './authority.ts';
import type { LedgerEvent, Verdict } from './verdict.ts';

/**
 * The entries of one fleet, as a grow-only Merkle DAG. An entry is taken in once all that it refers to is here and
 * accepted (parents, frontier of authority, grant); until then it is stalled and shows nowhere, so the view never flaps.
 * The verdict is a function of the entry and its causal past, so the accepted set is a function of the received set.
 */
export interface Ledger {
  readonly fleet: FleetId;
  /** Known in any way: accepted, stalled or refused. Asked before a signature is checked. */
  knows(id: EntryId): boolean;
  accepted(id: EntryId): Entry | undefined;
  /** Accepted entries in an order in which each follows what it refers to. */
  entries(): readonly Entry[];
  envelope(id: EntryId): Uint8Array | undefined;
  /** Accepted entries below `scope` that no accepted entry below it names as a parent, sorted. */
  heads(isBelow: (entry: Entry) => boolean): readonly EntryId[];
  /** The newest entries of authority that are here: grants and roots that no other of them refers to, sorted. */
  authorityFrontier(): readonly EntryId[];
  /** The sequence number of the author's next entry. */
  nextSequence(author: NodeId): number;
  /** Takes in an entry whose signatures hold. Returns what came of it and of those that waited for it. */
  receive(received: ReceivedEntry): readonly LedgerEvent[];
}

export interface ReceivedEntry {
  readonly entry: Entry;
  readonly envelope: Uint8Array;
  /** The invitation's key whose voucher for this author verifies; undefined where the entry carries none. */
  readonly voucherKey: NodeId | undefined;
}

/** A guess: entries waiting for their past, before the oldest are forgotten. A peer that sends them can send them again. */
const MAX_STALLED = 4096;
/** A guess: ids of refused entries that are remembered, so that the same entry costs no second verification. */
const MAX_REFUSED = 16_384;

export function createLedger(fleet: FleetId): Ledger {
  const accepted = new Map<EntryId, { entry: Entry; envelope: Uint8Array }>();
  const grants = new Map<EntryId, { entry: Entry; body: GrantBody }>();
  const stalled = new Map<EntryId, ReceivedEntry>();
  const waitingFor = new Map<EntryId, Set<EntryId>>();
  const refused = new Set<EntryId>();
  /** Per accepted entry, the highest release counter of each product in its past and itself. */
  const counters = new Map<EntryId, ReadonlyMap<string, number>>();
  const sequences = new Map<NodeId, number>();
  let root: RootBody | undefined;

  const references = (entry: Entry): readonly EntryId[] => [
    ...entry.parents,
    ...entry.authority,
    ...(entry.grant === undefined ? [] : [entry.grant]),
    ...(entry.fleet === undefined ? [] : [entry.fleet]),
  ];

  const countersOfPast = (entry: Entry): Map<string, number> => {
    const highest = new Map<string, number>();
    for (const id of references(entry))
      for (const [product, counter] of counters.get(id) ?? [])
        highest.set(product, Math.max(counter, highest.get(product) ?? 0));
    return highest;
  };

  const judgeReceived = ({ entry, voucherKey }: ReceivedEntry): Verdict => {
    if (root === undefined) return judgeGenesis(entry, fleet);
    const pastCounters = countersOfPast(entry);
    const past: Past = {
      root,
      grant: (id) => grants.get(id),
      highestCounter: (product) => pastCounters.get(product),
    };
    return judge(entry, past, fleet, voucherKey);
  };

  const accept = ({ entry, envelope }: ReceivedEntry): void => {
    accepted.set(entry.id, { entry, envelope });
    sequences.set(entry.author, Math.max(sequences.get(entry.author) ?? 0, entry.sequence + 1));
    const known = countersOfPast(entry);
    if (entry.action === 'root') root = readRootBody(entry.body);
    if (entry.action === 'grant') grants.set(entry.id, { entry, body: readGrantBody(entry.body) });
    if (entry.action === 'create' && entry.path.startsWith('/releases/')) {
      const { product, counter } = readReleaseBody(entry.body);
      known.set(product, Math.max(counter, known.get(product) ?? 0));
    }
    counters.set(entry.id, known);
  };

  const settle = (received: ReceivedEntry): LedgerEvent => {
    const { id } = received.entry;
    const verdict = judgeReceived(received);
    if (verdict.type === 'authorised') {
      accept(received);
      return { type: 'entry-accepted', id };
    }
    remember(refused, id, MAX_REFUSED);
    return { type: 'entry-refused', id, rule: verdict.rule, reason: verdict.reason };
  };

  const stall = (received: ReceivedEntry, missing: readonly EntryId[]): LedgerEvent => {
    const { id } = received.entry;
    stalled.set(id, received);
    for (const absent of missing) {
      const waiting = waitingFor.get(absent) ?? new Set();
      waiting.add(id);
      waitingFor.set(absent, waiting);
    }
    const oldest = stalled.size > MAX_STALLED ? stalled.keys().next().value : undefined;
    if (oldest !== undefined) forgetStalled(oldest);
    return { type: 'entry-stalled', id, missing };
  };

  const forgetStalled = (id: EntryId): void => {
    const received = stalled.get(id);
    stalled.delete(id);
    for (const reference of received === undefined ? [] : references(received.entry)) {
      const waiting = waitingFor.get(reference);
      waiting?.delete(id);
      if (waiting?.size === 0) waitingFor.delete(reference);
    }
  };

  const missingOf = (entry: Entry): readonly EntryId[] => [
    ...new Set(references(entry).filter((id) => !accepted.has(id))),
  ];

  const receive = (first: ReceivedEntry): readonly LedgerEvent[] => {
    const events: LedgerEvent[] = [];
    const queue = [first];
    for (let received = queue.shift(); received !== undefined; received = queue.shift()) {
      const { entry } = received;
      if (accepted.has(entry.id) || refused.has(entry.id)) continue;
      const refusedReference = references(entry).find((id) => refused.has(id));
      const missing = missingOf(entry);
      if (refusedReference === undefined && missing.length > 0) {
        events.push(stall(received, missing));
        continue;
      }
      const event: LedgerEvent =
        refusedReference === undefined
          ? settle(received)
          : {
              type: 'entry-refused',
              id: entry.id,
              rule: 'L4-authority',
              reason: 'it builds on an entry that was refused',
            };
      if (refusedReference !== undefined) remember(refused, entry.id, MAX_REFUSED);
      events.push(event);
      for (const id of [...(waitingFor.get(entry.id) ?? [])]) {
        const waiter = stalled.get(id);
        if (waiter === undefined || missingOf(waiter.entry).some((absent) => !refused.has(absent))) continue;
        forgetStalled(id);
        queue.push(waiter);
      }
      waitingFor.delete(entry.id);
    }
    return events;
  };

  return {
    fleet,
    knows: (id) => accepted.has(id) || stalled.has(id) || refused.has(id),
    accepted: (id) => accepted.get(id)?.entry,
    entries: () => Array.from(accepted.values(), ({ entry }) => entry),
    envelope: (id) => accepted.get(id)?.envelope,
    heads: (isBelow) =>
      headsOf(Array.from(accepted.values(), ({ entry }) => entry).filter(isBelow), (entry) => entry.parents),
    authorityFrontier: () =>
      headsOf(
        Array.from(accepted.values(), ({ entry }) => entry).filter(
          ({ action }) => action === 'root' || action === 'grant' || action === 'revoke' || action === 'ack',
        ),
        references,
      ).slice(-MAX_PARENTS),
    nextSequence: (author) => sequences.get(author) ?? 0,
    receive,
  };
}

function headsOf(
  entries: readonly Entry[],
  namedBy: (entry: Entry) => readonly EntryId[],
): readonly EntryId[] {
  const named = new Set(entries.flatMap(namedBy));
  return entries
    .map(({ id }) => id)
    .filter((id) => !named.has(id))
    .sort();
}

/** Keeps a set bounded by forgetting its oldest member. */
function remember<Item>(set: Set<Item>, item: Item, atMost: number): void {
  set.add(item);
  const oldest = set.size > atMost ? set.values().next().value : undefined;
  if (oldest !== undefined) set.delete(oldest);
}
