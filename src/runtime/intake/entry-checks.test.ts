import { expect, test } from 'vitest';
import { createMemoryRecordStore } from '../../adapters/memory/record-store.ts';
import { createWebCryptoKeys } from '../../adapters/webcrypto/keys.ts';
import { type EntryId, idFromBytes } from '../../core/wire/encoding/ids.ts';
import { decodeEnvelope, encodeEnvelope, type UnsignedEntry } from '../../core/wire/entry/entry.ts';
import { valueBody } from '../../core/wire/entry/tree.ts';
import type { Keys } from '../../ports/keys.ts';
import { createEntryChecks } from './entry-checks.ts';
import { sealEntry } from './envelope.ts';

const platform = createWebCryptoKeys({ subtle: crypto.subtle, records: createMemoryRecordStore() });

async function sealed(): Promise<Uint8Array> {
  const author = await platform.fromSeed(new Uint8Array(32).fill(1));
  const draft: UnsignedEntry = {
    fleet: idFromBytes<EntryId>(new Uint8Array(32)),
    action: 'update',
    path: '/config',
    parents: [],
    authority: [],
    author: author.id,
    sequence: 0,
    grant: undefined,
    body: valueBody(1),
    content: undefined,
    expiresAtMs: undefined,
    timeMs: 0,
  };
  return (await sealEntry(draft, author, platform)).envelope;
}

function counting(keys: Keys) {
  let verified = 0;
  return {
    keys: {
      ...keys,
      verify: (...parameters: Parameters<Keys['verify']>) => {
        verified++;
        return keys.verify(...parameters);
      },
    },
    verified: () => verified,
  };
}

test('copies of one entry that come over several links at once cost one check', async () => {
  const { keys, verified } = counting(platform);
  const taken = new Set<EntryId>();
  const checks = createEntryChecks(keys, (id) => taken.has(id));
  const envelope = await sealed();
  const results = await Promise.all([1, 2, 3].map(() => checks.open(envelope)));
  expect(results.filter(({ type }) => type === 'new')).toHaveLength(1);
  // Whole, and not yet with the node: a further copy is still none.
  const { id } = results.flatMap((opened) => (opened.type === 'new' ? [opened.value.entry] : []))[0]!;
  expect(await checks.open(envelope)).toEqual({ type: 'known', item: id });
  taken.add(id);
  checks.delivered(id);
  expect(await checks.open(envelope)).toEqual({ type: 'known', item: id });
  expect(verified()).toBe(1);
});

test('attack: a forged copy that is sent ahead does not keep the whole one out', async () => {
  const { keys, verified } = counting(platform);
  const checks = createEntryChecks(keys, () => false);
  const envelope = await sealed();
  const { signedBytes, signatures } = decodeEnvelope(envelope);
  const signature = signatures[0]!.signature.slice();
  signature[5]! ^= 1;
  const forged = encodeEnvelope({ signedBytes, signatures: [{ key: signatures[0]!.key, signature }] });
  const [first, second, whole] = await Promise.allSettled([forged, forged, envelope].map(checks.open));
  expect(first!.status).toBe('rejected');
  expect(second!.status).toBe('rejected');
  expect(whole).toMatchObject({
    status: 'fulfilled',
    value: { type: 'new', value: { entry: { path: '/config' } } },
  });
  expect(verified()).toBe(3);
});
