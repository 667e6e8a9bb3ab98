import { describe, expect, test } from 'vitest';
import { nobleVerify } from '../src/adapters/noble/verify.ts';
import { vectors } from '../vectors/ed25519.json' with { type: 'json' };
import { openJoinChecks } from './join-checks.ts';

const fromHex = (text: string) => new Uint8Array(Buffer.from(text, 'hex'));

/** A WebCrypto that multiplies by the cofactor, or says that it has no Ed25519. */
const subtleThat = (verifies: boolean | Error): SubtleCrypto =>
  ({
    generateKey: async () => undefined,
    importKey: async () => undefined,
    verify: async () => {
      if (verifies instanceof Error) throw verifies;
      return verifies;
    },
  }) as unknown as SubtleCrypto;

describe('joins are checked as strictly as every node checks (W6)', () => {
  test.each(vectors)('$name', async ({ key, message, signature, valid }) => {
    const { verify } = await openJoinChecks();
    expect(await verify(fromHex(key), fromHex(message), fromHex(signature))).toBe(valid);
  });

  test('by OpenSSL where that is strict, and in JavaScript where it is not', async () => {
    expect((await openJoinChecks()).verify).not.toBe(nobleVerify);
    expect((await openJoinChecks(subtleThat(false))).verify).not.toBe(nobleVerify);
    for (const subtle of [subtleThat(true), subtleThat(new Error('no Ed25519'))])
      expect((await openJoinChecks(subtle)).verify).toBe(nobleVerify);
  });
});
