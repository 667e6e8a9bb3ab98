import type { NodeInput } from '../../src/core/node/input.ts';
import type { InfoHash, NodeId, ReleaseId } from '../../src/core/wire/encoding/ids.ts';
import { bundleLayout, type ReleaseManifest } from '../../src/core/wire/entry/release.ts';
import type { HostServices } from '../fleet/host.ts';
import type { NodeFrame } from '../fleet/node-frame.ts';
import type { WorkQueue } from '../fleet/work-queue.ts';
import { createBulkChannels } from './bulk-channels.ts';
import { createSwarm, type Swarm } from './swarm.ts';

/** The bundles of one node, in the stead of the runtime's and of the torrent engine. */
export interface BundleEngine {
  hold(release: ReleaseId): void;
  /** Drops all others, with their pieces. */
  keep(releases: readonly ReleaseId[]): void;
  isWhole(release: ReleaseId): boolean;
  open(peer: NodeId, channel: number): void;
  attach(peer: NodeId, channel: number, infoHash: InfoHash): void;
  close(peer: NodeId, channel: number): void;
  onFrame(peer: NodeId, frame: Exclude<NodeFrame, { type: 'control' }>): void;
  onLinkDown(peer: NodeId): void;
  onStallTimer(): void;
}

/** What a bundle's pieces are on a disk: 1 for each that is there. */
export type PiecesOnDisk = Map<InfoHash, Uint8Array>;

/** The least piece length, which holds up to 128 of them (B2). */
const PIECE_BYTES = 64 * 1024;
const MAX_PIECES = 128;
/** B6. */
const STALL_MS = 15_000;
/** A guess: a piece is on the disk so long after it came. */
const WRITE_MS = 2;
/** As the engine's port says: at most four times a second. */
const PROGRESS_MS = 250;

interface HeldBundle {
  readonly releases: Set<ReleaseId>;
  readonly swarm: Swarm;
}

export function createBundleEngine(deps: {
  readonly services: Pick<HostServices<NodeFrame>, 'random' | 'nowMs' | 'schedule'>;
  readonly send: (peer: NodeId, frame: NodeFrame) => void;
  readonly tell: (input: NodeInput) => void;
  readonly manifestOf: (release: ReleaseId) => ReleaseManifest | undefined;
  readonly disk: PiecesOnDisk;
  readonly writes: Pick<WorkQueue, 'push'>;
  /** Fires while something may stall. */
  readonly stallTimer: string;
  readonly onSent: (sizeBytes: number) => void;
}): BundleEngine {
  const { services, tell, manifestOf, disk } = deps;
  const channels = createBulkChannels(deps);
  const held = new Map<InfoHash, HeldBundle>();

  const announce = () =>
    tell({
      type: 'holdings-changed',
      bundles: Array.from(held, ([infoHash, { swarm }]) => ({ infoHash, whole: swarm.isWhole() })),
    });

  const tellComplete = (release: ReleaseId) =>
    tell({ type: 'device-input', input: { type: 'bundle-complete', release } });

  const begin = (release: ReleaseId, { infoHash, files }: ReleaseManifest): HeldBundle => {
    const sizeBytes = bundleLayout(files).reduce((sum, file) => sum + file.sizeBytes, 0);
    const count = Math.ceil(sizeBytes / PIECE_BYTES);
    if (count > MAX_PIECES) throw new RangeError(`no bundle of ${sizeBytes} bytes is simulated`);
    const pieces = (disk.get(infoHash) ?? new Uint8Array(count)).slice();
    const sizeOf = (piece: number) => Math.min(PIECE_BYTES, sizeBytes - piece * PIECE_BYTES);
    let toldAtMs = Number.NEGATIVE_INFINITY;
    const swarm = createSwarm({
      pieces,
      sizeOf,
      random: services.random,
      nowMs: services.nowMs,
      onSent: deps.onSent,
      keep: (piece, kept) =>
        deps.writes.push(WRITE_MS, () => {
          const written = disk.get(infoHash) ?? new Uint8Array(count);
          disk.set(infoHash, written);
          written[piece] = 1;
          kept();
        }),
      onKept: () => {
        const isWhole = swarm.isWhole();
        if (isWhole || services.nowMs() - toldAtMs >= PROGRESS_MS) {
          toldAtMs = services.nowMs();
          const bytesHere = isWhole ? sizeBytes : swarm.here() * PIECE_BYTES;
          tell({
            type: 'bundle-progressed',
            infoHash,
            bytesHere,
            sizeBytes,
            bytesFrom: new Map(swarm.bytesFrom),
          });
        }
        if (!isWhole) return;
        announce();
        for (const each of bundle.releases) tellComplete(each);
      },
    });
    const bundle: HeldBundle = { releases: new Set([release]), swarm };
    held.set(infoHash, bundle);
    return bundle;
  };

  return {
    hold: (release) => {
      const manifest = manifestOf(release);
      if (manifest === undefined) return;
      const known = held.get(manifest.infoHash);
      const { swarm, releases } = known ?? begin(release, manifest);
      releases.add(release);
      if (known === undefined) announce();
      if (swarm.isWhole()) tellComplete(release);
      services.schedule(deps.stallTimer, STALL_MS);
    },
    keep: (releases) => {
      const manifests = releases.map(manifestOf).filter((manifest) => manifest !== undefined);
      const needed = new Set(manifests.map(({ infoHash }) => infoHash));
      for (const [infoHash, { swarm }] of [...held])
        if (!needed.has(infoHash)) {
          held.delete(infoHash);
          swarm.close();
        }
      announce();
      // A release that is not known here cannot be told from one that is not needed: then nothing is deleted.
      if (manifests.length === releases.length)
        for (const infoHash of [...disk.keys()]) if (!needed.has(infoHash)) disk.delete(infoHash);
    },
    isWhole: (release) => {
      const manifest = manifestOf(release);
      return manifest !== undefined && (disk.get(manifest.infoHash)?.every((piece) => piece === 1) ?? false);
    },
    open: channels.open,
    attach: (peer, channel, infoHash) => {
      const bundle = held.get(infoHash);
      // It was dropped while the other end was asked.
      if (bundle === undefined) channels.close(peer, channel);
      else channels.attach(peer, channel, (bulk) => bundle.swarm.attach(peer, bulk));
    },
    close: channels.close,
    onFrame: channels.onFrame,
    onLinkDown: channels.onLinkDown,
    onStallTimer: () => {
      for (const { swarm } of held.values()) swarm.cutStalled(STALL_MS);
      if (Array.from(held.values()).some(({ swarm }) => !swarm.isWhole()))
        services.schedule(deps.stallTimer, STALL_MS);
    },
  };
}
