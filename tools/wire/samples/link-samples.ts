import { encodeHandCarried } from '../../../src/core/wire/contact/hand-carried.ts';
import { encodePeerSignal } from '../../../src/core/wire/contact/peer-signal.ts';
import { encodeRelayRecord, encodeRelaySignal } from '../../../src/core/wire/contact/relay.ts';
import { encodeSignalFrame } from '../../../src/core/wire/contact/signal-frame.ts';
import { encodeCbor } from '../../../src/core/wire/encoding/cbor.ts';
import { briefNameOf } from '../../../src/core/wire/link/brief-name.ts';
import { encodeHello, encodeProof } from '../../../src/core/wire/link/handshake.ts';
import { itemOfEntry, itemOfStatement } from '../../../src/core/wire/link/item.ts';
import { encodeMessage, type LinkMessage } from '../../../src/core/wire/link/message.ts';
import { ODD_SKETCH_BYTES } from '../../../src/core/wire/link/reconciliation.ts';
import { bytes32, id, infoHash, node, signature, utf8 } from './fillers.ts';
import type { Sample } from './sample.ts';

const MESSAGES: readonly LinkMessage[] = [
  { type: 'push', kind: 'entry', hops: 1, payload: utf8('an envelope') },
  {
    type: 'push',
    kind: 'statement',
    hops: 3,
    payload: utf8('a statement'),
    entrance: { by: node(0x22), hops: 2, asked: true },
  },
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
  { type: 'subscribe', topics: ['fleet', 'site:Lobby'], relays: ['site:Hall'] },
  { type: 'subscribe', topics: 'all', relays: [] },
  { type: 'join-topic', topic: 'site:Lobby' },
  {
    type: 'ihave',
    topic: 'fleet',
    pushed: true,
    items: [
      { item: itemOfEntry(id(5)), hops: 0 },
      { item: itemOfStatement({ author: node(0x22), kind: 'lease', session: 3, sequence: 4 }), hops: 7 },
    ],
  },
  {
    type: 'ihave',
    topic: 'fleet',
    pushed: true,
    items: [
      { item: itemOfEntry(id(5)), hops: 3, entrance: { by: node(0x22), hops: 2, asked: false } },
      { item: itemOfEntry(id(6)), hops: 3 },
    ],
  },
  { type: 'ihave-brief', topic: 'fleet', items: [{ name: briefNameOf(itemOfEntry(id(5)))!, hops: 7 }] },
  { type: 'graft', topic: 'site:Lobby', items: [itemOfEntry(id(5))] },
  { type: 'graft-brief', topic: 'fleet', names: [briefNameOf(itemOfEntry(id(5)))!] },
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

const CANDIDATE = {
  candidate: 'candidate:1 1 udp 2113937151 4f3c.local 54321 typ host',
  sdpMid: '0',
  sdpMLineIndex: 0,
};

const HELLO_FIELDS = {
  type: 'hello',
  version: 1,
  fleet: bytes32(1),
  key: bytes32(0x21),
  nonce: bytes32(0x33),
};

/** What two ends say to each other on a link, and on the way to one. */
export const LINK_SAMPLES: readonly Sample[] = [
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
  {
    decoder: 'handshake',
    name: 'hello of an end that has a link already',
    bytes: encodeHello({
      fleet: id(1),
      key: node(0x21),
      nonce: bytes32(0x33),
      replaces: new Uint8Array(64).fill(7),
    }),
  },
  { decoder: 'handshake', name: 'proof', bytes: encodeProof(signature) },
  {
    decoder: 'handshake',
    name: 'hello of another version of the handshake',
    bytes: encodeCbor({ type: 'hello', version: 2, more: 1 }),
  },
  {
    decoder: 'handshake',
    name: 'hello that names features',
    bytes: encodeHello({
      fleet: id(1),
      key: node(0x21),
      nonce: bytes32(0x33),
      features: ['patches', 'wider-frames'],
    }),
  },
  {
    decoder: 'handshake',
    name: 'hello of a later 1.x, with fields and features of its own',
    bytes: encodeCbor({
      ...HELLO_FIELDS,
      features: Array.from({ length: 32 }, (_, at) => `${'later'.repeat(6)}${10 + at}`),
      epoch: { of: 'time travel', since: 1 },
    }),
  },
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
    decoder: 'message',
    name: 'of a later version, of a type of its own',
    bytes: encodeCbor(['rumour', 1, { a: null }, [], 2]),
  },
  {
    decoder: 'message',
    name: 'of a later version, with a field more',
    bytes: encodeCbor(['goodbye', 'bye', 1]),
  },
  {
    decoder: 'signal frame',
    name: 'of the initiator',
    bytes: encodeSignalFrame({
      attempt: new Uint8Array(8).fill(9),
      fromInitiator: true,
      climbs: false,
      helloNonce: undefined,
      signal: utf8('v=0'),
    }),
  },
  {
    decoder: 'signal frame',
    name: 'of the other end, for a better way',
    bytes: encodeSignalFrame({
      attempt: new Uint8Array(8).fill(9),
      fromInitiator: false,
      climbs: true,
      helloNonce: undefined,
      signal: utf8('v=0'),
    }),
  },
  {
    decoder: 'signal frame',
    name: 'that names the nonce of its hello',
    bytes: encodeSignalFrame({
      attempt: new Uint8Array(8).fill(9),
      fromInitiator: true,
      climbs: false,
      helloNonce: new Uint8Array(32).fill(7),
      signal: utf8('v=0'),
    }),
  },
  {
    decoder: 'peer signal',
    name: 'offer',
    bytes: encodePeerSignal({
      type: 'offer',
      sdp: 'v=0\r\nm=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\na=mid:0\r\n',
    })!,
  },
  {
    decoder: 'peer signal',
    name: 'candidate',
    bytes: encodePeerSignal({ type: 'candidate', candidate: CANDIDATE })!,
  },
];
