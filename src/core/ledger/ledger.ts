import type { EntryId, FleetId, NodeId } from '../wire/encoding/ids.ts';
import { MAX_PARENTS } from '../wire/encoding/limits.ts';
import type { Entry } from '../wire/entry/entry.ts';
import { readGrantBody } from '../wire/entry/grant.ts';
import type { AcceptedEntry, ReceivedEntry } from './accepted.ts';
import { judge, judgeGenesis } from './authority.ts';
import { createCapabilities } from './capability.ts';
import type { Explanation } from './explanation.ts';
import { createFrontiers } from './frontiers.ts';
import { createIntake } from './intake.ts';
import type { LedgerEvent } from './ledger-event.ts';
import { createLedgerView } from './ledger-view.ts';
import { createPastSummaries } from './past.ts';
import { createPaths } from './paths.ts';
import { createReachability } from './reachability.ts';
import { referencesOf } from './references.ts';
import { createReleaseCounters } from './release-counters.ts';
import { createRootChain } from './root-chain.ts';
import { createSequences } from './sequences.ts';
import { createStandings, type Standing } from './standing.ts';
import type { Verdict } from './verdict.ts';
import type { View } from './view.ts';

export type { ReceivedEntry } from './accepted.ts';

/**
 * The entries of one fleet, as a grow-only Merkle DAG, and the view that they fold to. An entry is taken in once all that it
 * refers to is here and accepted; until then it is stalled and shows nowhere, so the view never flaps. What is
 * accepted, what counts, and what each path is are functions of the set of entries, never of their order.
 */
export interface Ledger {
  readonly fleet: FleetId;
  /** Known in any way: accepted, stalled or refused. Asked before a signature is checked. */
  knows(id: EntryId): boolean;
  accepted(id: EntryId): Entry | undefined;
  /** Accepted entries in an order in which each follows what it refers to. */
  entries(): readonly Entry[];
  /** How many are accepted; never less than before. */
  size(): number;
  envelope(id: EntryId): Uint8Array | undefined;
  standing(id: EntryId): Standing | undefined;
  /** Whether an entry that counts would count too if it had been signed at this path, at or below its own (L12). Of no root. */
  countsAt(id: EntryId, path: string): boolean;
  /** Whether this entry of authority is in the causal past of an accepted entry, or is that entry: what L12 calls knowledge. */
  reaches(id: EntryId, authority: EntryId): boolean;
  /** Live: it changes with the ledger. */
  readonly view: View;
  /** Entries of a path that no other entry of it names as a parent: what a new entry there names. Sorted. */
  heads(path: string): readonly EntryId[];
  /** The newest entries of authority that are here: those that no other of them refers to, sorted. */
  authorityFrontier(): readonly EntryId[];
  /** Entries that no other one refers to: what a beacon vouches for. Sorted. */
  frontier(): readonly EntryId[];
  /** Of the frontier the entries taken in last, at most `count`, sorted. */
  newestFrontier(count: number): readonly EntryId[];
  /** The sequence number of the author's next entry. */
  nextSequence(author: NodeId): number;
  /** Takes in an entry whose signatures hold. Returns what came of it and of those that waited for it. */
  receive(received: ReceivedEntry): readonly LedgerEvent[];
  explain(path: string): Explanation;
  /** The view as of these entries and all that they reach; undefined when one of them is not here. */
  viewAt(frontier: readonly EntryId[]): View | undefined;
  /** Another ledger of the same entries, in which one can see what a further entry would change. Costs a replay. */
  copy(): Ledger;
}

export function createLedger(fleet: FleetId): Ledger {
  const accepted = new Map<EntryId, AcceptedEntry>();
  const byIndex: AcceptedEntry[] = [];
  const intake = createIntake();
  const frontiers = createFrontiers();
  const sequences = createSequences();
  const releaseCounters = createReleaseCounters();
  const reachability = createReachability(accepted);
  const roots = createRootChain();
  const capabilities = createCapabilities();
  // Of two roots of one version either will do, but every node must take the same one.
  const pasts = createPastSummaries(
    (a, b) => roots.version(a) > roots.version(b) || (roots.version(a) === roots.version(b) && a > b),
  );
  const standings = createStandings({
    entries: accepted,
    capabilities,
    roots,
    pasts,
    reachability,
    sequences,
  });
  const paths = createPaths({
    entries: accepted,
    standings,
    depthOf: ({ entry }) => capabilities.depth(entry.grant),
    reachability,
  });
  const view = createLedgerView({ roots, capabilities, standings, sequences, tree: paths.tree });

  const judgeReceived = (received: ReceivedEntry, past: AcceptedEntry['past']): Verdict => {
    if (accepted.size === 0) return judgeGenesis(received, fleet);
    const rootId = past.newestRoot ?? fleet;
    return judge(
      received,
      {
        root: { id: rootId, body: roots.body(rootId)! },
        grant: (id) => capabilities.grant(id),
        accepted: (id) => accepted.get(id)?.entry,
        highestCounter: () => releaseCounters.highestAbove(received.entry),
      },
      fleet,
    );
  };

  const accept = (
    received: ReceivedEntry,
    references: readonly AcceptedEntry[],
    past: AcceptedEntry['past'],
    events: LedgerEvent[],
  ) => {
    const { entry } = received;
    const item: AcceptedEntry = { ...received, index: byIndex.length, past: pasts.extend(past, entry) };
    accepted.set(entry.id, item);
    byIndex.push(item);
    reachability.add(references.map(({ index }) => index));
    frontiers.add(
      entry,
      references.map((reference) => reference.entry.id),
    );
    releaseCounters.add(entry);
    events.push({ type: 'entry-accepted', id: entry.id });

    if (entry.action === 'root' && roots.add(item)) events.push({ type: 'root-forked', ...roots.fork()! });
    if (entry.action === 'grant')
      capabilities.add({
        ...item,
        body: readGrantBody(entry.body),
        depth: capabilities.depth(entry.grant) + 1,
      });
    const proofBefore = sequences.proofOf(entry.author)?.join();
    const changed = standings.note(item);
    view.standingsChanged(changed);
    const proof = sequences.proofOf(entry.author);
    if (proof !== undefined && proof.join() !== proofBefore)
      events.push({ type: 'author-quarantined', author: entry.author, proof });
    for (const event of paths.add(item, changed)) events.push(event);
  };

  const receive = (first: ReceivedEntry): readonly LedgerEvent[] => {
    const events: LedgerEvent[] = [];
    const queue = [first];
    for (let received = queue.shift(); received !== undefined; received = queue.shift()) {
      const { entry } = received;
      if (accepted.has(entry.id) || intake.isRefused(entry.id)) continue;
      const references = referencesOf(entry);
      if (entry.fleet !== undefined && entry.fleet !== fleet) {
        // Before it waits: its past never comes here, and a flood of them would push out what does (M8).
        intake.refuse(entry.id);
        events.push({
          type: 'entry-refused',
          id: entry.id,
          rule: 'L2-fleet',
          reason: 'it belongs to another fleet',
        });
      } else if (references.some(intake.isRefused)) {
        intake.refuse(entry.id);
        events.push({
          type: 'entry-refused',
          id: entry.id,
          rule: 'L4-authority',
          reason: 'it builds on an entry that was refused',
        });
      } else {
        const missing = references.filter((id) => !accepted.has(id));
        if (missing.length > 0) {
          const forgotten = intake.stall(received, missing);
          events.push({ type: 'entry-stalled', id: entry.id, missing });
          if (forgotten !== undefined) events.push({ type: 'entry-forgotten', id: forgotten });
          continue;
        }
        const known = references.map((id) => accepted.get(id)!);
        const past = pasts.merge(known.map((reference) => reference.past));
        const verdict = judgeReceived(received, past);
        if (verdict.type === 'authorised') accept(received, known, past, events);
        else {
          intake.refuse(entry.id);
          events.push({ type: 'entry-refused', id: entry.id, rule: verdict.rule, reason: verdict.reason });
        }
      }
      queue.push(...intake.release(entry.id, (id) => accepted.has(id) || intake.isRefused(id)));
    }
    return events;
  };

  const replay = (takes: (item: AcceptedEntry) => boolean): Ledger => {
    const copy = createLedger(fleet);
    for (const item of byIndex) if (takes(item)) copy.receive(item);
    return copy;
  };

  return {
    fleet,
    view: view.view,
    knows: (id) => accepted.has(id) || intake.knows(id),
    accepted: (id) => accepted.get(id)?.entry,
    entries: () => byIndex.map(({ entry }) => entry),
    size: () => byIndex.length,
    envelope: (id) => accepted.get(id)?.envelope,
    standing: (id) => {
      const item = accepted.get(id);
      return item && standings.of(item);
    },
    countsAt: (id, path) => {
      const item = accepted.get(id);
      return item !== undefined && standings.of(item).type === 'effective' && standings.holdsAt(item, path);
    },
    reaches: (id, authority) => {
      const item = accepted.get(id);
      return item !== undefined && pasts.reaches(item.past, authority);
    },
    heads: paths.heads,
    authorityFrontier: () => frontiers.authority().slice(0, MAX_PARENTS),
    frontier: frontiers.all,
    newestFrontier: frontiers.newest,
    nextSequence: sequences.next,
    receive,
    explain: paths.explain,
    viewAt: (frontier) => {
      if (frontier.some((id) => !accepted.has(id))) return undefined;
      const reached = reachability.unitedPastOf(frontier);
      return replay((item) => reached.has(item.index)).view;
    },
    copy: () => replay(() => true),
  };
}
