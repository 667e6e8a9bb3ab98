import type { InfoHash, NodeId } from '../../core/wire/encoding/ids.ts';
import type { ByteChannel } from '../connections.ts';
import type { ContentStore } from '../content.ts';
import type { Bundle, BundleFile, TorrentEvent, Torrents } from '../torrents.ts';
import { type AcceptanceCase, check, checkEqual, until } from './acceptance-case.ts';
import { newSeed, seededRandom } from './random-parts.ts';
import { hashOf, inChunks } from './sample-bytes.ts';

export interface TorrentsFixture {
  /** A content store that is empty. */
  openContent(): Promise<ContentStore>;
  openTorrents(content: ContentStore, onEvent: (event: TorrentEvent) => void): Torrents;
  openChannels(options: ChannelOptions): ChannelPair;
}

export interface ChannelOptions {
  /** Cuts and joins what both ends get. */
  readonly random: () => number;
  /** Changes what the left one writes. */
  readonly tamper?: (bytes: Uint8Array) => Uint8Array;
}

/** Two joined channels. */
export interface ChannelPair {
  readonly left: ByteChannel;
  readonly right: ByteChannel;
}

/** One end of the cases: its stores, what its engine said, and the engine, which a case may open anew. */
export interface TorrentNode {
  readonly id: NodeId;
  readonly content: ContentStore;
  readonly events: TorrentEvent[];
  torrents: Torrents;
}

/**
 * How cases make nodes and join them; each case closes those that it made. Channels cut and join by chance, from a seed that stands in the
 * error of what fails.
 */
export interface TorrentScene {
  withNodes(name: string, run: (open: (id: string) => Promise<TorrentNode>) => Promise<void>): AcceptanceCase;
  /** Joins two nodes by a wire of that bundle; `tamper` changes what `from` writes. */
  link(
    from: TorrentNode,
    to: TorrentNode,
    infoHash: InfoHash,
    tamper?: (bytes: Uint8Array) => Uint8Array,
  ): ChannelPair;
  /** Two channels whose ends the case plays itself. */
  openChannels(): ChannelPair;
}

export function createTorrentScene(fixture: TorrentsFixture): TorrentScene {
  let random = seededRandom(0);
  const withNodes: TorrentScene['withNodes'] = (name, run) => ({
    name,
    run: async () => {
      const nodes: TorrentNode[] = [];
      const seed = newSeed();
      random = seededRandom(seed);
      try {
        await run(async (id) => {
          const content = await fixture.openContent();
          const events: TorrentEvent[] = [];
          const torrents = fixture.openTorrents(content, (event) => events.push(event));
          const node: TorrentNode = { id: id.padEnd(43, '_') as NodeId, content, events, torrents };
          nodes.push(node);
          return node;
        });
      } catch (error) {
        throw new Error(`seed ${seed}: ${String(error)}`);
      } finally {
        await Promise.all(nodes.map(({ torrents }) => torrents.close()));
        for (const { content } of nodes) content.close();
      }
    },
  });

  const link: TorrentScene['link'] = (from, to, infoHash, tamper) => {
    const { left, right } = fixture.openChannels({ random, ...(tamper && { tamper }) });
    from.torrents.attach(infoHash, to.id, left);
    to.torrents.attach(infoHash, from.id, right);
    return { left, right };
  };

  return { withNodes, link, openChannels: () => fixture.openChannels({ random }) };
}

/** Keeps the files in the node's content store and makes their torrent. */
export async function publish(
  node: { readonly content: ContentStore; readonly torrents: Torrents },
  contents: readonly Uint8Array[],
): Promise<Bundle> {
  const files: BundleFile[] = [];
  let offset = 0;
  for (const bytes of contents) {
    const hash = await hashOf(bytes);
    await node.content.putFile(hash, bytes.length, inChunks(bytes, 100_000));
    files.push({ hash, sizeBytes: bytes.length, offset });
    offset += bytes.length;
  }
  return { ...(await node.torrents.create('sample 1.0', files)), sizeBytes: offset, files };
}

export async function completion(node: TorrentNode, { infoHash }: Bundle) {
  const ended = () =>
    node.events.find(
      (event) =>
        (event.type === 'bundle-complete' || event.type === 'bundle-failed') && event.infoHash === infoHash,
    );
  await until(() => ended() !== undefined, 'the end of the bundle', 40_000);
  const event = ended()!;
  check(event.type === 'bundle-complete', `completion, not ${JSON.stringify(event)}`);
  return event;
}

export async function failure(node: TorrentNode, { infoHash }: Bundle): Promise<string> {
  const failed = () =>
    node.events.find((event) => event.type === 'bundle-failed' && event.infoHash === infoHash);
  await until(() => failed() !== undefined, 'the failure of the bundle');
  const event = failed()!;
  check(event.type === 'bundle-failed' && event.detail.length > 0, 'a detail in words');
  return event.reason;
}

export function lastProgress(node: TorrentNode) {
  return node.events.filter((event) => event.type === 'bundle-progress').at(-1);
}

export async function checkHas(
  node: TorrentNode,
  bundle: Bundle,
  contents: readonly Uint8Array[],
): Promise<void> {
  for (const [at, file] of bundle.files.entries()) {
    checkEqual(await node.content.readFile(file.hash, 0, file.sizeBytes), contents[at], `file ${at}`);
  }
  checkEqual(await node.content.getPiece(bundle.infoHash, 0), undefined, 'a piece in transit that is left');
}
