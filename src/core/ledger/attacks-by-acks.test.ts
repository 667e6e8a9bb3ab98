import { describe, expect, test } from 'vitest';
import type { Entry } from '../wire/entry/entry.ts';
import { ackBody, revokeBody } from '../wire/entry/revoke.ts';
import { valueBody } from '../wire/entry/tree.ts';
import { type Draft, grantTo, keyOf } from './testing/entry-writer.ts';
import { foldWritten, twoQuorumFleet } from './testing/two-quorum-fleet.ts';

const VOID = { type: 'void' };
const EFFECTIVE = { type: 'effective' };

/** The boss is revoked below /config; the grants that it gave are for all paths. */
describe.each(['before', 'after'])('an ack (L15) that came %s a revoke below one path', (order) => {
  const fleet = () => {
    const { writer } = twoQuorumFleet();
    const give = (by: string, names: readonly string[], grant?: Entry, rest: Partial<Draft> = {}) =>
      writer.write({ by, grant, action: 'grant', body: grantTo(names), ...rest });
    const set = (by: string, grant: Entry, path: string, rest: Partial<Draft> = {}) =>
      writer.write({ by, grant, action: 'update', path, body: valueBody(1), ...rest });
    const ack = (by: string, grant: Entry | undefined, entry: Entry, rest: Partial<Draft> = {}) =>
      writer.write({ by, grant, action: 'ack', body: ackBody({ entries: [entry.id] }), ...rest });
    const revoke = (key: string, path = '/') =>
      writer.write({
        by: 'root',
        action: 'revoke',
        path,
        body: revokeBody({ key: keyOf(key), frontier: [], reason: '' }),
      });
    const around = (acks: () => void) => {
      if (order === 'before') acks();
      revoke('boss', '/config');
      if (order === 'after') acks();
      return foldWritten(writer);
    };
    return { give, set, ack, revoke, around };
  };
  test('attack: by the revoked key brings back nothing that its puppet wrote there, and still what it wrote beside', () => {
    const { give, set, ack, revoke, around } = fleet();
    const boss = give('root', ['boss']);
    const puppet = give('boss', ['puppet'], boss);
    revoke('puppet');
    const [within, beside] = [set('puppet', puppet, '/config/a'), set('puppet', puppet, '/services/a')];
    const ledger = around(() => {
      for (const entry of [within, beside]) ack('boss', boss, entry);
    });
    expect(ledger.standing(within.id)).toMatchObject(VOID);
    expect(ledger.standing(beside.id)).toEqual(EFFECTIVE);
  });

  test('attack: by a puppet of the revoked key brings back nothing that a puppet of its own wrote there', () => {
    const { give, set, ack, around } = fleet();
    const boss = give('root', ['boss']);
    const puppet = give('boss', ['puppet'], boss);
    const second = give('puppet', ['second'], puppet);
    const value = set('second', second, '/config/a');
    const ledger = around(() => ack('puppet', puppet, value));
    expect(ledger.standing(value.id)).toMatchObject(VOID);
  });

  test('attack: that is acked in turn brings back nothing there, whoever of them acks it; an ack by the root does', () => {
    const { give, set, ack, around } = fleet();
    const boss = give('root', ['boss']);
    const puppet = give('boss', ['puppet'], boss);
    const second = give('puppet', ['second'], puppet);
    const [theirs, ours] = [set('second', second, '/config/a'), set('second', second, '/config/b')];
    const ledger = around(() => {
      const first = ack('puppet', puppet, theirs);
      ack('boss', boss, first);
      ack('root', undefined, first);
      ack('root', undefined, ours);
    });
    expect(ledger.standing(theirs.id)).toMatchObject(VOID);
    expect(ledger.standing(ours.id)).toEqual(EFFECTIVE);
  });

  test('attack: by the revoked key brings back a grant for all paths, but no right there, nor below it', () => {
    const { give, set, ack, around } = fleet();
    const top = give('root', ['boss', 'ann']);
    const middle = give('ann', ['mate'], top);
    // Two entries with one number: what the mate signs does not count until somebody above acks it.
    for (const path of ['/services/a', '/services/b']) set('mate', middle, path, { sequence: 0 });
    const puppet = give('mate', ['puppet'], middle);
    const guest = give('puppet', ['guest'], puppet);
    const [within, beside] = [set('guest', guest, '/config/a'), set('guest', guest, '/services/c')];
    const own = set('puppet', puppet, '/config/b');
    const ledger = around(() => ack('boss', top, puppet));
    expect(ledger.standing(puppet.id)).toEqual(EFFECTIVE);
    expect(ledger.standing(beside.id)).toEqual(EFFECTIVE);
    for (const { id } of [within, own])
      expect(ledger.standing(id)).toMatchObject({ type: 'void', rule: 'L13-under-void' });
  });

  test.each([
    { holders: ['boss', 'ann', 'ben'], by: 'ann', what: 'stands', standing: EFFECTIVE },
    { holders: ['boss', 'ann'], by: 'ann', what: 'stays void', standing: VOID },
    { holders: ['boss', 'ann', 'ben'], by: 'boss', what: 'stays void', standing: VOID },
  ])(
    'by $by, where two of $holders must sign and all have: what it names $what',
    ({ holders, by, standing }) => {
      const { give, set, ack, revoke, around } = fleet();
      const grant = give('root', holders, undefined, { body: grantTo(holders, { threshold: 2 }) });
      const below = give('ann', ['sub'], grant, { with: holders });
      revoke('sub');
      const value = set('sub', below, '/config/a');
      const ledger = around(() => ack(by, grant, value, { with: holders }));
      expect(ledger.standing(value.id)).toMatchObject(standing);
    },
  );
});
