import { readMetainfo } from '../../src/adapters/webtorrent/metainfo.ts';
import { createWireFilter, WireViolation } from '../../src/adapters/webtorrent/wire-filter.ts';
import { decodeHandCarried } from '../../src/core/wire/contact/hand-carried.ts';
import { decodeJoinLink } from '../../src/core/wire/contact/join-link.ts';
import { decodePairingContent, decodePairingMessage } from '../../src/core/wire/contact/pairing.ts';
import { decodePeerSignal } from '../../src/core/wire/contact/peer-signal.ts';
import { decodeRelayRecord, decodeRelaySignal } from '../../src/core/wire/contact/relay.ts';
import { decodeSignalFrame } from '../../src/core/wire/contact/signal-frame.ts';
import { decodeClientMessage, decodeServerMessage } from '../../src/core/wire/contact/signaling.ts';
import { type CborValue, decodeCbor } from '../../src/core/wire/encoding/cbor.ts';
import { type EntryId, idFromBytes } from '../../src/core/wire/encoding/ids.ts';
import { MAX_ENTRY_BYTES } from '../../src/core/wire/encoding/limits.ts';
import { WireError } from '../../src/core/wire/encoding/refusal.ts';
import { type CborMap, readMap } from '../../src/core/wire/encoding/shape.ts';
import { readAdmissionBody } from '../../src/core/wire/entry/admission.ts';
import { decodeEntry, decodeEnvelope } from '../../src/core/wire/entry/entry.ts';
import { readRootBody } from '../../src/core/wire/entry/genesis.ts';
import { readGrantBody, readVoucher } from '../../src/core/wire/entry/grant.ts';
import { decodeProposal } from '../../src/core/wire/entry/proposal.ts';
import { readReleaseBody } from '../../src/core/wire/entry/release.ts';
import { readAckBody, readRevokeBody } from '../../src/core/wire/entry/revoke.ts';
import { readRolloutBody } from '../../src/core/wire/entry/rollout.ts';
import { readServiceBody } from '../../src/core/wire/entry/service.ts';
import {
  readLinkBody,
  readModeBody,
  readRevertBody,
  readSlinkBody,
  readValueBody,
} from '../../src/core/wire/entry/tree.ts';
import { decodeHighWaterMark } from '../../src/core/wire/kept/high-water-mark.ts';
import { decodeKeptBans } from '../../src/core/wire/kept/kept-bans.ts';
import { decodeHandshakeFrame } from '../../src/core/wire/link/handshake.ts';
import { decodeMessage } from '../../src/core/wire/link/message.ts';
import { decodeSignedStatement, decodeStatement } from '../../src/core/wire/statement/statement.ts';

import { infoHash } from './samples/fillers.ts';

export type Decode = (bytes: Uint8Array) => unknown;

const NO_ID = idFromBytes<EntryId>(new Uint8Array(32));
const text = new TextDecoder();

const cbor = (bytes: Uint8Array): CborValue => decodeCbor(bytes, { maxBytes: MAX_ENTRY_BYTES });
const body =
  (read: (body: CborMap) => unknown): Decode =>
  (bytes) =>
    read(readMap(cbor(bytes), 'the body'));

function metainfo(bytes: Uint8Array): unknown {
  const read = readMetainfo(bytes);
  if (read === undefined) throw new WireError('not the one form of metainfo');
  return read;
}

/** In two parts, as a channel may bring them. */
function torrentWire(bytes: Uint8Array): unknown {
  const filter = createWireFilter({
    infoHash,
    pieceCount: 2,
    pieceSizeBytes: (index) => (index === 0 ? 65_536 : 4_584),
    isAwaited: () => false,
  });
  const half = bytes.length >>> 1;
  try {
    return [...filter.accept(bytes.subarray(0, half)), ...filter.accept(bytes.subarray(half))];
  } catch (error) {
    throw error instanceof WireViolation ? new WireError(error.message) : error;
  }
}

/** Everything that reads bytes from another node, a server, a person or storage. A text is its UTF-8. */
export const DECODERS = {
  cbor,
  envelope: decodeEnvelope,
  entry: (bytes: Uint8Array) => decodeEntry(bytes, NO_ID),
  statement: decodeStatement,
  'signed statement': decodeSignedStatement,
  message: decodeMessage,
  handshake: decodeHandshakeFrame,
  'signaling, from a node': decodeClientMessage,
  'signaling, from the server': decodeServerMessage,
  'signal frame': decodeSignalFrame,
  'peer signal': decodePeerSignal,
  'relay signal': decodeRelaySignal,
  'relay record': decodeRelayRecord,
  'pairing message': decodePairingMessage,
  'pairing content': decodePairingContent,
  'join link': (bytes: Uint8Array) => decodeJoinLink(text.decode(bytes)),
  'hand-carried': (bytes: Uint8Array) => decodeHandCarried(text.decode(bytes)),
  proposal: (bytes: Uint8Array) => decodeProposal(text.decode(bytes)),
  'high-water mark': (bytes: Uint8Array) => decodeHighWaterMark(text.decode(bytes)),
  'kept bans': (bytes: Uint8Array) => decodeKeptBans(text.decode(bytes)),
  metainfo,
  'torrent wire': torrentWire,
  'root body': body(readRootBody),
  'grant body': body(readGrantBody),
  'voucher field': body(readVoucher),
  'admission body': body(readAdmissionBody),
  'revoke body': body(readRevokeBody),
  'ack body': body(readAckBody),
  'release body': body(readReleaseBody),
  'rollout body': body(readRolloutBody),
  'service body': body(readServiceBody),
  'revert body': body(readRevertBody),
  'link body': body(readLinkBody),
  'slink body': body(readSlinkBody),
  'mode body': body(readModeBody),
  'value body': body(readValueBody),
} as const satisfies Record<string, Decode>;

export type DecoderName = keyof typeof DECODERS;
