import { createLedger } from '../../core/ledger/ledger.ts';
import type { FleetId } from '../../core/wire/encoding/ids.ts';
import { rootBody } from '../../core/wire/entry/genesis.ts';
import { grantBody } from '../../core/wire/entry/grant.ts';
import type { Identity, Keys } from '../../ports/keys.ts';
import type { LedgerStore } from '../../ports/stores.ts';
import { sealEntry } from '../intake/envelope.ts';

/**
 * Founds a fleet with one key that holds every role: the genesis entry, and the grant under which the founder publishes
 * and rolls out. Both are in the store when it resolves.
 */
export async function foundFleet(deps: {
  readonly identity: Identity;
  readonly keys: Keys;
  readonly ledgerStore: LedgerStore;
  readonly nowMs: number;
  readonly fleetName: string;
  readonly personName: string;
}): Promise<FleetId> {
  const { identity, keys, nowMs } = deps;
  const common = {
    parents: [],
    grant: undefined,
    author: identity.id,
    content: undefined,
    expiresAtMs: undefined,
  };
  const genesis = await sealEntry(
    {
      ...common,
      fleet: undefined,
      action: 'root',
      path: '/',
      authority: [],
      sequence: 0,
      body: rootBody({ fleetName: deps.fleetName, version: 1, threshold: 1, keys: [identity.id] }),
      timeMs: nowMs,
    },
    identity,
    keys,
  );
  const fleet: FleetId = genesis.entry.id;
  const own = await sealEntry(
    {
      ...common,
      fleet,
      action: 'grant',
      path: '/',
      authority: [fleet],
      sequence: 1,
      body: grantBody({
        keys: [identity.id],
        threshold: 1,
        name: deps.personName,
        roles: ['release', 'operator', 'beacon'],
        mayGrant: true,
        invitation: false,
        place: undefined,
      }),
      timeMs: nowMs,
    },
    identity,
    keys,
  );
  const ledger = createLedger(fleet);
  for (const received of [genesis, own])
    for (const event of ledger.receive(received))
      if (event.type === 'entry-refused')
        throw new Error(`the new fleet refuses its own entry: ${event.reason}`);
  await deps.ledgerStore.append([genesis, own].map(({ entry, envelope }) => ({ key: entry.id, envelope })));
  return fleet;
}
