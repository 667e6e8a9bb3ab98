import { describe, expect, test } from 'vitest';
import { vectors } from '../../../vectors/ed25519.json' with { type: 'json' };
import { keysAcceptance } from '../../ports/acceptance/keys.ts';
import { createMemoryRecordStore } from '../memory/record-store.ts';
import { hasStrictEd25519 } from './detect.ts';
import { createWebCryptoKeys } from './keys.ts';

const { subtle } = crypto;

describe('Ed25519 by WebCrypto', () => {
  test.each(keysAcceptance(vectors))('$name', async ({ run }) => {
    const records = createMemoryRecordStore();
    const open = () => createWebCryptoKeys({ subtle, records });
    await run({ keys: open(), reopen: open });
  });

  test('the private key in the store cannot be exported', async () => {
    const records = createMemoryRecordStore();
    await createWebCryptoKeys({ subtle, records }).identity('node');
    const kept = (await records.get('identity/node')) as { privateKey: CryptoKey };
    expect(kept.privateKey.extractable).toBe(false);
    await expect(subtle.exportKey('pkcs8', kept.privateKey)).rejects.toThrow();
  });

  test('a damaged record is refused and left as it is, not replaced by a new key', async () => {
    const records = createMemoryRecordStore();
    await records.put({ 'identity/node': { publicKey: new Uint8Array(32) } });
    await expect(createWebCryptoKeys({ subtle, records }).identity('node')).rejects.toThrow(/damaged/);
  });

  test('this platform is found to have strict Ed25519, and one without SubtleCrypto is not', async () => {
    expect(await hasStrictEd25519(subtle)).toBe(true);
    expect(await hasStrictEd25519(undefined)).toBe(false);
  });

  test('a platform that multiplies by the cofactor is not taken', async () => {
    const lenient = Object.assign(Object.create(subtle) as SubtleCrypto, {
      generateKey: async () => ({}),
      importKey: async () => ({}),
      verify: async () => true,
    });
    expect(await hasStrictEd25519(lenient)).toBe(false);
  });
});
