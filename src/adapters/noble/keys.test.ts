import { describe, expect, test } from 'vitest';
import { vectors } from '../../../vectors/ed25519.json' with { type: 'json' };
import { keysAcceptance } from '../../ports/acceptance/keys.ts';
import { createMemoryRecordStore } from '../memory/record-store.ts';
import { createNobleKeys } from './keys.ts';

const randomness = { bytes: (count: number) => crypto.getRandomValues(new Uint8Array(count)) };

describe('Ed25519 by noble', () => {
  test.each(keysAcceptance(vectors))('$name', async ({ run }) => {
    const records = createMemoryRecordStore();
    const open = () => createNobleKeys({ records, randomness });
    await run({ keys: open(), reopen: open });
  });

  test('a damaged record is refused and left as it is, not replaced by a new key', async () => {
    const records = createMemoryRecordStore();
    await records.put({ 'identity/node': new Uint8Array(31) });
    await expect(createNobleKeys({ records, randomness }).identity('node')).rejects.toThrow(/damaged/);
    expect(await records.get('identity/node')).toEqual(new Uint8Array(31));
  });

  test('without a store, only seeds give identities', async () => {
    await expect(createNobleKeys({ randomness }).identity('node')).rejects.toThrow(/no store/);
  });
});
