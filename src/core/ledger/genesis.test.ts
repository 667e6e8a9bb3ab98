import { describe, expect, test } from 'vitest';
import { createLedger } from './ledger.ts';
import { createEntryWriter, grantTo } from './testing/entry-writer.ts';

const fleetOf = (...keys: readonly string[]) => createEntryWriter({ keys, threshold: 1 });

describe('the fleet that a node pins', () => {
  test('begins with the entry of that id and no other (L1)', () => {
    const [own, other] = [fleetOf('ada'), fleetOf('mallory')];
    const ledger = createLedger(own.genesis.id);
    expect(ledger.receive(other.received(other.genesis))).toMatchObject([
      { type: 'entry-refused', rule: 'L1-genesis' },
    ]);
    expect(ledger.view.rootVersion).toBe(0);
    ledger.receive(own.received(own.genesis));
    expect(ledger.view.rootKeys).toEqual([own.genesis.author]);
  });

  test('takes nothing of another fleet, though its author holds both (L2)', () => {
    const own = fleetOf('ada');
    const other = fleetOf('ada', 'ben');
    const foreign = other.write({
      by: 'ada',
      action: 'grant',
      knowing: [own.genesis],
      body: grantTo(['eve']),
    });
    const ledger = createLedger(own.genesis.id);
    ledger.receive(own.received(own.genesis));
    expect(ledger.receive(other.received(foreign))).toMatchObject([
      { type: 'entry-refused', rule: 'L2-fleet' },
    ]);
    expect(ledger.view.grants).toEqual([]);
  });

  test('is signed by a threshold of the keys that it names (L1, L8)', () => {
    const { genesis, received } = createEntryWriter({ keys: ['ada', 'ben'], threshold: 2 });
    const ledger = createLedger(genesis.id);
    const half = { ...received(genesis), entry: { ...genesis, cosigners: [] } };
    expect(ledger.receive(half)).toMatchObject([{ type: 'entry-refused', rule: 'L8-threshold' }]);
    const fresh = createLedger(genesis.id);
    expect(fresh.receive(received(genesis))).toMatchObject([{ type: 'entry-accepted' }]);
  });
});
