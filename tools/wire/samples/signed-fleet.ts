import { createNobleKeys } from '../../../src/adapters/noble/keys.ts';
import { createLedger, type ReceivedEntry } from '../../../src/core/ledger/ledger.ts';
import { pictureOf } from '../../../src/core/ledger/testing/picture.ts';
import { type FileHash, type InfoHash, idFromBytes } from '../../../src/core/wire/encoding/ids.ts';
import { admissionBody, admissionPath } from '../../../src/core/wire/entry/admission.ts';
import type { Entry, UnsignedEntry } from '../../../src/core/wire/entry/entry.ts';
import { rootBody } from '../../../src/core/wire/entry/genesis.ts';
import { type GrantBody, grantBody, readRole } from '../../../src/core/wire/entry/grant.ts';
import { releaseBody, releasePath } from '../../../src/core/wire/entry/release.ts';
import { ackBody, revokeBody } from '../../../src/core/wire/entry/revoke.ts';
import { rolloutBody, rolloutPath } from '../../../src/core/wire/entry/rollout.ts';
import { valueBody } from '../../../src/core/wire/entry/tree.ts';
import { cosign, openPartlySigned, signAsAuthor, wholeEnvelope } from '../../../src/runtime/cosigning.ts';
import { openEnvelope } from '../../../src/runtime/intake/envelope.ts';

const VECTOR_KEYS = createNobleKeys({
  randomness: { bytes: () => new Uint8Array(32), fraction: () => 0 } as never,
});

type Fields = Partial<UnsignedEntry> & Pick<UnsignedEntry, 'action'>;

/**
 * A small fleet with real signatures by fixed seeds: two root keys, a revoke, an ack, a release by two of two, its rollout, a role of a
 * later version and what it writes in a folder of that version (W12). One envelope an entry, in the order written.
 */
export async function signedFleet(): Promise<readonly Uint8Array[]> {
  const [alice, bob, carol, device] = await Promise.all(
    [1, 2, 3, 4].map((fill) => VECTOR_KEYS.fromSeed(new Uint8Array(32).fill(fill))),
  );
  const written: ReceivedEntry[] = [];
  const sequences = new Map<string, number>();
  const write = async (by: typeof alice, fields: Fields, others: readonly (typeof alice)[] = []) => {
    const sequence = sequences.get(by!.id) ?? 0;
    sequences.set(by!.id, sequence + 1);
    const genesis = written[0]?.entry.id;
    const draft: UnsignedEntry = {
      fleet: genesis,
      path: '/',
      parents: [],
      authority: genesis === undefined ? [] : [genesis],
      author: by!.id,
      cosigners: others.map((other) => other!.id).sort(),
      sequence,
      grant: undefined,
      body: {},
      content: undefined,
      expiresAtMs: undefined,
      timeMs: 1_790_000_000_000 + written.length,
      ...fields,
    };
    let partly = await openPartlySigned(await signAsAuthor(draft, by!), VECTOR_KEYS);
    for (const other of others) partly = await cosign(partly, other!, VECTOR_KEYS);
    const received = await openEnvelope(wholeEnvelope(partly)!, VECTOR_KEYS);
    written.push(received);
    return received.entry;
  };
  const granted = (keys: readonly (typeof alice)[], rest: Partial<GrantBody> = {}) =>
    grantBody({
      keys: keys.map((key) => key!.id),
      threshold: keys.length,
      name: 'Somebody',
      roles: ['release', 'operator'],
      mayGrant: true,
      invitation: false,
      place: undefined,
      ...rest,
    });
  const grantOf = (entry: Entry) => ({ grant: entry.id });

  await write(
    alice,
    {
      action: 'root',
      body: rootBody({ fleetName: 'Field', version: 1, threshold: 2, keys: [alice!.id, bob!.id] }),
    },
    [bob],
  );
  const both = await write(alice, { action: 'grant', body: granted([alice, bob]) }, [bob]);
  const person = await write(alice, { action: 'grant', body: granted([carol], { roles: ['operator'] }) }, [
    bob,
  ]);
  await write(carol, {
    ...grantOf(person),
    action: 'admit',
    path: admissionPath(device!.id),
    body: admissionBody({ device: device!.id, name: 'Left door', site: 'Lobby', labels: {} }),
  });
  const kept = await write(carol, {
    ...grantOf(person),
    action: 'update',
    path: '/config/volume',
    body: valueBody(11),
  });
  await write(carol, {
    ...grantOf(person),
    action: 'update',
    path: '/config/motto',
    body: valueBody('gone'),
  });
  const release = await write(
    alice,
    {
      ...grantOf(both),
      action: 'create',
      path: releasePath('signage', 1),
      body: releaseBody({
        product: 'signage',
        version: '1.0.0',
        counter: 1,
        files: [
          { path: 'index.html', hash: idFromBytes<FileHash>(new Uint8Array(32).fill(7)), sizeBytes: 1 },
        ],
        health: { type: 'call', withinMs: 10_000 },
        infoHash: 'ab'.repeat(20) as InfoHash,
        metainfo: new Uint8Array(1),
      }),
    },
    [bob],
  );
  await write(
    bob,
    {
      ...grantOf(both),
      action: 'create',
      path: rolloutPath(1),
      parents: [release.id],
      body: rolloutBody({ release: release.id, select: { sites: ['Lobby'] } }),
    },
    [alice],
  );
  const revoke = await write(
    alice,
    {
      action: 'revoke',
      body: revokeBody({ key: carol!.id, frontier: [person.id], reason: 'left' }),
    },
    [bob],
  );
  await write(
    bob,
    {
      action: 'ack',
      authority: [revoke.id],
      path: kept.path,
      parents: [kept.id],
      body: ackBody({ entries: [kept.id] }),
    },
    [alice],
  );
  const gate = { roles: [readRole('gate')], mayGrant: false };
  const later = await write(alice, { action: 'grant', body: granted([device], gate) }, [bob]);
  await write(device, { ...grantOf(later), action: 'create', path: '/gates/lobby', body: { open: true } });
  return written.map(({ envelope }) => envelope);
}

/** What a node that takes these envelopes shows. */
export async function viewOf(envelopes: readonly Uint8Array[]): Promise<unknown> {
  const received = await Promise.all(envelopes.map((envelope) => openEnvelope(envelope, VECTOR_KEYS)));
  const ledger = createLedger(received.find((item) => item.entry.fleet === undefined)!.entry.id);
  for (const item of received) ledger.receive(item);
  return JSON.parse(pictureOf(ledger));
}
