import { admissionBody } from '../../src/core/wire/admission.ts';
import { encodeCbor } from '../../src/core/wire/cbor.ts';
import { encodeEntry, encodeEnvelope, type UnsignedEntry } from '../../src/core/wire/entry.ts';
import { rootBody } from '../../src/core/wire/genesis.ts';
import { grantBody, voucherField } from '../../src/core/wire/grant.ts';
import { encodeHandCarried } from '../../src/core/wire/hand-carried.ts';
import { encodeHello, encodeProof } from '../../src/core/wire/handshake.ts';
import { encodeHighWaterMark } from '../../src/core/wire/high-water-mark.ts';
import { NO_ICE_GRANT } from '../../src/core/wire/ice-server.ts';
import {
  type EntryId,
  type FileHash,
  type InfoHash,
  idFromBytes,
  type NodeId,
} from '../../src/core/wire/ids.ts';
import { itemOfEntry, itemOfStatement } from '../../src/core/wire/item.ts';
import { encodeJoinLink } from '../../src/core/wire/join-link.ts';
import { encodeMessage, type LinkMessage } from '../../src/core/wire/message.ts';
import { encodePairingContent, encodePairingMessage } from '../../src/core/wire/pairing.ts';
import { encodeProposal } from '../../src/core/wire/proposal.ts';
import { ODD_SKETCH_BYTES } from '../../src/core/wire/reconciliation.ts';
import { encodeRelayRecord, encodeRelaySignal } from '../../src/core/wire/relay.ts';
import { type ReleaseManifest, releaseBody } from '../../src/core/wire/release.ts';
import { ackBody, revokeBody } from '../../src/core/wire/revoke.ts';
import { rolloutBody } from '../../src/core/wire/rollout.ts';
import { serviceBody } from '../../src/core/wire/service.ts';
import {
  encodeClientMessage,
  encodeServerMessage,
  SIGNALING_VERSION,
} from '../../src/core/wire/signaling.ts';
import { encodeSignedStatement, encodeStatement, type Statement } from '../../src/core/wire/statement.ts';
import { linkBody, modeBody, revertBody, slinkBody, valueBody } from '../../src/core/wire/tree.ts';
import type { DecoderName } from './decoders.ts';

export interface Sample {
  readonly decoder: DecoderName;
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** 32 bytes that are a strict key and easy to find again in a hexdump. */
const bytes32 = (fill: number) => new Uint8Array(32).fill(fill);
const node = (fill: number) => idFromBytes<NodeId>(bytes32(fill));
const id = (fill: number) => idFromBytes<EntryId>(bytes32(fill));
const hash = (fill: number) => idFromBytes<FileHash>(bytes32(fill));
const signature = new Uint8Array(64).fill(0x51);
const infoHash = 'ab'.repeat(20) as InfoHash;
const utf8 = (text: string) => new TextEncoder().encode(text);

const ENTRY: UnsignedEntry = {
  fleet: id(1),
  action: 'update',
  path: '/config/volume',
  parents: [id(2), id(3)],
  authority: [id(4)],
  author: node(0x21),
  cosigners: [node(0x22), node(0x23)],
  sequence: 300,
  grant: id(4),
  body: valueBody(11),
  content: { hash: hash(9), sizeBytes: 70_000 },
  expiresAtMs: 1_800_000_000_000,
  timeMs: 1_790_000_000_000,
};

const GENESIS: UnsignedEntry = {
  ...ENTRY,
  fleet: undefined,
  action: 'root',
  path: '/',
  parents: [],
  authority: [],
  cosigners: [],
  sequence: 0,
  grant: undefined,
  body: rootBody({ fleetName: 'Field', version: 1, threshold: 1, keys: [node(0x21)] }),
  content: undefined,
  expiresAtMs: undefined,
};

const MANIFEST: ReleaseManifest = {
  product: 'signage',
  version: '1.4.0',
  counter: 7,
  files: [
    { path: 'index.html', hash: hash(7), sizeBytes: 120 },
    { path: 'assets/ä.js', hash: hash(8), sizeBytes: 70_000 },
  ],
  health: { type: 'call', withinMs: 30_000 },
  infoHash,
  metainfo: utf8('d4:infod6:lengthi1eee'),
};

const statement = (content: Statement['content']): Uint8Array =>
  encodeStatement({
    fleet: id(1),
    author: node(0x24),
    session: 3,
    sequence: 65_536,
    timeMs: 1_790_000_000_000,
    content,
  });
const ALARM = statement({ type: 'alarm', reason: 'a bad piece', subject: infoHash });

const MESSAGES: readonly LinkMessage[] = [
  { type: 'push', kind: 'entry', hops: 1, payload: utf8('an envelope') },
  { type: 'entries', envelopes: [utf8('an envelope')] },
  { type: 'statements', statements: [utf8('a statement')] },
  { type: 'holdings', bundles: [{ infoHash, whole: true }] },
  { type: 'wire-offer', infoHash, channel: 1 },
  { type: 'wire-ready', channel: 1022 },
  { type: 'wire-declined', channel: 2 },
  { type: 'goodbye', reason: 'leaving' },
  { type: 'join' },
  { type: 'forward-join', node: node(0x22), hopsLeft: 6 },
  { type: 'neighbor', priority: 'high' },
  { type: 'neighbor-answer', accepted: false },
  { type: 'disconnect' },
  { type: 'shuffle', path: [node(0x21), node(0x22)], nodes: [node(0x23)] },
  { type: 'shuffle-reply', path: [node(0x21)], nodes: [] },
  { type: 'active-view', nodes: [node(0x21), node(0x22)] },
  { type: 'subscribe', topics: ['fleet', 'site:Lobby'] },
  {
    type: 'ihave',
    topic: 'fleet',
    pushed: true,
    items: [
      { item: itemOfEntry(id(5)), hops: 0 },
      { item: itemOfStatement({ author: node(0x22), kind: 'lease', session: 3, sequence: 4 }), hops: 7 },
    ],
  },
  { type: 'graft', topic: 'site:Lobby', items: [itemOfEntry(id(5))] },
  { type: 'prune', topic: 'fleet' },
  { type: 'signal', target: node(0x23), path: [node(0x21), node(0x22)], signal: utf8('v=0') },
  { type: 'greet', nonce: new Uint8Array(8).fill(1), count: 3, oddSketch: new Uint8Array(ODD_SKETCH_BYTES) },
  { type: 'sketch', symbols: new Uint8Array(18).fill(2), last: false },
  { type: 'list', shortIds: new Uint8Array(12).fill(3), last: true },
  { type: 'more', symbols: 128 },
  { type: 'answer', common: new Uint8Array(8).fill(4), wants: new Uint8Array(6).fill(5), last: true },
  {
    type: 'ranges',
    lower: new Uint8Array(0),
    parts: [
      { type: 'same', upper: new Uint8Array([1]) },
      { type: 'fingerprint', upper: new Uint8Array([2]), fingerprint: new Uint8Array(8).fill(6) },
      { type: 'ids', upper: new Uint8Array(0), ids: [id(5)] },
    ],
    wants: [id(6)],
  },
];

/** At least one of everything that goes over a wire. Fixed, so that the bytes change only when the format does. */
export const SAMPLES: readonly Sample[] = [
  cborOf('numbers at the edges of their widths', [0, 23, 24, 255, 256, 65_535, 65_536, 2 ** 32, 2 ** 53 - 1]),
  cborOf('below zero', [-1, -24, -25, -(2 ** 53) + 1]),
  cborOf('map keys by length, then bytes', { b: 1, a: 2, aa: 3, ä: 4, __proto: null }),
  cborOf('text, bytes, truth', ['ü', new Uint8Array([0, 255]), true, false, null, [], {}]),
  { decoder: 'entry', name: 'with every field', bytes: encodeEntry(ENTRY) },
  { decoder: 'entry', name: 'genesis', bytes: encodeEntry(GENESIS) },
  {
    decoder: 'entry',
    name: 'an action of a later version',
    bytes: encodeEntry({ ...ENTRY, action: 'paint', cosigners: [] }),
  },
  { decoder: 'envelope', name: 'three signatures', bytes: envelope(3) },
  { decoder: 'proposal', name: 'one of three signatures', bytes: utf8(encodeProposal(unsealed(1))) },
  { decoder: 'statement', name: 'alarm', bytes: ALARM },
  {
    decoder: 'statement',
    name: 'receipt',
    bytes: statement({
      type: 'receipt',
      stage: 'rolled-back',
      rollout: id(5),
      release: undefined,
      reason: 'no healthy call in 30 s',
      bytesFromPublisher: 1,
      bytesFromPeers: 2,
    }),
  },
  {
    decoder: 'statement',
    name: 'lease',
    bytes: statement({
      type: 'lease',
      validMs: 30_000,
      stage: 'fetching',
      running: undefined,
      target: id(5),
      bytesHere: 70_000,
      links: [{ peer: node(0x22), rung: 'turn-udp' }],
      freshness: 'behind',
    }),
  },
  {
    decoder: 'statement',
    name: 'beacon',
    bytes: statement({ type: 'beacon', frontier: [id(5)], rootVersion: 2, intervalMs: 60_000 }),
  },
  {
    decoder: 'statement',
    name: 'lease of a device whose storage lost entries',
    bytes: statement({
      type: 'lease',
      validMs: 30_000,
      stage: 'idle',
      running: undefined,
      target: undefined,
      bytesHere: undefined,
      links: [],
      freshness: 'short',
    }),
  },
  {
    decoder: 'high-water mark',
    name: 'floors, a beacon and a ledger',
    bytes: utf8(
      encodeHighWaterMark({
        floors: { menu: [{ counter: 7, release: id(5) }] },
        beacons: [
          {
            author: node(0x21),
            session: 3,
            sequence: 9,
            timeMs: 1_790_000_000_000,
            rootVersion: 2,
            frontier: [id(5), id(6)],
          },
        ],
        ledger: { entries: 300, newest: [id(6)] },
      }),
    ),
  },
  {
    decoder: 'signed statement',
    name: 'alarm',
    bytes: encodeSignedStatement({ signedBytes: ALARM, signature }),
  },
  ...MESSAGES.map((message) => ({
    decoder: 'message' as const,
    name: message.type,
    bytes: encodeMessage(message),
  })),
  {
    decoder: 'handshake',
    name: 'hello',
    bytes: encodeHello({ fleet: id(1), key: node(0x21), nonce: bytes32(0x33) }),
  },
  { decoder: 'handshake', name: 'proof', bytes: encodeProof(signature) },
  {
    decoder: 'handshake',
    name: 'hello of a later version',
    bytes: encodeCbor({ type: 'hello', version: 2, more: 1 }),
  },
  ...(
    [
      { type: 'join', room: new Uint8Array(16).fill(6), key: node(0x21), signature },
      { type: 'signal', peer: node(0x22), signal: utf8('v=0') },
      { type: 'pair', rendezvous: new Uint8Array(16).fill(7), side: 'offer' },
      { type: 'message', message: utf8('sealed') },
      {
        type: 'relay',
        room: new Uint8Array(16).fill(6),
        key: node(0x21),
        rendezvous: new Uint8Array(16).fill(8),
        signature,
      },
      { type: 'ice' },
      { type: 'ping' },
    ] as const
  ).map((message) => ({
    decoder: 'signaling, from a node' as const,
    name: message.type,
    bytes: encodeClientMessage(message),
  })),
  ...(
    [
      { type: 'challenge', version: SIGNALING_VERSION, nonce: bytes32(0x34) },
      { type: 'joined', present: [node(0x22), node(0x23)], ice: NO_ICE_GRANT },
      { type: 'present', peer: node(0x22) },
      { type: 'signal', peer: node(0x22), signal: utf8('v=0') },
      { type: 'paired' },
      { type: 'message', message: utf8('sealed') },
      {
        type: 'ice',
        ice: {
          servers: [
            { type: 'stun', url: 'stun:turn.example.org' },
            {
              type: 'turn',
              url: 'turn:[2001:db8::1]:3478?transport=tcp',
              username: '1900000000:kiosk',
              credential: 'c2VjcmV0',
            },
          ],
          lifeMs: 3_600_000,
        },
      },
      { type: 'relay-open' },
      { type: 'pong' },
    ] as const
  ).map((message) => ({
    decoder: 'signaling, from the server' as const,
    name: message.type,
    bytes: encodeServerMessage(message),
  })),
  {
    decoder: 'relay signal',
    name: 'relay-offer',
    bytes: encodeRelaySignal({
      type: 'relay-offer',
      rendezvous: new Uint8Array(16).fill(8),
      key: new Uint8Array(65).fill(4),
      server: 'wss://example.org/signaling',
    }),
  },
  {
    decoder: 'relay signal',
    name: 'relay-answer',
    bytes: encodeRelaySignal({ type: 'relay-answer', key: new Uint8Array(65).fill(4) }),
  },
  ...(
    [
      { type: 'frame', last: true, payload: utf8('frame') },
      { type: 'bytes', channel: 259, payload: utf8('bytes') },
      { type: 'channel-closed', channel: 259 },
      { type: 'ping' },
      { type: 'pong' },
    ] as const
  ).map((record) => ({
    decoder: 'relay record' as const,
    name: record.type,
    bytes: encodeRelayRecord(record),
  })),
  {
    decoder: 'pairing message',
    name: 'share',
    bytes: encodePairingMessage({ type: 'share', share: bytes32(1) }),
  },
  {
    decoder: 'pairing message',
    name: 'confirm',
    bytes: encodePairingMessage({ type: 'confirm', confirmation: bytes32(2) }),
  },
  {
    decoder: 'pairing message',
    name: 'sealed',
    bytes: encodePairingMessage({ type: 'sealed', sealed: bytes32(3) }),
  },
  {
    decoder: 'pairing content',
    name: 'device',
    bytes: encodePairingContent({ type: 'device', key: node(0x24), page: 'kiosk' }),
  },
  {
    decoder: 'pairing content',
    name: 'join',
    bytes: encodePairingContent({ type: 'join', link: 'https://example.org/#/join/abc' }),
  },
  {
    decoder: 'pairing content',
    name: 'refused',
    bytes: encodePairingContent({ type: 'refused', reason: 'not ours' }),
  },
  {
    decoder: 'hand-carried',
    name: 'an offer of two signals',
    bytes: utf8(
      encodeHandCarried({
        fleet: id(1),
        attempt: Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8),
        end: 'offer',
        signals: [utf8('a description'), utf8('a candidate')],
      }),
    ),
  },
  {
    decoder: 'hand-carried',
    name: 'an answer without a candidate',
    bytes: utf8(
      encodeHandCarried({
        fleet: id(1),
        attempt: Uint8Array.of(8, 7, 6, 5, 4, 3, 2, 1),
        end: 'answer',
        signals: [utf8('a description')],
      }),
    ),
  },
  {
    decoder: 'join link',
    name: 'invitation',
    bytes: utf8(
      `https://example.org/#/join/${encodeJoinLink({
        fleet: id(1),
        signaling: ['wss://example.org/signaling'],
        invitation: { grant: id(4), seed: bytes32(0x44) },
      })}`,
    ),
  },
  {
    decoder: 'join link',
    name: 'code alone, no invitation',
    bytes: utf8(encodeJoinLink({ fleet: id(1), signaling: [], invitation: undefined })),
  },
  bodyOf(
    'root body',
    'two of three',
    rootBody({
      fleetName: 'Field',
      version: 2,
      threshold: 2,
      keys: [node(0x21), node(0x22), node(0x23)],
    }),
  ),
  bodyOf(
    'grant body',
    'invitation for devices',
    grantBody({
      keys: [node(0x25)],
      threshold: 1,
      name: 'Lobby',
      roles: ['device'],
      mayGrant: false,
      invitation: true,
      place: { site: 'Lobby', labels: { floor: '1' } },
    }),
  ),
  bodyOf('voucher field', 'voucher', voucherField({ key: node(0x25), signature })),
  bodyOf(
    'admission body',
    'admission',
    admissionBody({
      device: node(0x24),
      name: 'Left door',
      site: 'Lobby',
      labels: { floor: '1' },
    }),
  ),
  bodyOf('revoke body', 'revoke', revokeBody({ key: node(0x24), frontier: [id(5)], reason: 'stolen' })),
  bodyOf('ack body', 'ack', ackBody({ entries: [id(5), id(6)] })),
  bodyOf('release body', 'release', releaseBody(MANIFEST)),
  bodyOf('release body', 'quiet health', releaseBody({ ...MANIFEST, health: { type: 'quiet', forMs: 500 } })),
  bodyOf('rollout body', 'to all', rolloutBody({ release: id(5), select: {} })),
  bodyOf(
    'rollout body',
    'selected',
    rolloutBody({
      release: id(5),
      select: { devices: [node(0x24)], sites: ['Lobby'], labels: { floor: '1' } },
    }),
  ),
  bodyOf('revert body', 'revert', revertBody(id(2))),
  bodyOf('link body', 'link', linkBody(id(2))),
  bodyOf('slink body', 'slink', slinkBody('/channels/stable')),
  bodyOf('mode body', 'frozen', modeBody(true)),
  bodyOf('value body', 'value', valueBody({ nested: [1, 'two'] })),
  bodyOf('service body', 'printer', serviceBody({ address: 'ipp://10.0.4.20/print', note: '' })),
];

function cborOf(name: string, value: Parameters<typeof encodeCbor>[0]): Sample {
  return { decoder: 'cbor', name, bytes: encodeCbor(value) };
}

function bodyOf(decoder: DecoderName, name: string, body: Parameters<typeof encodeCbor>[0]): Sample {
  return { decoder, name, bytes: encodeCbor(body) };
}

function unsealed(count: number) {
  const signatures = [0x21, 0x22, 0x23].slice(0, count).map((fill) => ({ key: bytes32(fill), signature }));
  return { signedBytes: encodeEntry(ENTRY), signatures };
}

function envelope(count: number): Uint8Array {
  return encodeEnvelope(unsealed(count));
}
