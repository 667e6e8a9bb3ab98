import { webcrypto } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createSeededRandomness } from '../../adapters/loopback/clock.ts';
import { createPassphraseBox } from '../../adapters/webcrypto/passphrase-box.ts';
import { grantBody, readRole } from '../../core/wire/entry/grant.ts';
import { takeUpInvitation } from '../joining/take-up-invitation.ts';
import { setConfig } from './actions.ts';
import { makeBackup, openBackup } from './backup.ts';
import { ownGrant } from './own-grant.ts';
import { carry, createPeople, type People } from './testing/people.ts';

const PASSPHRASE = 'heron gravel tuesday lamp';
const SIGNALING = ['ws://signal.test'];
const randomness = createSeededRandomness(5);
const box = createPassphraseBox({ subtle: webcrypto.subtle as unknown as SubtleCrypto, randomness });

let people: People;
beforeEach(async () => {
  people = await createPeople();
});
afterEach(() => people.close());

const backUp = (by = people.ada, passphrase = PASSPHRASE) =>
  makeBackup(by, { keys: people.keys, randomness, box }, { passphrase, signaling: SIGNALING });

/** A guess: each file costs one or two key derivations, which are slow on purpose. */
const DERIVING_TIMEOUT_MS = 30_000;

describe('a backup', { timeout: DERIVING_TIMEOUT_MS }, () => {
  test('gives another browser the person’s roles, under a key of its own and without root rights (J7)', async () => {
    const { ada } = people;
    const { link, personName } = await openBackup(await backUp(), PASSPHRASE, box);
    expect(link).toMatchObject({ fleet: people.fleet, signaling: SIGNALING });
    const other = await people.stranger();
    await carry(ada, other);
    await takeUpInvitation(other, people.keys, link.invitation!, personName);
    await setConfig(other, { scope: { type: 'fleet' }, key: 'theme', value: 'blue' });
    await carry(other, ada);
    expect(ada.node.view().get('/config/fleet/theme')?.setBy.author).toBe(other.identity.id);
    expect(ada.node.view().quarantined.size).toBe(0);
    expect(ada.node.view().rootKeys).toEqual([ada.identity.id]);
    expect(ownGrant(other, 'release')).toBeDefined();
  });

  test('keeps the path of a person who may only publish one product', async () => {
    const grace = await people.invite(people.ada, 'Grace', { roles: ['release'], path: '/releases/menu' });
    const { link, personName } = await openBackup(await backUp(grace), PASSPHRASE, box);
    const other = await people.stranger();
    await carry(grace, other);
    await takeUpInvitation(other, people.keys, link.invitation!, personName);
    expect(ownGrant(other, 'release', '/releases/menu/1')).toBeDefined();
    expect(() => ownGrant(other, 'release', '/releases/till/1')).toThrow(/may not publish releases at/);
    expect(() => ownGrant(other, 'operator')).toThrow(/may not operate/);
  });

  test('is of the grant that means something here, not of one with more roles of a later version (W12)', async () => {
    const grace = await people.invite(people.ada, 'Grace', { roles: ['release'] });
    await people.ada.write({
      action: 'grant',
      path: '/',
      parents: [],
      grant: undefined,
      body: grantBody({
        keys: [grace.identity.id],
        threshold: 1,
        name: 'Grace',
        roles: ['gate', 'door'].map(readRole),
        mayGrant: true,
        invitation: false,
        place: undefined,
      }),
    });
    await carry(people.ada, grace);
    const { link, personName } = await openBackup(await backUp(grace), PASSPHRASE, box);
    const other = await people.stranger();
    await carry(grace, other);
    await takeUpInvitation(other, people.keys, link.invitation!, personName);
    expect(ownGrant(other, 'release')).toBeDefined();
  });

  test('is refused to rights that may not be passed on, to a stranger, and under a short passphrase', async () => {
    const grace = await people.invite(people.ada, 'Grace', { mayGrant: false });
    await expect(backUp(grace)).rejects.toThrow(/may not be passed on/);
    await expect(backUp(await people.stranger())).rejects.toThrow(/holds no rights/);
    await expect(backUp(people.ada, 'short')).rejects.toThrow(/under 12 characters/);
  });

  test('says in words what is wrong with the file or the passphrase', async () => {
    const file = await backUp();
    const [header, code] = file.split('\n') as [string, string];
    for (const [text, passphrase, words] of [
      [file, 'heron gravel tuesday lamb', /passphrase does not open/],
      [`${header}\n${code.slice(0, -4)}`, PASSPHRASE, /damaged/],
      [`${header}\n`, PASSPHRASE, /damaged/],
      ['{"a":1}', PASSPHRASE, /not a Fieldfare backup/],
      [file.replace('backup 1', 'backup 2'), PASSPHRASE, /another version/],
    ] as const)
      await expect(openBackup(text, passphrase, box)).rejects.toThrow(words);
  });

  test('opens whatever line ends and Unicode form the passphrase and the file come in', async () => {
    const file = await backUp(people.ada, 'crème brûlée at noon');
    const typed = 'crème brûlée at noon'.normalize('NFD');
    expect((await openBackup(file.replaceAll('\n', '\r\n'), typed, box)).personName).toBe('Ada');
  });
});
