import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readGrantBody } from '../wire/entry/grant.ts';
import { ackBody, revokeBody } from '../wire/entry/revoke.ts';
import { valueBody } from '../wire/entry/tree.ts';
import { createLedger } from './ledger.ts';
import { writesAt } from './path-kinds.ts';
import { revokeOf } from './revoked-holders.ts';
import { createEntryWriter, type EntryWriter, grantTo, keyOf } from './testing/entry-writer.ts';
import { playHistory, STEP_WIDTH } from './testing/random-history.ts';

const SEED = Number(process.env.LEDGER_SEED ?? 1);

function ledgerOf({ genesis, written }: EntryWriter) {
  const ledger = createLedger(genesis.id);
  for (const received of written) ledger.receive(received);
  return ledger;
}

test('a grant that knows of the revoke only through an entry that it acks is a new start (L12)', () => {
  const writer = createEntryWriter({ keys: ['root'], threshold: 1 });
  const { genesis } = writer;
  const byRoot = { by: 'root', action: 'grant' } as const;
  const ann = writer.write({ ...byRoot, body: grantTo(['ann']) });
  const ben = writer.write({ ...byRoot, body: grantTo(['ben']) });
  const revoke = writer.write({
    by: 'root',
    action: 'revoke',
    body: revokeBody({ key: keyOf('ben'), frontier: [], reason: '' }),
  });
  const update = { by: 'ann', action: 'update', path: '/config', grant: ann, body: valueBody(1) } as const;
  const informed = writer.write({ ...update, knowing: [ann, revoke] });
  const ack = writer.write({ by: 'root', action: 'ack', body: ackBody({ entries: [informed.id] }) });
  const again = writer.write({ ...byRoot, body: grantTo(['ben']), knowing: [genesis, ack] });
  const late = writer.write({ ...update, by: 'ben', grant: again });
  const ledger = ledgerOf(writer);
  expect(ledger.standing(late.id)).toEqual({ type: 'effective' });
  expect(revokeOf(ledger, keyOf('ben'), again.id)).toBeUndefined();
  expect(revokeOf(ledger, keyOf('ben'), ben.id)).toBe(revoke.id);
});

test('whoever may go on is whoever the ledger lets write on, over random histories (L12)', () => {
  console.log(`seed ${SEED}`);
  let revoked = 0;
  let free = 0;
  const step = fc.array(fc.nat(63), { minLength: STEP_WIDTH, maxLength: STEP_WIDTH });
  fc.assert(
    fc.property(fc.array(step, { minLength: 6, maxLength: 18, size: 'max' }), (steps) => {
      const writer = playHistory(steps, 1);
      const before = ledgerOf(writer);
      // What an acked grant gave stays void by the key that gave it, which is another question.
      if (before.entries().some(({ action }) => action === 'ack')) return;
      for (const { entry } of [...before.view.grants]) {
        const { keys, threshold, name, roles } = readGrantBody(entry.body);
        if (threshold > 1 || keys.length > 1) continue;
        if (!roles.some((role) => writesAt(entry.path, role))) continue;
        const by = revokeOf(before, keys[0]!, entry.id);
        const probe = writer.write({
          by: name,
          action: 'mkdir',
          path: entry.path,
          grant: entry,
          sequence: 1_000,
        });
        const after = ledgerOf(writer).standing(probe.id)!;
        const isRevoked = after.type === 'void' && after.rule === 'L12-revoked';
        expect(isRevoked, `${name} under ${entry.id}`).toBe(by !== undefined);
        if (isRevoked) revoked++;
        else free++;
      }
    }),
    { seed: SEED, numRuns: 400 },
  );
  // Twenty to forty histories in 400 revoke; fewer than this, and the test no longer looks at what it is named for.
  expect(Math.min(revoked, free)).toBeGreaterThan(5);
}, 60_000);
