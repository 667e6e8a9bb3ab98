import { describe, test } from 'vitest';
import { byteChannelAcceptance } from '../../ports/acceptance/byte-channel.ts';
import { newSeed, seededRandom } from '../../ports/acceptance/random-parts.ts';
import { createByteChannelPair } from './byte-channel.ts';

describe.each([
  ['whole', () => undefined],
  ['cut and joined', () => seededRandom(newSeed())],
])('byte channels in memory, %s', (_, randomness) => {
  test.each(byteChannelAcceptance)('$name', async ({ run }) => {
    await run({
      open: async () => {
        const random = randomness();
        const pair = createByteChannelPair(random === undefined ? {} : { random });
        return { ...pair, cut: () => pair.left.close() };
      },
    });
  });
});
