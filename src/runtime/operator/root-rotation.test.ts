import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { EntryId } from '../../core/wire/encoding/ids.ts';
import { rootBody } from '../../core/wire/entry/genesis.ts';
import { grantBody } from '../../core/wire/entry/grant.ts';
import { encodeProposal } from '../../core/wire/entry/proposal.ts';
import { openPartlySigned, signAsAuthor } from '../cosigning.ts';
import type { NodeRuntime } from '../node-runtime.ts';
import { writePersonInvitation } from './invitation.ts';
import { cosignProposal, readProposal } from './proposals.ts';
import { proposeRoot, type RootPlan } from './root-rotation.ts';
import type { SigningOutcome } from './signing.ts';
import { carry, createPeople, type People } from './testing/people.ts';

let people: People;
let ada: NodeRuntime;
let grace: NodeRuntime;
let linus: NodeRuntime;

beforeEach(async () => {
  people = await createPeople();
  ada = people.ada;
  grace = await people.stranger();
  linus = await people.stranger();
});
afterEach(() => people.close());

const idsOf = (...nodes: readonly NodeRuntime[]) => nodes.map(({ identity }) => identity.id);

const textOf = (outcome: SigningOutcome): string => {
  if (outcome.type !== 'proposed') throw new Error('it was written at once');
  return outcome.text;
};

const propose = (by: NodeRuntime, plan: Omit<RootPlan, 'instead'>, instead?: EntryId) =>
  proposeRoot(by, people.keys, { ...plan, instead });
const cosign = (by: NodeRuntime, text: string, instead?: EntryId) =>
  cosignProposal(by, people.keys, text, instead);

async function split(instead?: EntryId): Promise<void> {
  const all = idsOf(ada, grace, linus);
  const text = textOf(await propose(ada, { keys: all, threshold: 2, signers: all }, instead));
  const once = textOf(await cosign(grace, text));
  const outcome = await cosign(linus, once);
  expect(outcome.type).toBe('written');
  for (const node of [ada, grace]) await carry(linus, node);
}

describe('a root that one key may change alone', () => {
  test('is written at once when nobody else has to sign', async () => {
    const outcome = await propose(ada, {
      keys: idsOf(ada, grace),
      threshold: 1,
      signers: idsOf(ada),
    });
    expect(outcome.type).toBe('written');
    expect(ada.node.view()).toMatchObject({ rootVersion: 2, rootThreshold: 1 });
    expect([...ada.node.view().rootKeys].sort()).toEqual(idsOf(ada, grace).sort());
  });

  test('is split into two of three by passing a text around, and each sees what it changes', async () => {
    const all = idsOf(ada, grace, linus);
    const text = textOf(await propose(ada, { keys: all, threshold: 2, signers: all }));
    expect(ada.node.view().rootVersion).toBe(1);
    expect(await readProposal(grace, people.keys, text)).toMatchObject({
      type: 'root',
      before: { version: 1, threshold: 1, keys: idsOf(ada) },
      after: { version: 2, threshold: 2, keys: [...all].sort() },
      proposer: ada.identity.id,
      signed: idsOf(ada),
      missing: idsOf(grace, linus).sort(),
    });
    // Signed apart, and the copies laid together.
    const copies = [textOf(await cosign(grace, text)), textOf(await cosign(linus, text))];
    expect((await cosign(ada, copies.join('\n'))).type).toBe('written');
    await carry(ada, grace);
    expect(grace.node.view()).toMatchObject({ rootVersion: 2, rootThreshold: 2 });
  });
});

describe('after a split into two of three', () => {
  test('one root key alone can grant nothing as root', async () => {
    await split();
    await expect(
      writePersonInvitation(grace, people.keys, {
        seed: new Uint8Array(32).fill(9),
        name: 'Invitation for a person',
        roles: ['operator'],
        path: '/',
        mayGrant: false,
        expiresAtMs: undefined,
      }),
    ).rejects.toThrow(/the root needs 2 of its 3 keys/);
    // And a page that was tampered with gets no further: the ledger refuses.
    await expect(
      ada.write({
        action: 'grant',
        path: '/',
        parents: [],
        grant: undefined,
        body: grantBody({
          keys: idsOf(linus),
          threshold: 1,
          name: 'Linus',
          roles: ['operator'],
          mayGrant: false,
          invitation: false,
          place: undefined,
        }),
      }),
    ).rejects.toThrow(/1 of 2 root signatures/);
  });

  test('two keys replace the third without it', async () => {
    await split();
    const zoe = await people.stranger();
    for (const node of [zoe]) await carry(ada, node);
    const text = textOf(
      await propose(ada, {
        keys: idsOf(ada, grace, zoe),
        threshold: 2,
        signers: idsOf(ada, grace),
      }),
    );
    expect((await cosign(grace, text)).type).toBe('written');
    expect(grace.node.view().rootKeys).not.toContain(linus.identity.id);
  });

  test('a proposal for the root before it is not finished, which would fork the root', async () => {
    const stale = textOf(
      await propose(ada, {
        keys: idsOf(ada, grace),
        threshold: 2,
        signers: idsOf(ada, grace),
      }),
    );
    await split((await ada.signedRoots.of(2))[0]);
    await expect(cosign(grace, stale)).rejects.toThrow(/follows another root than version 2/);
    expect(grace.node.view().rootForkedAt).toBeUndefined();
  });
});

describe('a proposal is refused', () => {
  test('when its signers could never reach both thresholds', async () => {
    const plan = { keys: idsOf(grace, linus), threshold: 2, signers: idsOf(ada, grace) };
    await expect(propose(ada, plan)).rejects.toThrow(/needs 2 keys of the new root/);
  });

  test('when it is cut short, of another kind, or of another fleet', async () => {
    const all = idsOf(ada, grace);
    const text = textOf(await propose(ada, { keys: all, threshold: 2, signers: all }));
    const elsewhere = await createPeople();
    for (const [pasted, words] of [
      [text.slice(0, -3), /cut short or changed/],
      ['https://app.test/#/join/abc', /not a proposal/],
      ['', /Paste the proposal first/],
    ] as const)
      await expect(readProposal(grace, people.keys, pasted)).rejects.toThrow(words);
    await expect(readProposal(elsewhere.ada, people.keys, text)).rejects.toThrow(/another fleet/);
    await elsewhere.close();
  });

  test('when a signature was put in by a key that it does not name, or does not hold', async () => {
    const all = idsOf(ada, grace);
    const text = textOf(await propose(ada, { keys: all, threshold: 2, signers: all }));
    const { decodeProposal } = await import('../../core/wire/entry/proposal.ts');
    const envelope = decodeProposal(text);
    const [first] = envelope.signatures;
    const foreign = encodeProposal({
      ...envelope,
      signatures: [first!, { key: new Uint8Array(32).fill(8), signature: new Uint8Array(64) }],
    });
    await expect(readProposal(grace, people.keys, foreign)).rejects.toThrow(/does not name/);
    const broken = encodeProposal({
      ...envelope,
      signatures: [{ ...first!, signature: first!.signature.map((byte) => byte ^ 1) }],
    });
    await expect(readProposal(grace, people.keys, broken)).rejects.toThrow(/does not hold/);
  });

  test('when it asks for a signature under something that is no root', async () => {
    const envelope = await signAsAuthor(
      {
        fleet: people.fleet,
        action: 'mkdir',
        path: '/',
        parents: [people.fleet],
        authority: [people.fleet],
        author: ada.identity.id,
        cosigners: idsOf(grace),
        sequence: 9,
        grant: undefined,
        body: rootBody({ fleetName: 'x', version: 2, threshold: 1, keys: idsOf(ada) }),
        content: undefined,
        expiresAtMs: undefined,
        timeMs: 0,
      },
      ada.identity,
    );
    expect((await openPartlySigned(envelope, people.keys)).missing).toEqual(idsOf(grace));
    await expect(cosign(grace, encodeProposal(envelope))).rejects.toThrow(
      /no proposal for a root, or for a grant, revoke or ack/,
    );
  });

  test('by a browser whose signature it does not ask for', async () => {
    const all = idsOf(ada, grace);
    const text = textOf(await propose(ada, { keys: all, threshold: 2, signers: all }));
    await expect(cosign(linus, text)).rejects.toThrow(/does not ask for the signature/);
  });
});

describe('of one version a key signs one root (K4)', () => {
  const proposals = async () => {
    const all = idsOf(ada, grace, linus);
    const first = textOf(await propose(ada, { keys: all, threshold: 2, signers: all }));
    const [signed] = await ada.signedRoots.of(2);
    const second = textOf(await propose(ada, { keys: all, threshold: 1, signers: all }, signed));
    return { first, second, all };
  };

  test('its proposer is stopped at the second', async () => {
    const all = idsOf(ada, grace);
    await propose(ada, { keys: all, threshold: 2, signers: all });
    await expect(propose(ada, { keys: all, threshold: 1, signers: all })).rejects.toThrow(
      /has signed another proposal for root 2.*the fleet halts/,
    );
  });

  test('whoever is asked to sign two of them is stopped at the second, and not by the same one twice', async () => {
    const { first, second } = await proposals();
    await cosign(grace, first);
    await expect(cosign(grace, second)).rejects.toThrow(/has signed another proposal for root 2/);
    expect((await cosign(grace, first)).type).toBe('proposed');
  });

  test('until a person says that the one before is destroyed; that one is then the one to be stopped at', async () => {
    const { first, second } = await proposals();
    await cosign(grace, first);
    const [signed] = await grace.signedRoots.of(2);
    expect((await cosign(grace, second, signed)).type).toBe('proposed');
    await expect(cosign(grace, first)).rejects.toThrow(/has signed another proposal for root 2/);
  });

  test('and the next version is another matter', async () => {
    await split();
    const text = textOf(
      await propose(ada, { keys: idsOf(ada, grace), threshold: 2, signers: idsOf(ada, grace) }),
    );
    expect((await cosign(grace, text)).type).toBe('written');
  });
});
