import type { Clock, Randomness } from '../ports/clock.ts';
import type { Connector } from '../ports/connections.ts';
import type { ContentStore } from '../ports/content.ts';
import type { KeptPlace } from '../ports/kept-place.ts';
import type { Keys } from '../ports/keys.ts';
import type { NetworkWatch } from '../ports/network-watch.ts';
import type { Signaling } from '../ports/signaling.ts';
import type { LedgerStore, RecordStore } from '../ports/stores.ts';
import type { TorrentEvent, Torrents } from '../ports/torrents.ts';

/** All that a running node does beyond deciding, it does by these. */
export interface RuntimePorts {
  readonly keys: Keys;
  readonly connector: Connector;
  readonly signaling: Signaling;
  readonly network: NetworkWatch;
  readonly ledgerStore: LedgerStore;
  readonly records: RecordStore;
  /** Where what must never go back is kept, beside `records`. */
  readonly places: readonly KeptPlace[];
  readonly content: ContentStore;
  readonly torrents: (onEvent: (event: TorrentEvent) => void) => Torrents;
  readonly clock: Clock;
  readonly randomness: Randomness;
}
