import type { ReceivedEntry } from '../core/ledger/ledger.ts';
import type { StoredStatement } from '../core/node/input.ts';
import type { FleetId } from '../core/wire/ids.ts';
import { WireError } from '../core/wire/refusal.ts';
import type { Keys } from '../ports/keys.ts';
import type { LedgerStore, RecordStore } from '../ports/stores.ts';
import { openEnvelope } from './envelope.ts';
import { openStatement } from './signed-statement.ts';

/** A guess: enough that the threads which check signatures never wait for what is decoded here; more only takes memory. */
const CHECKS_AT_ONCE = 256;

/** The stored ledger, every signature checked again: a disk is no more to be trusted than a peer. */
export async function openLedger(
  store: LedgerStore,
  keys: Keys,
  fleet: FleetId,
): Promise<readonly ReceivedEntry[] & { readonly damaged: number }> {
  const { envelopes, damaged } = await store.load();
  const opened: ReceivedEntry[] = [];
  let refused = 0;
  const take = (received: ReceivedEntry | undefined) => {
    if (received === undefined) refused++;
    else if (received.entry.fleet === fleet || received.entry.id === fleet) opened.push(received);
  };
  const underWay: Promise<ReceivedEntry | undefined>[] = [];
  for (const envelope of envelopes) {
    const opening = withoutWireErrors(() => openEnvelope(envelope, keys, () => false));
    // It may fail while an earlier one is awaited; the failure comes out when its turn comes.
    opening.catch(() => {});
    underWay.push(opening);
    if (underWay.length === CHECKS_AT_ONCE) take(await underWay.shift());
  }
  for (const received of underWay) take(await received);
  return Object.assign(opened, { damaged: damaged + refused });
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
    const statement = await withoutWireErrors(() => openStatement(bytes, fleet, keys, () => true));
    if (statement !== undefined) opened.push({ statement, bytes, heardAtMs });
  }
  return opened;
}

/** Replaces what `openStatements` finds. */
export function saveStatements(records: RecordStore, statements: readonly StoredStatement[]): Promise<void> {
  return records.put({ statements: statements.map(({ bytes, heardAtMs }) => ({ bytes, heardAtMs })) });
}

async function withoutWireErrors<Value>(open: () => Promise<Value>): Promise<Value | undefined> {
  try {
    return await open();
  } catch (error) {
    if (error instanceof WireError) return undefined;
    throw error;
  }
}
