import { afterAll, beforeAll, describe, test } from 'vitest';
import { type ConnectedChannels, connectChannels } from '../../ports/acceptance/connected-channels.ts';
import type { TorrentsFixture } from '../../ports/acceptance/torrent-scene.ts';
import { torrentTransferCases } from '../../ports/acceptance/torrent-transfers.ts';
import { torrentsCases } from '../../ports/acceptance/torrents.ts';
import type { Connector } from '../../ports/connections.ts';
import { createTimerClock } from '../loopback/clock.ts';
import { createByteChannelPair } from '../memory/byte-channel.ts';
import { createMemoryContentStore } from '../memory/content-store.ts';
import { createNativeConnector } from '../node-datachannel/connector.ts';
import { fallback } from '../relay/testing/meeting-place.ts';
import { createTorrents } from './torrents.ts';

const fixtureOver = (openChannels: TorrentsFixture['openChannels']): TorrentsFixture => ({
  openContent: async () => createMemoryContentStore(),
  openTorrents: (content, onEvent) => createTorrents({ content, onEvent }),
  openChannels,
});

describe('bundles over webtorrent', () => {
  for (const { name, run } of torrentsCases(fixtureOver(createByteChannelPair))) test(name, run, 60_000);
});

describe.each<[string, () => Connector]>([
  ['node-datachannel', () => createNativeConnector({ clock: createTimerClock() })],
  ['a relay', fallback],
])('bundles over webtorrent and %s', (_, createConnector) => {
  let channels: ConnectedChannels;

  beforeAll(async () => {
    channels = await connectChannels(createConnector());
  });
  afterAll(() => channels.close());

  for (const { name, run } of torrentTransferCases(fixtureOver((options) => channels.open(options))))
    test(name, run, 60_000);
});
