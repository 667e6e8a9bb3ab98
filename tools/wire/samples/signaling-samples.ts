import { NO_ICE_GRANT } from '../../../src/core/wire/contact/ice-server.ts';
import { encodeJoinLink } from '../../../src/core/wire/contact/join-link.ts';
import { encodePairingContent, encodePairingMessage } from '../../../src/core/wire/contact/pairing.ts';
import {
  encodeClientMessage,
  encodeServerMessage,
  SIGNALING_VERSION,
} from '../../../src/core/wire/contact/signaling.ts';
import { bytes32, id, node, signature, utf8 } from './fillers.ts';
import type { Sample } from './sample.ts';

/** What goes to and from a signaling server. */
export const SIGNALING_SAMPLES: readonly Sample[] = [
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
];

/** What two people, or a device and an operator, pass on to get into a fleet. */
export const JOINING_SAMPLES: readonly Sample[] = [
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
];
