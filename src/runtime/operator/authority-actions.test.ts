import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { revokeOf } from '../../core/ledger/revoked-holders.ts';
import type { EntryId } from '../../core/wire/encoding/ids.ts';
import type { NodeRuntime } from '../node-runtime.ts';
import { setConfig } from './actions.ts';
import { ackEntries, previewAck, previewRevoke, revokeKey } from './authority-actions.ts';
import { carry, createPeople, type People } from './testing/people.ts';

const ALONE = { type: 'alone' } as const;

let people: People;
let grace: NodeRuntime;

beforeEach(async () => {
  people = await createPeople();
  grace = await people.invite(people.ada, 'Grace');
});
afterEach(() => people.close());

const write = (by: NodeRuntime, key: string, value = 'on') =>
  setConfig(by, { scope: { type: 'fleet' }, key, value });

const counts = ({ node }: NodeRuntime, id: EntryId) => node.ledger.standing(id)?.type === 'effective';

describe('a revoke that spares all that is known', () => {
  test('keeps the past, and what the key signs without knowing of it counts nowhere', async () => {
    const { ada } = people;
    const before = await write(grace, 'theme');
    await carry(grace, ada);
    const order = {
      key: grace.identity.id,
      reason: 'left',
      spare: { type: 'all-known' },
      signing: ALONE,
    } as const;
    expect(await previewRevoke(ada, order)).toEqual({ stopCounting: [], countAgain: [], paths: [] });
    await revokeKey(ada, people.keys, order);
    const late = await write(grace, 'volume');
    await carry(grace, ada);
    await carry(ada, grace);
    for (const node of [ada, grace]) {
      expect(counts(node, before)).toBe(true);
      expect(counts(node, late)).toBe(false);
    }
  });

  test('is told to the one whose key it is before anything more is signed', async () => {
    await revokeKey(people.ada, people.keys, {
      key: grace.identity.id,
      reason: '',
      spare: { type: 'all-known' },
      signing: ALONE,
    });
    await carry(people.ada, grace);
    await expect(write(grace, 'theme')).rejects.toThrow(/key was revoked/);
  });

  test('spares more of a key than one entry can name', async () => {
    const { ada } = people;
    const written: EntryId[] = [];
    for (let index = 0; index < 70; index++) written.push(await write(grace, `key ${index}`));
    await carry(grace, ada);
    expect(ada.node.ledger.frontier().length).toBeGreaterThan(64);
    await revokeKey(ada, people.keys, {
      key: grace.identity.id,
      reason: '',
      spare: { type: 'all-known' },
      signing: ALONE,
    });
    expect(written.filter((id) => !counts(ada, id))).toEqual([]);
  });
});

describe('a revoke after a theft', () => {
  test('takes back the chosen entry and all later ones, as its preview said, and leaves the ledger alone until it is signed', async () => {
    const { ada } = people;
    const honest = await write(grace, 'theme');
    const stolen = await write(grace, 'volume', 'stolen');
    const later = await write(grace, 'theme', 'stolen too');
    await carry(grace, ada);
    const order = {
      key: grace.identity.id,
      reason: 'laptop stolen',
      spare: { type: 'nothing-after', entry: stolen },
      signing: ALONE,
    } as const;
    const size = ada.node.ledger.entries().length;
    const preview = await previewRevoke(ada, order);
    expect(ada.node.ledger.entries()).toHaveLength(size);
    expect(preview.stopCounting.map(({ id }) => id)).toEqual([stolen, later]);
    expect(preview.paths.map(({ path, before, after }) => [path, before?.setBy.id, after?.setBy.id])).toEqual(
      [
        ['/config/fleet/volume', stolen, undefined],
        ['/config/fleet/theme', later, honest],
      ].sort(),
    );
    await revokeKey(ada, people.keys, order);
    expect([honest, stolen, later].map((id) => counts(ada, id))).toEqual([true, false, false]);
  });

  test('refuses an entry that is another key’s', async () => {
    const own = await write(people.ada, 'theme');
    await expect(
      revokeKey(people.ada, people.keys, {
        key: grace.identity.id,
        reason: '',
        spare: { type: 'nothing-after', entry: own },
        signing: ALONE,
      }),
    ).rejects.toThrow(/not one that this key signed/);
  });
});

describe('who may revoke', () => {
  test('a person whose grant stands above', async () => {
    const linus = await people.invite(grace, 'Linus');
    await carry(grace, linus);
    await revokeKey(grace, people.keys, {
      key: linus.identity.id,
      reason: '',
      spare: { type: 'all-known' },
      signing: ALONE,
    });
    const [grant] = linus.node.view().grants.filter(({ body }) => body.name === 'Linus');
    expect(revokeOf(grace.node.ledger, linus.identity.id, grant!.entry.id)).toBeDefined();
  });

  test('nobody below or beside, who is told who could', async () => {
    const { ada } = people;
    const linus = await people.invite(ada, 'Linus');
    for (const key of [ada.identity.id, grace.identity.id])
      await expect(
        revokeKey(linus, people.keys, { key, reason: '', spare: { type: 'all-known' }, signing: ALONE }),
      ).rejects.toThrow(/may not revoke this key.*(holder of the root key) could/);
  });

  test('a grant in knowledge of the revoke is a new start', async () => {
    const { ada } = people;
    await revokeKey(ada, people.keys, {
      key: grace.identity.id,
      reason: '',
      spare: { type: 'all-known' },
      signing: ALONE,
    });
    const [old] = ada.node.view().grants.filter(({ body }) => body.keys.includes(grace.identity.id));
    const { name, roles } = old!.body;
    const again = await ada.write({
      action: 'grant',
      path: '/',
      parents: [],
      grant: undefined,
      body: { ...old!.entry.body, voucher: undefined } as never,
    });
    expect([name, roles.length]).toEqual(['Grace', 2]);
    expect(revokeOf(ada.node.ledger, grace.identity.id, again)).toBeUndefined();
  });
});

describe('an ack', () => {
  test('brings the named entry back and no other, as its preview said', async () => {
    const { ada } = people;
    const first = await write(grace, 'theme');
    const second = await write(grace, 'volume');
    await carry(grace, ada);
    await revokeKey(ada, people.keys, {
      key: grace.identity.id,
      reason: '',
      spare: { type: 'nothing-after', entry: first },
      signing: ALONE,
    });
    const preview = await previewAck(ada, { entries: [second], signing: ALONE });
    expect(preview.countAgain.map(({ id }) => id)).toEqual([second]);
    expect(preview.paths.map(({ path }) => path)).toEqual(['/config/fleet/volume']);
    await ackEntries(ada, people.keys, { entries: [second], signing: ALONE });
    await carry(ada, grace);
    for (const node of [ada, grace])
      expect([first, second].map((id) => counts(node, id))).toEqual([false, true]);
  });

  test('is not for the one who was revoked', async () => {
    const first = await write(grace, 'theme');
    await carry(grace, people.ada);
    await revokeKey(people.ada, people.keys, {
      key: grace.identity.id,
      reason: '',
      spare: { type: 'nothing-after', entry: first },
      signing: ALONE,
    });
    await carry(people.ada, grace);
    await expect(ackEntries(grace, people.keys, { entries: [first], signing: ALONE })).rejects.toThrow(
      /could\.$/,
    );
  });
});
