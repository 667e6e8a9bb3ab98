import fc from 'fast-check';
import { encodeHandCarried } from '../../../src/core/wire/contact/hand-carried.ts';
import { type IceServer, MAX_ICE_SERVERS } from '../../../src/core/wire/contact/ice-server.ts';
import { encodeJoinLink, MAX_SIGNALING_SERVERS } from '../../../src/core/wire/contact/join-link.ts';
import { encodePairingContent, encodePairingMessage } from '../../../src/core/wire/contact/pairing.ts';
import { encodePeerSignal } from '../../../src/core/wire/contact/peer-signal.ts';
import {
  encodeRelayRecord,
  encodeRelaySignal,
  MAX_RECORD_PAYLOAD_BYTES,
  RELAY_KEY_BYTES,
  RENDEZVOUS_BYTES,
} from '../../../src/core/wire/contact/relay.ts';
import { encodeSignalFrame } from '../../../src/core/wire/contact/signal-frame.ts';
import { encodeClientMessage, encodeServerMessage } from '../../../src/core/wire/contact/signaling.ts';
import {
  MAX_PAIRING_MESSAGE_BYTES,
  MAX_ROOM_SAMPLE,
  MAX_SIGNAL_BYTES,
} from '../../../src/core/wire/encoding/limits.ts';
import { WireError } from '../../../src/core/wire/encoding/refusal.ts';
import { encodeHello, encodeProof } from '../../../src/core/wire/link/handshake.ts';
import {
  bytesOf,
  bytesUpTo,
  entry,
  listUpTo,
  maybe,
  mostly,
  node,
  nodesUpTo,
  textUpTo,
  uint,
  uintUpTo,
} from './around-bounds.ts';
import { type Encoding, of, text } from './encoding.ts';

const flag = fc.boolean();
const iceServer = fc.oneof(
  mostly(
    fc.constant('stun:a.test:3478'),
    fc.constantFrom('stun:', 'http://a', `stun:${'a'.repeat(260)}`),
  ).map((url): IceServer => ({ type: 'stun', url })),
  fc
    .tuple(textUpTo(256), textUpTo(256))
    .map(([username, credential]): IceServer => ({ type: 'turn', url: 'turn:a.test', username, credential })),
);
const ice = fc.record({
  servers: fc.oneof(
    fc.array(iceServer, { maxLength: 3 }),
    listUpTo(MAX_ICE_SERVERS, (index): IceServer => ({ type: 'stun', url: `stun:${index}.test` })),
  ),
  lifeMs: maybe(uint),
});
const proof = { room: bytesOf(16), key: node, signature: bytesOf(64) };
const signal = fc.record({
  type: fc.constant('signal' as const),
  peer: node,
  signal: bytesUpTo(MAX_SIGNAL_BYTES),
});
const pairingMessage = fc.record({
  type: fc.constant('message' as const),
  message: bytesUpTo(MAX_PAIRING_MESSAGE_BYTES),
});

const features = fc
  .uniqueArray(fc.stringMatching(/^[a-z][a-z0-9-]{0,31}$/), { maxLength: 33 })
  .map((names) => names.sort());

const SDP = 'v=0\r\nm=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\n';

/** What passes before there is a link, and how one comes about. */
export const SIGNALING_ENCODERS = {
  handshake: fc.oneof(
    of(
      fc.record(
        { fleet: entry, key: node, nonce: bytesOf(32), replaces: bytesOf(64), features },
        { requiredKeys: ['fleet', 'key', 'nonce'] },
      ),
      encodeHello,
    ),
    of(bytesOf(64), encodeProof),
  ),
  'signaling, from a node': of(
    fc.oneof(
      fc.record({ type: fc.constant('join' as const), ...proof }),
      fc.record({ type: fc.constant('relay' as const), ...proof, rendezvous: bytesOf(RENDEZVOUS_BYTES) }),
      fc.record({
        type: fc.constant('pair' as const),
        rendezvous: bytesOf(RENDEZVOUS_BYTES),
        side: fc.constantFrom('offer', 'answer'),
      }),
      signal,
      pairingMessage,
      fc.constantFrom({ type: 'ice' as const }, { type: 'ping' as const }),
    ),
    encodeClientMessage,
  ),
  'signaling, from the server': of(
    fc.oneof(
      fc.record({
        type: fc.constant('challenge' as const),
        version: fc.constantFrom(1, 1, 1, 2),
        nonce: bytesOf(32),
      }),
      fc.record({ type: fc.constant('joined' as const), present: nodesUpTo(MAX_ROOM_SAMPLE), ice }),
      fc.record({ type: fc.constant('present' as const), peer: node }),
      fc.record({ type: fc.constant('ice' as const), ice }),
      signal,
      pairingMessage,
      fc.constantFrom(
        { type: 'paired' as const },
        { type: 'relay-open' as const },
        { type: 'pong' as const },
      ),
    ),
    encodeServerMessage,
  ),
  'signal frame': of(
    fc.record({
      attempt: bytesOf(8),
      fromInitiator: flag,
      climbs: flag,
      helloNonce: maybe(bytesOf(32)),
      signal: bytesUpTo(MAX_SIGNAL_BYTES - 41),
    }),
    encodeSignalFrame,
  ),
  'peer signal': of(
    fc.oneof(
      fc.record({
        type: fc.constantFrom('offer', 'answer'),
        sdp: mostly(fc.constant(SDP), fc.constantFrom('', SDP + SDP, SDP.padEnd(MAX_SIGNAL_BYTES + 1))),
      }),
      fc.record({
        type: fc.constant('candidate'),
        candidate: fc.record({
          candidate: mostly(
            fc.constantFrom('', 'candidate:1 1 udp'),
            fc.constantFrom('x', `candidate:${'1'.repeat(1024)}`),
          ),
          sdpMid: fc.option(textUpTo(32)),
          sdpMLineIndex: fc.option(uint),
        }),
      }),
    ),
    (data) => {
      const bytes = encodePeerSignal(data);
      if (bytes === undefined) throw new WireError('it stays here');
      return bytes;
    },
  ),
  'relay signal': of(
    fc.oneof(
      fc.record({
        type: fc.constant('relay-offer' as const),
        rendezvous: bytesOf(RENDEZVOUS_BYTES),
        key: bytesOf(RELAY_KEY_BYTES),
        server: textUpTo(512),
      }),
      fc.record({ type: fc.constant('relay-answer' as const), key: bytesOf(RELAY_KEY_BYTES) }),
    ),
    encodeRelaySignal,
  ),
  'relay record': of(
    fc.oneof(
      fc.record({
        type: fc.constant('frame' as const),
        last: flag,
        payload: bytesUpTo(MAX_RECORD_PAYLOAD_BYTES),
      }),
      fc.record({
        type: fc.constant('bytes' as const),
        channel: uintUpTo(0xffff),
        payload: bytesUpTo(MAX_RECORD_PAYLOAD_BYTES),
      }),
      fc.record({ type: fc.constant('channel-closed' as const), channel: uintUpTo(0xffff) }),
      fc.record({ type: fc.constantFrom('ping' as const, 'pong' as const) }),
    ),
    encodeRelayRecord,
  ),
  'pairing message': of(
    fc.oneof(
      fc.record({ type: fc.constant('share' as const), share: bytesOf(32) }),
      fc.record({ type: fc.constant('confirm' as const), confirmation: bytesOf(32) }),
      fc.record({ type: fc.constant('sealed' as const), sealed: bytesUpTo(MAX_PAIRING_MESSAGE_BYTES) }),
    ),
    encodePairingMessage,
  ),
  'pairing content': of(
    fc.oneof(
      fc.record({
        type: fc.constant('device' as const),
        key: node,
        page: fc.constantFrom('kiosk', 'observer'),
      }),
      fc.record({ type: fc.constant('join' as const), link: textUpTo(3_000) }),
      fc.record({ type: fc.constant('refused' as const), reason: textUpTo(300) }),
    ),
    encodePairingContent,
  ),
  'join link': text(
    fc.record({
      fleet: entry,
      signaling: fc.oneof(
        listUpTo(MAX_SIGNALING_SERVERS, (index) => `wss://${index}.test/signaling`),
        listUpTo(MAX_SIGNALING_SERVERS, (index) => `wss://${index}.test/`.padEnd(300, 's')),
        mostly(fc.constant('ws://a'), fc.constantFrom('http://a', '', `ws://${'a'.repeat(300)}`)).map(
          (url) => [url],
        ),
      ),
      invitation: maybe(fc.record({ grant: entry, seed: bytesOf(32) })),
    }),
    encodeJoinLink,
  ),
  'hand-carried': text(
    fc.record({
      fleet: entry,
      attempt: bytesOf(8),
      end: fc.constantFrom('offer', 'answer'),
      signals: fc.oneof(
        listUpTo(65, () => new Uint8Array(100)),
        bytesUpTo(MAX_SIGNAL_BYTES).map((bytes) => [bytes]),
      ),
    }),
    encodeHandCarried,
  ),
} as const satisfies Readonly<Record<string, Encoding>>;
