import { describe, expect, test } from 'vitest';
import { vectors } from '../../../vectors/ed25519.json' with { type: 'json' };
import { bytesOfId } from '../../core/wire/encoding/ids.ts';
import { keysAcceptance } from '../../ports/acceptance/keys.ts';
import { browserRandomness } from '../browser/clock.ts';
import { createMemoryRecordStore } from '../memory/record-store.ts';
import { createNobleKeys } from '../noble/keys.ts';
import { createNodeChecks } from './checks.ts';

describe('Ed25519 by Node, with keys of plain JavaScript', () => {
  test.each(keysAcceptance(vectors))('$name', async ({ run }) => {
    const records = createMemoryRecordStore();
    const open = () => ({
      ...createNobleKeys({ records, randomness: browserRandomness }),
      ...createNodeChecks(),
    });
    await run({ keys: open(), reopen: open });
  });

  test('signatures that come together, checked here or on a thread, are told apart', async () => {
    const { verify } = createNodeChecks();
    const { identity } = createNobleKeys({
      records: createMemoryRecordStore(),
      randomness: browserRandomness,
    });
    const author = await identity('author');
    const key = bytesOfId(author.id);
    const messages = [1, 2, 3, 4].map((byte) => Uint8Array.of(byte));
    const signatures = await Promise.all(messages.map((message) => author.sign(message)));
    for (const forged of [0, 1, 3]) {
      const outcomes = await Promise.all(
        messages.map((message, at) =>
          verify(key, at === forged ? Uint8Array.of(9) : message, signatures[at]!),
        ),
      );
      expect(outcomes).toEqual(messages.map((_, at) => at !== forged));
    }
  });

  test('more keys than stay read are answered all the same', async () => {
    const { verify } = createNodeChecks();
    const { identity } = createNobleKeys({
      records: createMemoryRecordStore(),
      randomness: browserRandomness,
    });
    const message = Uint8Array.of(1, 2, 3);
    const first = await identity('first');
    const signature = await first.sign(message);
    const key = bytesOfId(first.id);
    for (let number = 0; number < 300; number++)
      expect(await verify(browserRandomness.bytes(32), message, signature)).toBe(false);
    expect(await verify(key, message, signature)).toBe(true);
  });
});
