import type { DeviceState } from '../../src/core/device/state.ts';
import type { ReceivedEntry } from '../../src/core/ledger/accepted.ts';
import type { InfoHash, ReleaseId } from '../../src/core/wire/encoding/ids.ts';
import type { ReleaseManifest } from '../../src/core/wire/entry/release.ts';
import { EMPTY_MARK, type HighWaterMark } from '../../src/core/wire/kept/high-water-mark.ts';
import type { KeptBans } from '../../src/core/wire/kept/kept-bans.ts';

/** What a node finds on its disk when it starts again. */
export interface NodeStorage {
  readonly entries: ReceivedEntry[];
  session: number;
  mark: HighWaterMark;
  bans: KeptBans | undefined;
  device: DeviceState | undefined;
  /** Of the releases in a device's slots. */
  readonly manifests: Map<ReleaseId, ReleaseManifest>;
  /** Of each bundle 1 for each piece that is there. */
  readonly pieces: Map<InfoHash, Uint8Array>;
}

export function createNodeStorage(founding: readonly ReceivedEntry[]): NodeStorage {
  return {
    entries: [...founding],
    session: 0,
    mark: EMPTY_MARK,
    bans: undefined,
    device: undefined,
    manifests: new Map(),
    pieces: new Map(),
  };
}
