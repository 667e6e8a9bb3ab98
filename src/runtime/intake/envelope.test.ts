import { describe, expect, test } from 'vitest';
import { createNobleKeys } from '../../adapters/noble/keys.ts';
import { type EntryId, idFromBytes } from '../../core/wire/encoding/ids.ts';
import {
  decodeEnvelope,
  type Envelope,
  encodeEnvelope,
  type UnsignedEntry,
} from '../../core/wire/entry/entry.ts';
import { valueBody } from '../../core/wire/entry/tree.ts';
import { cosign, openPartlySigned, signAsAuthor, wholeEnvelope } from '../cosigning.ts';
import { openEnvelope } from './envelope.ts';

const keys = createNobleKeys({
  randomness: {
    bytes: () => {
      throw new Error('seeds are fixed here');
    },
    fraction: () => 0,
  } as Parameters<typeof createNobleKeys>[0]['randomness'],
});
const identity = (fill: number) => keys.fromSeed(new Uint8Array(32).fill(fill));

/** Signed by an author and two cosigners. */
async function whole(): Promise<Envelope> {
  const [author, one, two] = await Promise.all([1, 2, 3].map(identity));
  const draft: UnsignedEntry = {
    fleet: idFromBytes<EntryId>(new Uint8Array(32)),
    action: 'update',
    path: '/config',
    parents: [],
    authority: [],
    author: author!.id,
    cosigners: [one!.id, two!.id].sort(),
    sequence: 0,
    grant: undefined,
    body: valueBody(1),
    content: undefined,
    expiresAtMs: undefined,
    timeMs: 0,
  };
  let partly = await openPartlySigned(await signAsAuthor(draft, author!), keys);
  for (const cosigner of [one, two]) partly = await cosign(partly, cosigner!, keys);
  return decodeEnvelope(wholeEnvelope(partly)!);
}

const open = (envelope: Envelope) => openEnvelope(encodeEnvelope(envelope), keys);

describe('an envelope', () => {
  test('opens when its author and its cosigners have signed, in the order that the entry names', async () => {
    expect((await open(await whole()))?.entry.path).toBe('/config');
  });

  test.each<[string, (signatures: Envelope['signatures']) => Envelope['signatures']]>([
    ['attack: stripped of a cosignature', (signatures) => signatures.slice(0, 2)],
    ['attack: stripped of the author’s signature', (signatures) => signatures.slice(1)],
    ['attack: one cosignature twice in place of two', ([a, b]) => [a!, b!, b!]],
    ['attack: a signature more than the entry names', (signatures) => [...signatures, signatures[0]!]],
    ['in another order', ([a, b, c]) => [a!, c!, b!]],
  ])('%s is turned away, and the whole one is taken afterwards', async (_name, change) => {
    const envelope = await whole();
    await expect(open({ ...envelope, signatures: change(envelope.signatures) })).rejects.toThrow(
      /not signed by/,
    );
    expect(await open(envelope)).toBeDefined();
  });

  test('attack: a signature of another message', async () => {
    const envelope = await whole();
    const [author, ...others] = envelope.signatures;
    const forged = { ...author!, signature: others[0]!.signature };
    await expect(open({ ...envelope, signatures: [forged, ...others] })).rejects.toThrow(/does not hold/);
  });
});
