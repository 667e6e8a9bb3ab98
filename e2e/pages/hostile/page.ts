import {
  browserClock as clock,
  browserRandomness as randomness,
} from '../../../src/adapters/browser/clock.ts';
import { createMemoryContentStore } from '../../../src/adapters/memory/content-store.ts';
import { createMemoryKeptPlace } from '../../../src/adapters/memory/kept-place.ts';
import { createMemoryLedgerStore } from '../../../src/adapters/memory/ledger-store.ts';
import { STILL_NETWORK } from '../../../src/adapters/memory/network-watch.ts';
import { createMemoryRecordStore } from '../../../src/adapters/memory/record-store.ts';
import { createNobleKeys } from '../../../src/adapters/noble/keys.ts';
import { createSimplePeerConnector } from '../../../src/adapters/simple-peer/connector.ts';
import { createWebSocketSignaling } from '../../../src/adapters/websocket/signaling.ts';
import { createTorrents } from '../../../src/adapters/webtorrent/torrents.ts';
import { grantFor, rolesOf } from '../../../src/core/ledger/view.ts';
import { decodeJoinLink } from '../../../src/core/wire/contact/join-link.ts';
import {
  type EntryId,
  type FileHash,
  fromBase64Url,
  type InfoHash,
  idFromBytes,
  type NodeId,
  type ReleaseId,
} from '../../../src/core/wire/encoding/ids.ts';
import { bundleLayout, releaseBody, releasePath } from '../../../src/core/wire/entry/release.ts';
import { encodeMessage } from '../../../src/core/wire/link/message.ts';
import { tamperWithBlocks } from '../../../src/ports/acceptance/block-tampering.ts';
import type { ByteChannel } from '../../../src/ports/connections.ts';
import { createPendingInvitation } from '../../../src/runtime/joining/pending-invitation.ts';
import { type NodeRuntime, startNode } from '../../../src/runtime/node-runtime.ts';
import { startRollout } from '../../../src/runtime/operator/actions.ts';
import type { RuntimePorts } from '../../../src/runtime/runtime-ports.ts';
import { deceive } from './deceiving-content.ts';
import { forge, turnBit } from './forge.ts';
import { type LeftHandshakes, leaveHandshakes } from './left-handshakes.ts';
import './page-contract.ts';
import { tapConnector } from './tapped-connector.ts';

/** A node of the project's own modules that lies where its ports let it. Driven by `e2e/hostile-scene.ts`. */
const records = createMemoryRecordStore();
const keys = createNobleKeys({ records, randomness });
const content = deceive(createMemoryContentStore());
const connector = tapConnector(createSimplePeerConnector({ clock }));
const whole = new Set<InfoHash>();
const ports: RuntimePorts = {
  keys,
  connector,
  signaling: createWebSocketSignaling({ clock }),
  network: STILL_NETWORK,
  ledgerStore: createMemoryLedgerStore(),
  records,
  places: [createMemoryKeptPlace()],
  content,
  torrents: (onEvent) => {
    const torrents = createTorrents({
      content,
      onEvent: (event) => {
        if (event.type === 'bundle-complete') whole.add(event.infoHash);
        onEvent(event);
      },
    });
    return {
      ...torrents,
      attach: (infoHash, peer, channel) =>
        torrents.attach(infoHash, peer, tampering ? tamperWith(channel) : channel),
    };
  },
  clock,
  randomness,
};

let runtime: NodeRuntime;
let tampering = false;
let flooded = 0;

let floodedBytes = 0;
let left: LeftHandshakes = { opened: 0, refused: 0 };

const FLOOD_TICKS_PER_SECOND = 50;
const FLOOD_FRAME_BYTES = 100 * 1024;
/** More than a line takes between two ticks. */
const FLOOD_WAITING_BYTES = 2 * 1024 * 1024;

const view = () => runtime.node.view();
const manifestOf = (release: string) => view().releases.get(release as ReleaseId)!.manifest;
const holdsWhole = (release: string) => whole.has(manifestOf(release).infoHash);
const bytesOf = (text: string) => fromBase64Url(text) ?? new Uint8Array();

window.hostile = {
  async join(text) {
    const link = decodeJoinLink(text);
    const identity = await keys.identity('hostile');
    runtime = await startNode(ports, {
      fleet: link.fleet,
      identity,
      signalingUrls: link.signaling,
      watchedSites: 'all',
      frame: undefined,
    });
    const { invitation } = link;
    if (invitation !== undefined)
      createPendingInvitation({ runtime, ports, invitation, name: 'Mallory', onChange: () => {} });
    return identity.id;
  },
  peers: () => [...runtime.node.links.keys()],
  entries: () => runtime.node.ledger.entries().map(({ id }) => id),
  roles: () => rolesOf(view(), runtime.identity.id),
  release: (version) =>
    [...view().releases.values()].find(({ manifest }) => manifest.version === version)?.entry.id,
  alarms: () =>
    runtime.node.book.all().flatMap(({ statement: { author, content } }) => {
      if (content.type !== 'alarm' || author === runtime.identity.id) return [];
      return [content.reason];
    }),
  seed: (release) => runtime.seed(release as ReleaseId),
  holdsWhole,
  tamper: () => {
    tampering = true;
  },
  craft: (forgery) => forge(forgery, { node: runtime.node, identity: runtime.identity, keys }),
  turnBit: (id, text) => turnBit(runtime.node.ledger.envelope(id as EntryId)!, text, keys),
  sendEntries: (peer, envelopes) =>
    connector.send(peer as NodeId, encodeMessage({ type: 'entries', envelopes: envelopes.map(bytesOf) })),
  sendFrame: (peer, frame) => connector.send(peer as NodeId, bytesOf(frame)),
  flood: (peer, frame, perSecond) => {
    const bytes = bytesOf(frame);
    setInterval(() => {
      if (!connector.isConnected(peer as NodeId)) return;
      for (let count = 0; count < perSecond / FLOOD_TICKS_PER_SECOND; count++) {
        connector.send(peer as NodeId, bytes);
        flooded++;
      }
    }, 1_000 / FLOOD_TICKS_PER_SECOND);
  },
  flooded: () => flooded,
  floodKnown: (peer) => {
    const envelopes = runtime.node.ledger.entries().map(({ id }) => runtime.node.ledger.envelope(id)!);
    const once = envelopes.reduce((sum, { length }) => sum + length, 0);
    const repeated = Array.from(
      { length: Math.max(1, Math.floor(FLOOD_FRAME_BYTES / once)) },
      () => envelopes,
    );
    const frame = encodeMessage({ type: 'entries', envelopes: repeated.flat() });
    setInterval(() => {
      while (
        connector.isConnected(peer as NodeId) &&
        connector.bufferedBytes(peer as NodeId) < FLOOD_WAITING_BYTES
      ) {
        connector.send(peer as NodeId, frame);
        floodedBytes += frame.length;
      }
    }, 1);
  },
  floodedBytes: () => floodedBytes,
  endings: (peer) => connector.endings(peer as NodeId),
  async leaveHandshakes(text, peer, count) {
    left = await leaveHandshakes(decodeJoinLink(text), peer as NodeId, count, { ...ports, connector });
  },
  leftHandshakes: () => left,
  openChannels: (peer, count, sizeBytes) => {
    for (let channel = 1; channel <= count; channel++)
      void connector.openChannel(peer as NodeId, channel).write(new Uint8Array(sizeBytes).fill(0xff));
  },
  founder: () => view().rootKeys[0]!,
  async publishLie(version) {
    const { product } = [...view().releases.values()].at(-1)!.manifest;
    const counter = 1 + Math.max(...Array.from(view().releases.values(), ({ manifest }) => manifest.counter));
    const bytes = new TextEncoder().encode('<!doctype html><h1>not what was signed</h1>');
    const hash = idFromBytes<FileHash>(randomness.bytes(32));
    content.keepAs(hash, bytes);
    const files = [{ path: 'index.html', hash, sizeBytes: bytes.length }];
    const torrent = await runtime.createBundle(`${product}-${version}`, bundleLayout(files));
    const release = await runtime.write({
      action: 'create',
      path: releasePath(product, counter),
      parents: [...view().releases.keys()],
      grant: grantFor(view(), runtime.identity.id, 'release'),
      body: releaseBody({
        product,
        version,
        counter,
        files,
        health: { type: 'call', withinMs: 60_000 },
        ...torrent,
      }),
    });
    runtime.seed(release);
    return release;
  },
  rollOut: (release) => startRollout(runtime, { release: release as ReleaseId, select: {} }),
  close: () => runtime.close(),
};

/** The last byte of every block that goes out is another. */
function tamperWith(channel: ByteChannel): ByteChannel {
  const tamper = tamperWithBlocks();
  return { ...channel, write: (bytes) => channel.write(tamper(bytes.slice())) };
}
