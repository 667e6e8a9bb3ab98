import { describe, test } from 'vitest';
import { torrentsCases } from '../../ports/acceptance/torrents.ts';
import { createByteChannelPair } from '../memory/byte-channel.ts';
import { createMemoryContentStore } from '../memory/content-store.ts';
import { createTorrents } from './torrents.ts';

describe('bundles over webtorrent', () => {
  const cases = torrentsCases({
    openContent: async () => createMemoryContentStore(),
    openTorrents: (content, onEvent) => createTorrents({ content, onEvent }),
    openChannels: (tamper) => createByteChannelPair(tamper === undefined ? {} : { tamper }),
  });
  for (const { name, run } of cases) test(name, run, 60_000);
});
