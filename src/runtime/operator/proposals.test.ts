import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { EntryId } from '../../core/wire/encoding/ids.ts';
import { grantBody } from '../../core/wire/entry/grant.ts';
import { encodeProposal } from '../../core/wire/entry/proposal.ts';
import { revokeBody } from '../../core/wire/entry/revoke.ts';
import type { EntryDraft, NodeRuntime } from '../node-runtime.ts';
import { setConfig } from './actions.ts';
import { ackEntries, previewAck, previewRevoke, type RevokeOrder, revokeKey } from './authority-actions.ts';
import { grantByRoot } from './grant-by-root.ts';
import { cosignProposal, readProposal } from './proposals.ts';
import { proposeRoot } from './root-rotation.ts';
import type { Signing, SigningOutcome } from './signing.ts';
import { carry, createPeople, type People } from './testing/people.ts';

let people: People;
let ada: NodeRuntime;
let grace: NodeRuntime;
let linus: NodeRuntime;
/** Somebody whom Ada invited, with a config value that she set. */
let zoe: NodeRuntime;
let theme: EntryId;

const idsOf = (...nodes: readonly NodeRuntime[]) => nodes.map(({ identity }) => identity.id);

const textOf = (outcome: SigningOutcome): string => {
  if (outcome.type !== 'proposed') throw new Error('it was written at once');
  return outcome.text;
};

const cosign = (by: NodeRuntime, text: string) => cosignProposal(by, people.keys, text, undefined);

/** A root of two of three: Ada, Grace and Linus. */
beforeEach(async () => {
  people = await createPeople();
  ada = people.ada;
  grace = await people.stranger();
  linus = await people.stranger();
  const all = idsOf(ada, grace, linus);
  const text = textOf(
    await proposeRoot(ada, people.keys, { keys: all, threshold: 2, signers: all, instead: undefined }),
  );
  await cosign(linus, textOf(await cosign(grace, text)));
  for (const node of [ada, grace]) await carry(linus, node);
  zoe = await people.invite(ada, 'Zoe');
  theme = await setConfig(zoe, { scope: { type: 'fleet' }, key: 'theme', value: 'dark' });
  for (const node of [ada, grace, linus]) await carry(zoe, node);
});
afterEach(() => people.close());

const rootOf = (...nodes: readonly NodeRuntime[]): Signing => ({ type: 'as-root', signers: idsOf(...nodes) });

const takeAllBack = (signing: Signing): RevokeOrder => ({
  key: zoe.identity.id,
  reason: 'laptop stolen',
  spare: { type: 'nothing-after', entry: theme },
  signing,
});

const counts = ({ node }: NodeRuntime, id: EntryId) => node.ledger.standing(id)?.type === 'effective';

describe('a revoke by a root of several keys', () => {
  test('is a proposal that shows each holder what it changes, and takes effect with the last signature (L8)', async () => {
    const order = takeAllBack(rootOf(ada, grace));
    const preview = await previewRevoke(ada, order);
    expect(preview.stopCounting.map(({ id }) => id)).toEqual([theme]);
    const text = textOf(await revokeKey(ada, people.keys, order));
    expect(counts(ada, theme)).toBe(true);
    const proposal = await readProposal(grace, people.keys, text);
    expect(proposal).toMatchObject({
      type: 'revoke',
      key: zoe.identity.id,
      reason: 'laptop stolen',
      signed: idsOf(ada),
      missing: idsOf(grace),
    });
    expect(proposal.type === 'revoke' && proposal.change.paths.map(({ path }) => path)).toEqual([
      '/config/fleet/theme',
    ]);
    expect((await cosign(grace, text)).type).toBe('written');
    for (const node of [ada, linus]) {
      await carry(grace, node);
      expect(counts(node, theme)).toBe(false);
      expect(node.node.view().get('/config/fleet/theme')).toBeUndefined();
    }
  });

  test('cannot be begun if its signers could never reach the threshold, or hold no root key (L8)', async () => {
    const by = (signing: Signing) => revokeKey(ada, people.keys, takeAllBack(signing));
    await expect(by(rootOf(ada))).rejects.toThrow(/The root needs 2 of its keys to sign; this names 1/);
    await expect(by(rootOf(ada, ada))).rejects.toThrow(/The root needs 2 of its keys/);
    await expect(by(rootOf(ada, zoe))).rejects.toThrow(/is no root key/);
    await expect(by(rootOf(grace, linus))).rejects.toThrow(/signed by this browser first/);
    await expect(previewRevoke(zoe, takeAllBack(rootOf(zoe, ada)))).rejects.toThrow(/is no root key/);
  });

  test('comes to nothing once the root has rotated without it, and says so before it is signed (L11)', async () => {
    const text = textOf(await revokeKey(ada, people.keys, takeAllBack(rootOf(ada, grace))));
    const rotation = textOf(
      await proposeRoot(grace, people.keys, {
        keys: idsOf(grace, linus),
        threshold: 2,
        signers: idsOf(grace, linus),
        instead: undefined,
      }),
    );
    await cosign(linus, rotation);
    await carry(linus, grace);
    await expect(cosign(grace, text)).rejects.toThrow(/Nothing would come of this proposal/);
  });

  test('is not signed by a browser that lacks what it builds on, and not twice', async () => {
    const late = await people.invite(ada, 'Late');
    const order: RevokeOrder = {
      key: late.identity.id,
      reason: '',
      spare: { type: 'all-known' },
      signing: rootOf(ada, grace),
    };
    const text = textOf(await revokeKey(ada, people.keys, order));
    await expect(cosign(grace, text)).rejects.toThrow(/have not reached this browser yet/);
    await carry(ada, grace);
    await cosign(grace, text);
    await expect(cosign(grace, text)).rejects.toThrow(/is written already/);
  });
});

describe('an ack by a root of several keys', () => {
  test('brings back what the root has taken back, and no fewer signatures do (L8, L15)', async () => {
    await cosign(grace, textOf(await revokeKey(ada, people.keys, takeAllBack(rootOf(ada, grace)))));
    await carry(grace, linus);
    const order = { entries: [theme], signing: rootOf(linus, grace) };
    await expect(
      ackEntries(linus, people.keys, { entries: [theme], signing: { type: 'alone' } }),
    ).rejects.toThrow(/2 of the 3 root keys together could/);
    expect((await previewAck(linus, order)).countAgain.map(({ id }) => id)).toEqual([theme]);
    const text = textOf(await ackEntries(linus, people.keys, order));
    expect(await readProposal(grace, people.keys, text)).toMatchObject({ type: 'ack', entries: [theme] });
    await cosign(grace, text);
    expect(counts(grace, theme)).toBe(true);
  });
});

describe('a grant by a root of several keys', () => {
  const rights = (signers: readonly NodeRuntime[]) => ({
    key: zoe.identity.id,
    name: 'Zoe',
    roles: ['operator', 'release'] as const,
    mayGrant: true,
    signers: idsOf(...signers),
  });

  test('gives rights that hang on the root alone, when enough of its keys have signed (L8)', async () => {
    await cosign(grace, textOf(await revokeKey(ada, people.keys, takeAllBack(rootOf(ada, grace)))));
    await carry(grace, zoe);
    const write = () => setConfig(zoe, { scope: { type: 'fleet' }, key: 'theme', value: 'light' });
    await expect(write()).rejects.toThrow(/key was revoked/);

    await carry(grace, linus);
    const text = textOf(await grantByRoot(linus, people.keys, rights([linus, grace])));
    expect(await readProposal(grace, people.keys, text)).toMatchObject({
      type: 'grant',
      grant: { keys: idsOf(zoe), name: 'Zoe', roles: ['operator', 'release'], mayGrant: true },
      missing: idsOf(grace),
    });
    await cosign(grace, text);
    await carry(grace, zoe);
    const again = await write();
    await carry(zoe, ada);
    expect(counts(ada, again)).toBe(true);
  });

  test('is not begun without enough root keys, a name, or a right (L8)', async () => {
    const grant = (change: object, signers = [ada, grace]) =>
      grantByRoot(ada, people.keys, { ...rights(signers), ...change });
    await expect(grant({}, [ada])).rejects.toThrow(/needs 2 of its keys/);
    await expect(grant({ name: ' ' })).rejects.toThrow(/called/);
    await expect(grant({ roles: [] })).rejects.toThrow(/may do/);
  });
});

describe('attack: a signature that is asked for as a formality', () => {
  const proposed = async (draft: EntryDraft) => encodeProposal(await ada.propose(draft, idsOf(grace)));

  test('is not given to an invitation, by whose link anybody would be in', async () => {
    const text = await proposed({
      action: 'grant',
      path: '/',
      parents: [],
      grant: undefined,
      body: grantBody({
        keys: idsOf(linus),
        threshold: 1,
        name: 'Zoe',
        roles: ['operator'],
        mayGrant: true,
        invitation: true,
        place: undefined,
      }),
    });
    await expect(readProposal(grace, people.keys, text)).rejects.toThrow(/for an invitation/);
    await expect(cosign(grace, text)).rejects.toThrow(/for an invitation/);
  });

  test('is not given to what stands under a grant, though it looks like a revoke by the root', async () => {
    const grant = ada.node.view().grants.find(({ body }) => body.name === 'Ada')!.entry.id;
    const body = revokeBody({ key: zoe.identity.id, frontier: [], reason: 'stolen' });
    const text = await proposed({ action: 'revoke', path: '/', parents: [], grant, body });
    await expect(cosign(grace, text)).rejects.toThrow(/no proposal for a root/);
  });
});
