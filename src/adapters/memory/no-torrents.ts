import type { Torrents } from '../../ports/torrents.ts';

/** For nodes that exchange entries and statements alone: none is made or fetched. */
export const NO_TORRENTS: Torrents = {
  create: () => Promise.reject(new Error('these nodes make no torrents')),
  metainfoBytes: () => 0,
  hold: () => {},
  drop: async () => {},
  held: () => [],
  attach: () => {},
  close: async () => {},
};
