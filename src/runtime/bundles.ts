import type { NodeInput } from '../core/node/input.ts';
import type { WireEffect } from '../core/overlay/wires.ts';
import type { InfoHash, NodeId, ReleaseId } from '../core/wire/ids.ts';
import { bundleLayout, type ReleaseManifest } from '../core/wire/release.ts';
import type { ByteChannel } from '../ports/connections.ts';
import type { ContentStore } from '../ports/content.ts';
import type { TorrentEvent, Torrents } from '../ports/torrents.ts';

/** The bundles of releases that this node holds or fetches, and the wires that carry them. */
export interface Bundles {
  /** Makes the torrent of files that are in the content store. */
  create: Torrents['create'];
  hold(release: ReleaseId): Promise<void>;
  /** Checks the files of a release that is held, and fetches those that the content store has lost or spoilt. */
  repair(release: ReleaseId): Promise<void>;
  /** Drops all other bundles, and the files that no kept release names. */
  keep(releases: readonly ReleaseId[]): Promise<void>;
  carryOut(effect: Extract<WireEffect, { type: 'open-channel' | 'attach-wire' | 'close-channel' }>): void;
  onLinkDown(peer: NodeId): void;
  close(): Promise<void>;
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
  const held = new Map<InfoHash, { readonly release: ReleaseId; whole: boolean }>();
  const channels = new Map<string, ByteChannel>();

  const announce = () =>
    tell({
      type: 'holdings-changed',
      bundles: Array.from(held, ([infoHash, { whole }]) => ({ infoHash, whole })),
    });

  const onEvent = (event: TorrentEvent) => {
    const bundle = held.get(event.infoHash);
    if (bundle === undefined) return;
    const { release } = bundle;
    switch (event.type) {
      case 'bundle-progress':
        return tell({ ...event, type: 'bundle-progressed' });
      case 'bundle-complete':
        bundle.whole = true;
        announce();
        return tell({ type: 'device-input', input: { type: 'bundle-complete', release } });
      case 'bad-piece':
        return tell({
          type: 'peer-misbehaved',
          peer: event.peer,
          reason: `piece ${event.index} of a release did not make its hash: it was changed on the way`,
          subject: release,
        });
      case 'wire-violated':
        return tell({
          type: 'peer-misbehaved',
          peer: event.peer,
          reason: `on a wire of a release: ${event.reason}`,
          subject: release,
        });
      case 'bundle-failed':
        held.delete(event.infoHash);
        announce();
        return tell({
          type: 'device-input',
          input: { type: 'bundle-failed', release, reason: `${FAILURES[event.reason]} (${event.detail})` },
        });
    }
  };
  const torrents = deps.torrents(onEvent);

  const keyOf = (peer: NodeId, channel: number) => `${peer} ${channel}`;

  const hold = async (release: ReleaseId) => {
    const manifest = manifestOf(release);
    if (manifest === undefined) return deps.trouble(`the release ${release} is not known here`);
    const { infoHash, metainfo, files } = manifest;
    if (held.has(infoHash)) return;
    const layout = bundleLayout(files);
    held.set(infoHash, { release, whole: false });
    torrents.hold({
      infoHash,
      metainfo,
      sizeBytes: layout.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
      files: layout,
    });
    announce();
  };

  return {
    create: torrents.create,
    hold,
    repair: async (release) => {
      const infoHash = manifestOf(release)?.infoHash;
      // One that is not whole is being checked or fetched already.
      if (infoHash === undefined || held.get(infoHash)?.whole !== true) return;
      held.delete(infoHash);
      await torrents.drop(infoHash);
      await hold(release);
    },
    keep: async (releases) => {
      const manifests = releases.map(manifestOf).filter((manifest) => manifest !== undefined);
      const needed = new Set(manifests.map(({ infoHash }) => infoHash));
      for (const infoHash of [...held.keys()])
        if (!needed.has(infoHash)) {
          held.delete(infoHash);
          await torrents.drop(infoHash);
        }
      announce();
      // A release that is not known here cannot be told from one that is not needed: then nothing is deleted.
      if (manifests.length === releases.length)
        await deps.content.retain(new Set(manifests.flatMap(({ files }) => files.map(({ hash }) => hash))));
    },
    carryOut: (effect) => {
      const key = keyOf(effect.peer, effect.channel);
      switch (effect.type) {
        case 'open-channel': {
          const channel = deps.openChannel(effect.peer, effect.channel);
          if (channel === undefined) return;
          channels.set(key, channel);
          channel.onClose(() => {
            if (channels.get(key) !== channel) return;
            channels.delete(key);
            tell({ type: 'wire-closed', peer: effect.peer, channel: effect.channel });
          });
          return;
        }
        case 'attach-wire': {
          const channel = channels.get(key);
          if (channel !== undefined && held.has(effect.infoHash))
            torrents.attach(effect.infoHash, effect.peer, channel);
          return;
        }
        case 'close-channel':
          channels.get(key)?.close();
      }
    },
    onLinkDown: (peer) => {
      for (const key of [...channels.keys()]) if (key.startsWith(`${peer} `)) channels.delete(key);
    },
    close: () => torrents.close(),
  };
}

const FAILURES: Record<Extract<TorrentEvent, { type: 'bundle-failed' }>['reason'], string> = {
  'file-hash-mismatch': 'a file does not make the SHA-256 that the release was signed with',
  'bad-metainfo': 'the torrent of the release does not fit its signed manifest',
  'storage-refused': 'the browser refuses to store the release',
  'engine-error': 'the torrent engine failed',
};
