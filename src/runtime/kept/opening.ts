import type { HeardStatement } from '../../core/fleet/statement-book.ts';
import type { ReceivedEntry } from '../../core/ledger/ledger.ts';
import type { StoredStatement } from '../../core/node/input.ts';
import type { FleetId, NodeId } from '../../core/wire/encoding/ids.ts';
import { WireError } from '../../core/wire/encoding/refusal.ts';
import type { StatementMark } from '../../core/wire/link/item.ts';
import { isKind } from '../../core/wire/statement/statement-kind.ts';
import type { Keys } from '../../ports/keys.ts';
import type { LedgerStore, RecordStore } from '../../ports/stores.ts';
import { openEnvelope } from '../intake/envelope.ts';
import { openStatement } from '../intake/signed-statement.ts';

/** A guess: enough that the threads which check signatures never wait for what is decoded here; more only takes memory. */
const CHECKS_AT_ONCE = 256;

/** `damaged`: places of the store that gave back no entry. `keptAs`: where what was there is kept, if it is. */
export type OpenedLedger = readonly ReceivedEntry[] & {
  readonly damaged: number;
  readonly keptAs: string | undefined;
};

/** The stored ledger, every signature checked again: a disk is no more to be trusted than a peer. */
export async function openLedger(store: LedgerStore, keys: Keys, fleet: FleetId): Promise<OpenedLedger> {
  const { envelopes, damaged, keptAs } = await store.load();
  const opened: ReceivedEntry[] = [];
  let refused = 0;
  const take = (received: ReceivedEntry | undefined) => {
    if (received === undefined) refused++;
    else if (received.entry.fleet === fleet || received.entry.id === fleet) opened.push(received);
  };
  const underWay: Promise<ReceivedEntry | undefined>[] = [];
  for (const envelope of envelopes) {
    const opening = withoutWireErrors(() => openEnvelope(envelope, keys));
    // It may fail while an earlier one is awaited; the failure comes out when its turn comes.
    opening.catch(() => {});
    underWay.push(opening);
    if (underWay.length === CHECKS_AT_ONCE) take(await underWay.shift());
  }
  for (const received of underWay) take(await received);
  return Object.assign(opened, { damaged: damaged + refused, keptAs });
}

/** In words for a person. */
export function damageOf({ damaged, keptAs }: OpenedLedger): string {
  const places = damaged === 1 ? 'place' : 'places';
  const kept = keptAs === undefined ? '' : `, and what was there is kept as ${keptAs}`;
  return `the stored ledger was damaged in ${damaged} ${places}; neighbours send again what was lost${kept}`;
}

/** What this node last heard of others, its inventory of who is offline. */
export async function openStatements(
  records: RecordStore,
  fleet: FleetId,
  keys: Keys,
): Promise<readonly StoredStatement[]> {
  const saved = await records.get('statements');
  const opened: StoredStatement[] = [];
  for (const item of Array.isArray(saved) ? saved : []) {
    const { bytes, heardAtMs } = (item ?? {}) as { bytes?: unknown; heardAtMs?: unknown };
    if (!(bytes instanceof Uint8Array) || typeof heardAtMs !== 'number') continue;
    const statement = await withoutWireErrors(() => openStatement(bytes, fleet, keys));
    if (statement !== undefined) opened.push({ statement, bytes, heardAtMs });
  }
  return opened;
}

/** A guess: marks that are read back; more than a fleet has, with all that were ever removed from it. */
const MAX_MARKS = 1_000_000;

/** How far each member had come by what this node had heard. */
export async function openMarks(records: RecordStore): Promise<readonly StatementMark[]> {
  const saved = await records.get('statement-marks');
  return (Array.isArray(saved) ? saved.slice(0, MAX_MARKS) : []).flatMap((item: unknown) => {
    const [author, kind, session, sequence] = Array.isArray(item) ? (item as unknown[]) : [];
    return typeof author === 'string' && isKind(kind) && isCount(session) && isCount(sequence)
      ? [{ author: author as NodeId, kind, session, sequence }]
      : [];
  });
}

/** Replaces what `openStatements` and `openMarks` find. */
export function saveStatements(
  records: RecordStore,
  statements: readonly HeardStatement[],
  marks: readonly StatementMark[],
): Promise<void> {
  return records.put({
    statements: statements.map(({ bytes, heardAt }) => ({ bytes, heardAtMs: heardAt.wallMs })),
    'statement-marks': marks.map(({ author, kind, session, sequence }) => [author, kind, session, sequence]),
  });
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

async function withoutWireErrors<Value>(open: () => Promise<Value>): Promise<Value | undefined> {
  try {
    return await open();
  } catch (error) {
    if (error instanceof WireError) return undefined;
    throw error;
  }
}
