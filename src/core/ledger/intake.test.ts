import { describe, expect, test } from 'vitest';
import { revokeBody } from '../wire/entry/revoke.ts';
import { valueBody } from '../wire/entry/tree.ts';
import { createLedger } from './ledger.ts';
import { createEntryWriter, grantTo, keyOf } from './testing/entry-writer.ts';

const MAX_WAITING = 4_096;

/** A fleet in which `count` entries wait for one that is withheld. */
function aFlood(count: number) {
  const writer = createEntryWriter({ keys: ['root'], threshold: 1 });
  const grant = writer.write({ by: 'root', action: 'grant', body: grantTo(['ben']) });
  const set = (path: string, parents = [grant]) =>
    writer.write({ by: 'ben', action: 'update', path, grant, knowing: [grant], body: valueBody(1), parents });
  const withheld = set('/config/withheld');
  const waiting = Array.from({ length: count }, (_, at) => set(`/config/${at}`, [withheld]));
  const ledger = createLedger(writer.genesis.id);
  for (const entry of [writer.genesis, grant, ...waiting]) ledger.receive(writer.received(entry));
  return { writer, ledger, withheld, waiting };
}

describe('entries that wait for what they refer to', () => {
  test('are at most 4,096, and the oldest are forgotten first: they may come again (M8)', () => {
    const { writer, ledger, withheld, waiting } = aFlood(MAX_WAITING + 2);
    expect(waiting.filter(({ id }) => !ledger.knows(id))).toEqual(waiting.slice(0, 2));
    ledger.receive(writer.received(withheld));
    expect(waiting.filter(({ id }) => ledger.accepted(id) === undefined)).toEqual(waiting.slice(0, 2));
    for (const entry of waiting.slice(0, 2)) ledger.receive(writer.received(entry));
    expect(waiting.every(({ id }) => ledger.accepted(id) !== undefined)).toBe(true);
  });

  test('show nowhere while they wait, and all at once when they need not any more', () => {
    const { writer, ledger, withheld, waiting } = aFlood(3);
    expect(ledger.view.paths('/config')).toEqual([]);
    expect(ledger.size()).toBe(2);
    const events = ledger.receive(writer.received(withheld));
    expect(events.filter(({ type }) => type === 'entry-accepted')).toHaveLength(1 + waiting.length);
  });

  test('are refused with what they wait for', () => {
    const writer = createEntryWriter({ keys: ['root'], threshold: 1 });
    const forged = writer.write({
      by: 'mallory',
      action: 'revoke',
      body: revokeBody({ key: keyOf('ben'), frontier: [], reason: '' }),
    });
    const child = writer.write({ by: 'root', action: 'grant', knowing: [forged], body: grantTo(['ben']) });
    const ledger = createLedger(writer.genesis.id);
    ledger.receive(writer.received(child));
    const refused = [writer.genesis, forged].flatMap((entry) => ledger.receive(writer.received(entry)));
    expect(refused.filter(({ type }) => type === 'entry-refused')).toMatchObject([
      { id: forged.id },
      { id: child.id, reason: 'it builds on an entry that was refused' },
    ]);
  });
});
