import type { NodeInput } from '../../core/node/input.ts';
import type { WireEffect } from '../../core/overlay/wires.ts';
import type { InfoHash, NodeId, ReleaseId } from '../../core/wire/encoding/ids.ts';
import { bundleLayout, type ReleaseManifest } from '../../core/wire/entry/release.ts';
import type { ByteChannel } from '../../ports/connections.ts';
import type { ContentStore } from '../../ports/content.ts';
import type { TorrentEvent, Torrents } from '../../ports/torrents.ts';
import { createWireChannels } from '../links/wire-channels.ts';

/** The bundles of releases that this node holds or fetches, and the wires that carry them. */
export interface Bundles {
  /** Makes the torrent of files that are in the content store. */
  create: Torrents['create'];
  metainfoBytes: Torrents['metainfoBytes'];
  hold(release: ReleaseId): Promise<void>;
  /** Checks the files of a release that is held, and fetches those that the content store has lost or spoilt. */
  repair(release: ReleaseId): Promise<void>;
  /** Holds it, and resolves when all of its files are here. Rejects with BundleFailed when they cannot be. */
  fetch(release: ReleaseId): Promise<void>;
  /** Drops all other bundles, and the files that no kept release names. */
  keep(releases: readonly ReleaseId[]): Promise<void>;
  carryOut(effect: Extract<WireEffect, { type: 'open-channel' | 'attach-wire' | 'close-channel' }>): void;
  onLinkDown(peer: NodeId): void;
  close(): Promise<void>;
}

export class BundleFailed extends Error {
  override readonly name = 'BundleFailed';
}

type Progress = Extract<TorrentEvent, { type: 'bundle-progress' }>;

type Layout = ReturnType<typeof bundleLayout>;

interface HeldBundle {
  readonly layout: Layout;
  /** Releases of one product, version and files have one torrent: what was published again under the next counter. */
  readonly releases: Set<ReleaseId>;
  whole: boolean;
  /** The newest that the engine said. */
  progress: Progress | undefined;
  /** What peers had sent when the newest of the releases was asked for: that release did not cost it. */
  bytesBefore: ReadonlyMap<NodeId, number>;
  readonly waiting: { readonly resolve: () => void; readonly reject: (error: BundleFailed) => void }[];
}

export function createBundles(deps: {
  readonly content: ContentStore;
  readonly torrents: (onEvent: (event: TorrentEvent) => void) => Torrents;
  readonly manifestOf: (release: ReleaseId) => ReleaseManifest | undefined;
  readonly openChannel: (peer: NodeId, channel: number) => ByteChannel | undefined;
  readonly tell: (input: NodeInput) => void;
  readonly trouble: (what: string) => void;
}): Bundles {
  const { manifestOf, tell } = deps;
  const held = new Map<InfoHash, HeldBundle>();
  const channels = createWireChannels(deps);

  const announce = () =>
    tell({
      type: 'holdings-changed',
      bundles: Array.from(held, ([infoHash, { whole }]) => ({ infoHash, whole })),
    });

  const tellProgress = ({ bytesBefore }: HeldBundle, progress: Progress) =>
    tell({ ...progress, type: 'bundle-progressed', bytesFrom: since(bytesBefore, progress.bytesFrom) });

  const tellComplete = (release: ReleaseId) =>
    tell({ type: 'device-input', input: { type: 'bundle-complete', release } });

  const tellFailed = (release: ReleaseId, reason: string) =>
    tell({ type: 'device-input', input: { type: 'bundle-failed', release, reason } });

  const onEvent = (event: TorrentEvent) => {
    const bundle = held.get(event.infoHash);
    if (bundle === undefined) return;
    const [subject] = bundle.releases as unknown as readonly [ReleaseId];
    switch (event.type) {
      case 'bundle-progress':
        bundle.progress = event;
        return tellProgress(bundle, event);
      case 'bundle-complete':
        bundle.whole = true;
        announce();
        for (const release of bundle.releases) tellComplete(release);
        for (const { resolve } of bundle.waiting.splice(0)) resolve();
        return;
      case 'bad-piece':
        return tell({
          type: 'peer-misbehaved',
          peer: event.peer,
          reason: `piece ${event.index} of a release did not make its hash: it was changed on the way`,
          subject,
        });
      case 'wire-violated':
        return tell({
          type: 'peer-misbehaved',
          peer: event.peer,
          reason: `on a wire of a release: ${event.reason}`,
          subject,
        });
      case 'bundle-failed': {
        const reason = `${FAILURES[event.reason]} (${event.detail})`;
        held.delete(event.infoHash);
        announce();
        for (const release of bundle.releases) tellFailed(release, reason);
        for (const { reject } of bundle.waiting.splice(0)) reject(new BundleFailed(reason));
      }
    }
  };
  const torrents = deps.torrents(onEvent);

  /** A bundle that is held, mostly for another release: its files are here, or on their way already. */
  const join = (bundle: HeldBundle, release: ReleaseId) => {
    if (!bundle.releases.has(release)) {
      bundle.releases.add(release);
      bundle.bytesBefore = new Map(bundle.progress?.bytesFrom);
      if (bundle.progress !== undefined) tellProgress(bundle, bundle.progress);
    }
    if (bundle.whole) tellComplete(release);
  };

  const begin = ({ infoHash, metainfo }: ReleaseManifest, bundle: HeldBundle) => {
    held.set(infoHash, bundle);
    torrents.hold({
      infoHash,
      metainfo,
      sizeBytes: bundle.layout.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
      files: bundle.layout,
    });
    announce();
  };

  /** Throws BundleFailed. */
  const hold = (release: ReleaseId): HeldBundle => {
    const manifest = manifestOf(release);
    if (manifest === undefined) throw new BundleFailed(`the release ${release} is not known here`);
    const layout = bundleLayout(manifest.files);
    const known = held.get(manifest.infoHash);
    if (known !== undefined) {
      // Attack: one torrent, cut into other files, would pass for whole while not one of these is here.
      if (!isSameLayout(layout, known.layout))
        throw new BundleFailed('the torrent of the release is that of another one, which has other files');
      join(known, release);
      return known;
    }
    const bundle: HeldBundle = {
      layout,
      releases: new Set([release]),
      whole: false,
      progress: undefined,
      bytesBefore: new Map(),
      waiting: [],
    };
    begin(manifest, bundle);
    return bundle;
  };

  return {
    create: torrents.create,
    metainfoBytes: torrents.metainfoBytes,
    hold: async (release) => {
      try {
        hold(release);
      } catch (error) {
        if (!(error instanceof BundleFailed)) throw error;
        deps.trouble(error.message);
        // One that is not known here may be: a ledger that came back short is sent again.
        if (manifestOf(release) !== undefined) tellFailed(release, error.message);
      }
    },
    fetch: async (release) => {
      const bundle = hold(release);
      if (!bundle.whole)
        await new Promise<void>((resolve, reject) => bundle.waiting.push({ resolve, reject }));
    },
    repair: async (release) => {
      const manifest = manifestOf(release);
      const bundle = manifest && held.get(manifest.infoHash);
      // One that is not whole is being checked or fetched already.
      if (manifest === undefined || bundle?.whole !== true) return;
      const again: HeldBundle = { ...bundle, whole: false, progress: undefined, bytesBefore: new Map() };
      held.set(manifest.infoHash, again);
      await torrents.drop(manifest.infoHash);
      if (held.get(manifest.infoHash) === again) begin(manifest, again);
    },
    keep: async (releases) => {
      const manifests = releases.map(manifestOf).filter((manifest) => manifest !== undefined);
      const needed = new Set(manifests.map(({ infoHash }) => infoHash));
      for (const [infoHash, bundle] of [...held])
        if (!needed.has(infoHash)) {
          held.delete(infoHash);
          for (const { reject } of bundle.waiting) reject(new BundleFailed('It is not held any more.'));
          await torrents.drop(infoHash);
        }
      announce();
      // A release that is not known here cannot be told from one that is not needed: then nothing is deleted.
      if (manifests.length === releases.length)
        await deps.content.retain(new Set(manifests.flatMap(({ files }) => files.map(({ hash }) => hash))));
    },
    carryOut: (effect) => {
      const { peer, channel: number } = effect;
      switch (effect.type) {
        case 'open-channel':
          return channels.open(peer, number);
        case 'attach-wire': {
          const channel = channels.get(peer, number);
          if (channel === undefined) return;
          if (held.has(effect.infoHash)) torrents.attach(effect.infoHash, peer, channel);
          // It was dropped while the other end was asked.
          else channel.close();
          return;
        }
        case 'close-channel':
          channels.get(peer, number)?.close();
      }
    },
    onLinkDown: channels.onLinkDown,
    close: () => {
      for (const { waiting } of held.values())
        for (const { reject } of waiting.splice(0)) reject(new BundleFailed('This node was closed.'));
      return torrents.close();
    },
  };
}

function isSameLayout(a: Layout, b: Layout): boolean {
  return a.length === b.length && a.every(({ hash }, index) => hash === b[index]?.hash);
}

/** Counts above those of an earlier moment. */
function since(
  before: ReadonlyMap<NodeId, number>,
  counts: ReadonlyMap<NodeId, number>,
): ReadonlyMap<NodeId, number> {
  if (before.size === 0) return counts;
  return new Map(Array.from(counts, ([peer, bytes]) => [peer, bytes - (before.get(peer) ?? 0)]));
}

const FAILURES: Record<Extract<TorrentEvent, { type: 'bundle-failed' }>['reason'], string> = {
  'file-hash-mismatch': 'a file does not make the SHA-256 that the release was signed with',
  'bad-metainfo': 'the torrent of the release does not fit its signed manifest',
  'storage-refused': 'the browser refuses to store the release',
  'engine-error': 'the torrent engine failed',
};
