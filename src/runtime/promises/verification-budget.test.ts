import { afterEach, beforeEach, expect, test } from 'vitest';
import { concatBytes } from '../../core/wire/encoding/cbor.ts';
import { bytesOfId, type EntryId } from '../../core/wire/encoding/ids.ts';
import { encodeEnvelope } from '../../core/wire/entry/entry.ts';
import { encodeMessage } from '../../core/wire/link/message.ts';
import { until } from '../../ports/acceptance/acceptance-case.ts';
import type { Keys } from '../../ports/keys.ts';
import { startNode } from '../node-runtime.ts';
import { carry, createPeople, type People } from '../operator/testing/people.ts';
import { createRawNeighbour } from '../testing/raw-neighbour.ts';

const URL = 'wss://one.test';
/** Of one neighbour at a time (M8). */
const MAX_CHECKS = 256;
const FORGERIES = 600;

let people: People;
let closing: (() => void | Promise<void>)[];

beforeEach(async () => {
  people = await createPeople();
  closing = [];
});
afterEach(async () => {
  for (const close of closing) await close();
  await people.close();
});

/** Counts the checks that were begun, and the most that were under way at once. */
function counting(keys: Keys) {
  const count = { begun: 0, most: 0, underway: 0 };
  return {
    count,
    keys: {
      ...keys,
      verify: async (...args: Parameters<Keys['verify']>) => {
        count.begun++;
        count.underway++;
        count.most = Math.max(count.most, count.underway);
        try {
          return await keys.verify(...args);
        } finally {
          count.underway--;
        }
      },
    },
  };
}

/** Envelopes of entries that nobody knows, each with a signature that does not hold. */
async function forgeries(): Promise<readonly Uint8Array[]> {
  const forged: Uint8Array[] = [];
  for (let at = 0; at < FORGERIES; at++) {
    const path = `/config/${at}`;
    const real = await people.ada.propose(
      { action: 'mkdir', path, parents: [], grant: grantOfAda(), body: {} },
      [],
    );
    const signatures = real.signatures.map(({ key, signature }) => {
      const bent = signature.slice();
      bent[at % 32]! ^= 1;
      return { key, signature: bent };
    });
    forged.push(encodeEnvelope({ ...real, signatures }));
  }
  return forged;
}

const grantOfAda = (): EntryId =>
  people.ada.node.view().grants.find(({ body }) => body.name === 'Ada')!.entry.id;

test('attack: a neighbour that sends forgeries by the hundred has a node check no more than a few hundred, and is banned (M7, M8)', async () => {
  const { keys, count } = counting(people.keys);
  const identity = await people.keys.fromSeed(new Uint8Array(32).fill(51));
  const victim = await startNode(
    { ...people.ports(), keys },
    { fleet: people.fleet, identity, signalingUrls: [URL], watchedSites: 'all', frame: undefined },
  );
  closing.push(victim.close);
  await carry(people.ada, victim);
  const domain = new TextEncoder().encode('fieldfare room 1\0');
  const room = (await people.keys.sha256(concatBytes([domain, bytesOfId(people.fleet)]))).slice(0, 16);
  const mallory = createRawNeighbour({
    ports: people.ports(),
    identity: await people.keys.fromSeed(new Uint8Array(32).fill(52)),
    fleet: people.fleet,
    url: URL,
    room,
  });
  closing.push(mallory.close);
  const connection = await mallory.link(identity.id);
  const forged = await forgeries();
  const before = count.begun;
  for (const envelope of forged) connection.send(encodeMessage({ type: 'entries', envelopes: [envelope] }));
  await until(() => victim.node.bans.isBanned(mallory.id), 'the ban');
  await until(() => mallory.ends.length === 1, 'the goodbye');
  await until(() => count.underway === 0, 'the last check');
  expect(count.most).toBeLessThanOrEqual(MAX_CHECKS);
  expect(count.begun - before, 'of so many forgeries').toBeLessThanOrEqual(MAX_CHECKS + 2 * 8);
}, 120_000);
