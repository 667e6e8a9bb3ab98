import { beforeEach, describe, expect, test, vi } from 'vitest';
import { createByteChannelPair } from '../../adapters/memory/byte-channel.ts';
import type { NodeInput } from '../../core/node/input.ts';
import type { FileHash, InfoHash, NodeId, ReleaseId } from '../../core/wire/encoding/ids.ts';
import type { ReleaseManifest } from '../../core/wire/entry/release.ts';
import type { ByteChannel } from '../../ports/connections.ts';
import type { ContentStore } from '../../ports/content.ts';
import type { TorrentEvent, Torrents } from '../../ports/torrents.ts';
import { type Bundles, createBundles } from './bundles.ts';

const id = (counter: number) => `release ${counter}` as ReleaseId;
const file = (name: string) => ({ path: name, hash: `hash of ${name}` as FileHash, sizeBytes: 10 });

/** Release `counter` has the files of release `like`: one of its own and one that all share. */
const manifest = (counter: number, like = counter): ReleaseManifest => ({
  product: 'menu',
  version: `${like}.0`,
  counter,
  files: [file('shared.js'), file(`page ${like}.html`)],
  health: { type: 'call', withinMs: 1_000 },
  infoHash: String(like).repeat(40) as InfoHash,
  metainfo: new Uint8Array(8),
});

let known: Map<ReleaseId, ReleaseManifest>;
let retained: (readonly FileHash[])[];
let dropped: InfoHash[];
let begun: InfoHash[];
let told: NodeInput[];
let troubles: string[];
let say: (event: TorrentEvent) => void;
let attached: ByteChannel[];
/** What the link's other end has of each channel that was opened. */
let farEnds: Map<number, ByteChannel>;
let canOpen: boolean;
let bundles: Bundles;

beforeEach(() => {
  known = new Map([1, 2, 3].map((counter) => [id(counter), manifest(counter)]));
  [retained, dropped, begun, told, troubles, attached] = [[], [], [], [], [], []];
  farEnds = new Map();
  canOpen = true;
  const torrents: Torrents = {
    create: () => Promise.reject(new Error('nothing is published here')),
    metainfoBytes: () => 0,
    hold: ({ infoHash }) => {
      begun.push(infoHash);
    },
    drop: async (infoHash) => {
      dropped.push(infoHash);
    },
    held: () => [],
    attach: (_infoHash, _peer, channel) => attached.push(channel),
    close: async () => {},
  };
  bundles = createBundles({
    manifestOf: (release) => known.get(release),
    content: {
      retain: async (files: ReadonlySet<FileHash>) => retained.push([...files].sort()),
    } as never as ContentStore,
    torrents: (onEvent) => {
      say = onEvent;
      return torrents;
    },
    openChannel: (_peer, number) => {
      if (!canOpen) throw new RangeError(`bulk channel ${number} is in use`);
      const { left, right } = createByteChannelPair();
      farEnds.set(number, right);
      return left;
    },
    tell: (input) => told.push(input),
    trouble: (what) => troubles.push(what),
  });
});

const infoHash = (counter: number) => manifest(counter).infoHash;

describe('what a device keeps (B8)', () => {
  test('is the bundles and files of the releases that it names, and no others', async () => {
    for (const counter of [1, 2, 3]) await bundles.hold(id(counter));
    await bundles.keep([id(2), id(3)]);
    expect(dropped).toEqual([infoHash(1)]);
    expect(retained).toEqual([['hash of page 2.html', 'hash of page 3.html', 'hash of shared.js']]);
  });

  test('is everything while one of them is not known: a ledger that is short deletes nothing', async () => {
    await bundles.hold(id(1));
    known.delete(id(3));
    await bundles.keep([id(2), id(3)]);
    expect(retained).toEqual([]);
  });
});

describe('a release of the same files under another counter (B9)', () => {
  const completed = () =>
    told.flatMap((input) =>
      input.type === 'device-input' && input.input.type === 'bundle-complete' ? [input.input.release] : [],
    );
  const progress = (from: Record<string, number>): TorrentEvent => ({
    type: 'bundle-progress',
    infoHash: infoHash(1),
    sizeBytes: 20,
    bytesHere: 20,
    bytesFrom: new Map(Object.entries(from).map(([peer, bytes]) => [peer as NodeId, bytes])),
    bytesSent: 0,
  });
  const whole: TorrentEvent = {
    type: 'bundle-complete',
    infoHash: infoHash(1),
    bytesFrom: new Map(),
    bytesKept: 0,
  };

  beforeEach(() => known.set(id(4), manifest(4, 1)));

  test('is whole at once where the bundle is, each time that it is asked for', async () => {
    await bundles.hold(id(1));
    say(whole);
    await bundles.hold(id(4));
    await bundles.hold(id(4));
    expect(completed()).toEqual([id(1), id(4), id(4)]);
  });

  test('is whole when the bundle is, and fails when that does', async () => {
    await bundles.hold(id(1));
    await bundles.hold(id(4));
    say(whole);
    expect(completed()).toEqual([id(1), id(4)]);
    say({ type: 'bundle-failed', infoHash: infoHash(1), reason: 'storage-refused', detail: 'full' });
    expect(
      told.flatMap((input) =>
        input.type === 'device-input' && input.input.type === 'bundle-failed' ? [input.input.release] : [],
      ),
    ).toEqual([id(1), id(4)]);
  });

  test('is told to have cost what came since it was asked for', async () => {
    await bundles.hold(id(1));
    say(progress({ till: 20 }));
    await bundles.hold(id(4));
    expect(told.at(-1)).toMatchObject({ type: 'bundle-progressed', bytesFrom: new Map([['till', 0]]) });
    say(progress({ till: 20, menu: 7 }));
    expect(told.at(-1)).toMatchObject({
      bytesFrom: new Map([
        ['till', 0],
        ['menu', 7],
      ]),
    });
  });

  test('attack: is refused where its torrent is that of another release and its files are not', async () => {
    known.set(id(5), { ...manifest(5, 1), files: [file('evil.html')] });
    await bundles.hold(id(1));
    say(whole);
    await bundles.hold(id(5));
    expect(completed()).toEqual([id(1)]);
    expect(told.at(-1)).toMatchObject({
      type: 'device-input',
      input: { type: 'bundle-failed', release: id(5), reason: expect.stringContaining('other files') },
    });
  });

  test('keeps the files of both as long as one of them is named (B8)', async () => {
    await bundles.hold(id(1));
    await bundles.keep([id(4)]);
    expect(dropped).toEqual([]);
    await bundles.keep([id(2)]);
    expect(dropped).toEqual([infoHash(1)]);
  });
});

describe('fetching a release', () => {
  const outcomeOf = (fetching: Promise<void>) =>
    fetching.then(
      () => 'here',
      (error: Error) => error.message,
    );

  test('ends when all of its files are here, and at once where they were', async () => {
    const fetching = outcomeOf(bundles.fetch(id(1)));
    say({ type: 'bundle-complete', infoHash: infoHash(1), bytesFrom: new Map(), bytesKept: 0 });
    expect(await fetching).toBe('here');
    expect(await outcomeOf(bundles.fetch(id(1)))).toBe('here');
  });

  test('says why it cannot', async () => {
    const [refused, unwanted] = [outcomeOf(bundles.fetch(id(1))), outcomeOf(bundles.fetch(id(2)))];
    say({ type: 'bundle-failed', infoHash: infoHash(1), reason: 'storage-refused', detail: 'full' });
    expect(await refused).toBe('the browser refuses to store the release (full)');
    await bundles.keep([id(3)]);
    expect(await unwanted).toBe('It is not held any more.');
    expect(await outcomeOf(bundles.fetch(id(9)))).toBe('the release release 9 is not known here');
    const late = outcomeOf(bundles.fetch(id(3)));
    await bundles.close();
    expect(await late).toBe('This node was closed.');
  });
});

describe('a bundle', () => {
  test('that fails says why in words, and may be held again', async () => {
    await bundles.hold(id(1));
    say({ type: 'bundle-failed', infoHash: infoHash(1), reason: 'bad-metainfo', detail: 'length' });
    expect(told).toContainEqual({
      type: 'device-input',
      input: {
        type: 'bundle-failed',
        release: id(1),
        reason: 'the torrent of the release does not fit its signed manifest (length)',
      },
    });
    told.length = 0;
    await bundles.hold(id(1));
    expect(told).toEqual([{ type: 'holdings-changed', bundles: [{ infoHash: infoHash(1), whole: false }] }]);
  });

  test('of which a neighbour sends garbage over a wire is a strike against that neighbour (B6, M7)', async () => {
    await bundles.hold(id(1));
    const peer = 'mallory' as NodeId;
    say({ type: 'wire-violated', infoHash: infoHash(1), peer, reason: 'does not speak BitTorrent' });
    expect(told).toContainEqual({
      type: 'peer-misbehaved',
      peer,
      reason: 'on a wire of a release: does not speak BitTorrent',
      subject: id(1),
    });
  });

  test('that storage has spoilt is looked at again from the start, once at a time (B8)', async () => {
    await bundles.hold(id(1));
    await bundles.repair(id(1));
    expect(dropped).toEqual([]);
    say({ type: 'bundle-complete', infoHash: infoHash(1), bytesFrom: new Map(), bytesKept: 0 });
    await bundles.repair(id(1));
    await bundles.repair(id(1));
    expect(dropped).toEqual([infoHash(1)]);
    expect(begun).toEqual([infoHash(1), infoHash(1)]);
    await bundles.repair(id(2));
    expect(begun).toHaveLength(2);
  });

  test('of a release that is not known is trouble, not a crash', async () => {
    await bundles.hold(id(9));
    expect(troubles).toEqual(['the release release 9 is not known here']);
  });

  test('that is not held says nothing to anybody', () => {
    say({ type: 'bundle-complete', infoHash: infoHash(1), bytesFrom: new Map(), bytesKept: 0 });
    expect(told).toEqual([]);
  });
});

describe('the channel of a wire (B5)', () => {
  const peer = 'neighbour' as NodeId;
  const open = (channel = 1) => bundles.carryOut({ type: 'open-channel', peer, channel });
  const attach = (counter = 1) =>
    bundles.carryOut({ type: 'attach-wire', peer, channel: 1, infoHash: infoHash(counter) });
  const toldOf = (type: NodeInput['type']) => told.filter((input) => input.type === type);

  test('is told when it closes, with the bytes that passed both ways, and when its number is free', async () => {
    await bundles.hold(id(1));
    open();
    attach();
    const far = farEnds.get(1)!;
    attached[0]!.onBytes(() => {});
    await Promise.all([attached[0]!.write(new Uint8Array(300)), far.write(new Uint8Array(20))]);
    far.close();
    await vi.waitUntil(() => toldOf('channel-gone').length > 0);
    expect(toldOf('wire-closed')).toEqual([{ type: 'wire-closed', peer, channel: 1, carriedBytes: 320 }]);
    expect(toldOf('channel-gone')).toEqual([{ type: 'channel-gone', peer, channel: 1 }]);
  });

  test('says nothing of its number once its link went down: the next link counts anew', async () => {
    open();
    const old = farEnds.get(1)!;
    bundles.onLinkDown(peer);
    open();
    old.close();
    await old.gone();
    await Promise.resolve();
    expect([...toldOf('wire-closed'), ...toldOf('channel-gone')]).toEqual([]);
  });

  test('of a bundle that was dropped while the other end was asked is closed', async () => {
    await bundles.hold(id(1));
    open();
    await bundles.keep([]);
    attach();
    expect(attached).toEqual([]);
    expect(toldOf('wire-closed')).toHaveLength(1);
  });

  test('that cannot be opened is trouble and an ended wire, not a crash', () => {
    canOpen = false;
    open();
    expect(troubles).toEqual(['no channel for a release could be opened: bulk channel 1 is in use']);
    expect(toldOf('wire-closed')).toEqual([{ type: 'wire-closed', peer, channel: 1, carriedBytes: 0 }]);
  });
});
