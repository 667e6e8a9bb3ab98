import type { Entry } from '../wire/entry.ts';
import { readGrantBody } from '../wire/grant.ts';
import type { EntryId, FileHash, FleetId, NodeId } from '../wire/ids.ts';
import { MAX_PARENTS } from '../wire/limits.ts';
import { isWithin } from '../wire/path.ts';
import { readReleaseBody } from '../wire/release.ts';
import { readModeBody } from '../wire/tree.ts';
import type { AcceptedEntry, ReceivedEntry } from './accepted.ts';
import { judge, judgeGenesis } from './authority.ts';
import { type BitSet, createBitSet } from './bitset.ts';
import { createCapabilities } from './capability.ts';
import type { CausalPast } from './causal-past.ts';
import { createIntake } from './intake.ts';
import type { LedgerEvent } from './ledger-event.ts';
import { createPastSummaries } from './past.ts';
import { contentOf, type Explanation, type PathDeps, settlePath } from './path-state.ts';
import { isAuthority, referencesOf } from './references.ts';
import { createRootChain } from './root-chain.ts';
import { createStandings, type Standing } from './standing.ts';
import type { Verdict } from './verdict.ts';
import { createTree, type StandingGrant, type View } from './view.ts';

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
  /** Content that entries refer to by hash has arrived. */
  contentArrived(hash: FileHash): readonly LedgerEvent[];
  explain(path: string): Explanation;
  /** The view as of these entries and all that they reach; undefined when one of them is not here. */
  viewAt(frontier: readonly EntryId[]): View | undefined;
  /** Another ledger of the same entries, in which one can see what a further entry would change. Costs a replay. */
  copy(): Ledger;
}

export function createLedger(fleet: FleetId): Ledger {
  const accepted = new Map<EntryId, AcceptedEntry>();
  const byIndex: AcceptedEntry[] = [];
  const byPath = new Map<string, AcceptedEntry[]>();
  /** By id: of several that freeze a path every node names the same one. */
  const modes: AcceptedEntry[] = [];
  const unreferenced = new Set<EntryId>();
  const authorityHeads = new Set<EntryId>();
  const sequences = new Map<NodeId, number>();
  const contents = new Set<FileHash>();
  /** Paths with an entry whose content, its own or the one that it links, is not here. */
  const awaited = new Map<FileHash, Set<string>>();
  const closures = new Map<string, BitSet>();
  /** Of each release the highest counter on its way up through releases. */
  const releaseCounters = new Map<EntryId, number>();
  const intake = createIntake();
  const roots = createRootChain();
  const capabilities = createCapabilities();
  // Of two roots of one version either will do, but every node must take the same one.
  const pasts = createPastSummaries(
    (a, b) => roots.version(a) > roots.version(b) || (roots.version(a) === roots.version(b) && a > b),
  );
  const tree = createTree();
  let grants: StandingGrant[] | undefined;

  const closureOf = (ids: readonly EntryId[]): BitSet => {
    const key = ids.join(' ');
    const known = closures.get(key);
    if (known !== undefined) return known;
    const reached = createBitSet();
    const open = [...ids];
    for (let id = open.pop(); id !== undefined; id = open.pop()) {
      const item = accepted.get(id);
      if (item === undefined || reached.has(item.index)) continue;
      reached.add(item.index);
      open.push(...referencesOf(item.entry));
    }
    // Long lists are asked for once, by people who look at the past.
    if (ids.length <= MAX_PARENTS) closures.set(key, reached);
    return reached;
  };

  const standings = createStandings({
    indexOf: (id) => accepted.get(id)?.index,
    capabilities,
    roots,
    pasts,
    closureOf,
  });
  const depthOf = ({ entry }: AcceptedEntry) => capabilities.depth(entry.grant);

  const frozenBy = (item: AcceptedEntry): EntryId | undefined =>
    modes.find(
      (mode) =>
        mode !== item &&
        isWithin(item.entry.path, mode.entry.path) &&
        depthOf(item) >= depthOf(mode) &&
        readModeBody(mode.entry.body) &&
        tree.value(modePath(mode.entry.path))?.setBy.id === mode.entry.id &&
        !closureOf([mode.entry.id]).has(item.index),
    )?.entry.id;

  const pathDeps: PathDeps = {
    entries: accepted,
    standing: standings.of,
    depth: depthOf,
    hasContent: (hash) => contents.has(hash),
    // A mode is settled among the modes of its path, so that thawing needs no exception.
    frozenBy: (item) => (item.entry.action === 'mode' ? undefined : frozenBy(item)),
  };

  const settle = (path: string, events: LedgerEvent[]) => {
    const before = tree.value(path);
    const { value: after } = settlePath(path, byPath.get(path) ?? [], pathDeps);
    if (before?.setBy.id === after?.setBy.id) return;
    tree.set(path, after);
    if (!path.startsWith(MODES)) events.push({ type: 'path-changed', path, before, after });
  };

  const settleAll = (events: LedgerEvent[]) => {
    grants = undefined;
    for (const path of byPath.keys()) if (path.startsWith(MODES)) settle(path, events);
    for (const path of [...byPath.keys()].sort()) if (!path.startsWith(MODES)) settle(path, events);
  };

  const judgeReceived = (received: ReceivedEntry, past: AcceptedEntry['past']): Verdict => {
    if (roots.current() === undefined && accepted.size === 0) return judgeGenesis(received, fleet);
    const rootId = past.newestRoot ?? fleet;
    const deps: CausalPast = {
      root: { id: rootId, body: roots.body(rootId)! },
      grant: (id) => capabilities.grant(id),
      accepted: (id) => accepted.get(id)?.entry,
      highestCounter: () => highestParentCounter(received.entry),
    };
    return judge(received, deps, fleet);
  };

  /** Counters rise along the parents that publishers name, so that one which was voided holds nobody back. */
  const highestParentCounter = (entry: Entry): number | undefined => {
    const highest = entry.parents
      .map((id) => releaseCounters.get(id))
      .filter((counter) => counter !== undefined);
    return highest.length === 0 ? undefined : Math.max(...highest);
  };

  const accept = (received: ReceivedEntry, past: AcceptedEntry['past'], events: LedgerEvent[]) => {
    const { entry } = received;
    const item: AcceptedEntry = { ...received, index: byIndex.length, past: pasts.extend(past, entry) };
    accepted.set(entry.id, item);
    byIndex.push(item);
    sequences.set(entry.author, Math.max(sequences.get(entry.author) ?? 0, entry.sequence + 1));
    for (const id of referencesOf(entry)) {
      unreferenced.delete(id);
      if (isAuthority(entry)) authorityHeads.delete(id);
    }
    unreferenced.add(entry.id);
    if (isAuthority(entry)) authorityHeads.add(entry.id);
    events.push({ type: 'entry-accepted', id: entry.id });

    if (entry.action === 'create' && entry.path.startsWith('/releases/'))
      releaseCounters.set(
        entry.id,
        Math.max(readReleaseBody(entry.body).counter, highestParentCounter(entry) ?? 0),
      );
    if (entry.action === 'root' && roots.add(item)) events.push({ type: 'root-forked', ...roots.fork()! });
    if (entry.action === 'grant') {
      capabilities.add({
        ...item,
        body: readGrantBody(entry.body),
        depth: capabilities.depth(entry.grant) + 1,
      });
      grants = undefined;
    }
    const forkedBefore = standings.quarantined().get(entry.author)?.join();
    const unsettled = standings.note(item);
    const proof = standings.quarantined().get(entry.author);
    if (proof !== undefined && proof.join() !== forkedBefore)
      events.push({ type: 'author-quarantined', author: entry.author, proof });

    const path = contentPath(entry);
    if (path !== undefined) {
      const list = byPath.get(path) ?? [];
      list.push(item);
      byPath.set(path, list);
      if (entry.action === 'mode') {
        modes.push(item);
        modes.sort((a, b) => (a.entry.id < b.entry.id ? -1 : 1));
      }
      const hash = contentOf(entry, accepted)?.content?.hash;
      if (hash !== undefined && !contents.has(hash))
        awaited.set(hash, (awaited.get(hash) ?? new Set()).add(path));
    }
    if (unsettled || entry.action === 'mode') settleAll(events);
    else if (path !== undefined) settle(path, events);
  };

  const receive = (first: ReceivedEntry): readonly LedgerEvent[] => {
    const events: LedgerEvent[] = [];
    const queue = [first];
    for (let received = queue.shift(); received !== undefined; received = queue.shift()) {
      const { entry } = received;
      if (accepted.has(entry.id) || intake.isRefused(entry.id)) continue;
      const references = referencesOf(entry);
      if (references.some(intake.isRefused)) {
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
          intake.stall(received, missing);
          events.push({ type: 'entry-stalled', id: entry.id, missing });
          continue;
        }
        const past = pasts.merge(references.map((id) => accepted.get(id)!.past));
        const verdict = judgeReceived(received, past);
        if (verdict.type === 'authorised') accept(received, past, events);
        else {
          intake.refuse(entry.id);
          events.push({ type: 'entry-refused', id: entry.id, rule: verdict.rule, reason: verdict.reason });
        }
      }
      queue.push(...intake.release(entry.id, (id) => accepted.has(id) || intake.isRefused(id)));
    }
    return events;
  };

  const view: View = {
    get fleetName() {
      return roots.current()?.body.fleetName ?? '';
    },
    get rootVersion() {
      return roots.current()?.body.version ?? 0;
    },
    get rootThreshold() {
      return roots.current()?.body.threshold ?? 0;
    },
    get rootKeys() {
      return roots.current()?.body.keys ?? [];
    },
    get rootForkedAt() {
      return roots.fork()?.version;
    },
    get grants() {
      grants ??= Array.from(capabilities.all())
        .filter((grant) => standings.of(grant).type === 'effective')
        .sort((a, b) => a.depth - b.depth || (a.entry.id < b.entry.id ? -1 : 1));
      return grants;
    },
    get quarantined() {
      return standings.quarantined();
    },
    devices: tree.devices,
    releases: tree.releases,
    get rollouts() {
      return tree.rollouts();
    },
    get: tree.get,
    children: (path) => tree.children(path).filter((name) => !MODES.startsWith(`/${name}/`)),
    paths: (scope) => tree.paths(scope).filter((path) => !path.startsWith(MODES)),
  };

  const replay = (takes: (item: AcceptedEntry) => boolean): Ledger => {
    const copy = createLedger(fleet);
    for (const hash of contents) copy.contentArrived(hash);
    for (const item of byIndex) if (takes(item)) copy.receive(item);
    return copy;
  };

  return {
    fleet,
    view,
    knows: (id) => accepted.has(id) || intake.knows(id),
    accepted: (id) => accepted.get(id)?.entry,
    entries: () => byIndex.map(({ entry }) => entry),
    size: () => byIndex.length,
    envelope: (id) => accepted.get(id)?.envelope,
    standing: (id) => {
      const item = accepted.get(id);
      return item && standings.of(item);
    },
    heads: (path) => {
      const named = new Set((byPath.get(path) ?? []).flatMap(({ entry }) => entry.parents));
      return (byPath.get(path) ?? [])
        .map(({ entry }) => entry.id)
        .filter((id) => !named.has(id))
        .sort();
    },
    authorityFrontier: () => [...authorityHeads].sort().slice(0, MAX_PARENTS),
    frontier: () => [...unreferenced].sort(),
    newestFrontier: (count) => [...unreferenced].slice(-count).sort(),
    nextSequence: (author) => sequences.get(author) ?? 0,
    receive,
    contentArrived: (hash) => {
      const events: LedgerEvent[] = [];
      contents.add(hash);
      for (const path of awaited.get(hash) ?? []) settle(path, events);
      awaited.delete(hash);
      return events;
    },
    explain: (path) => settlePath(path, byPath.get(path) ?? [], pathDeps),
    viewAt: (frontier) => {
      if (frontier.some((id) => !accepted.has(id))) return undefined;
      const reached = closureOf(frontier);
      return replay((item) => reached.has(item.index)).view;
    },
    copy: () => replay(() => true),
  };
}

/** Modes are settled apart from the content of their path; no path of an entry begins like this, since "\0" is refused. */
const MODES = '/\0mode/';

function modePath(path: string): string {
  return `${MODES}${path}`;
}

/** Where the entry stands against others; undefined for entries of authority and beacons, which have no content. */
function contentPath(entry: Entry): string | undefined {
  if (entry.action === 'mode') return modePath(entry.path);
  return isAuthority(entry) || entry.action === 'beacon' || !CONTENT_ACTIONS.has(entry.action)
    ? undefined
    : entry.path;
}

const CONTENT_ACTIONS: ReadonlySet<string> = new Set([
  'mkdir',
  'create',
  'update',
  'delete',
  'revert',
  'link',
  'slink',
  'admit',
]);
