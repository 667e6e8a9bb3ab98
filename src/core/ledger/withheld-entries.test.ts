import { describe, expect, test } from 'vitest';
import { createLedger } from './ledger.ts';
import { twoQuorumFleet } from './testing/two-quorum-fleet.ts';

describe('TUF 1.5.2, freeze, as far as the ledger alone goes', () => {
  test('entries whose past is withheld show nowhere, and all appear when it comes: the view never goes back', () => {
    const { writer, publish, rollOut } = twoQuorumFleet();
    const first = publish(1);
    rollOut(first);
    const ledger = createLedger(writer.genesis.id);
    for (const received of writer.written.filter(({ entry }) => entry !== first)) ledger.receive(received);
    expect(ledger.view.rollouts).toEqual([]);
    ledger.receive(writer.received(first));
    expect(ledger.view.rollouts).toHaveLength(1);
  });
});

describe('TUF 1.5.2, endless data', () => {
  test('entries whose past never comes are forgotten, oldest first, and do not pile up', () => {
    const { writer, rel } = twoQuorumFleet();
    const ledger = createLedger(writer.genesis.id);
    const missing = writer.write({ by: 'rel', grant: rel, action: 'mkdir', path: '/releases/x' });
    const flood = Array.from({ length: 4_200 }, (_, at) =>
      writer.write({ by: 'eve', action: 'mkdir', path: `/x${at}`, parents: [missing] }),
    );
    for (const entry of flood) ledger.receive(writer.received(entry));
    expect(ledger.knows(flood[0]!.id)).toBe(false);
    expect(ledger.knows(flood.at(-1)!.id)).toBe(true);
    expect(flood.filter(({ id }) => ledger.knows(id)).length).toBeLessThanOrEqual(4_096);
  });
});
