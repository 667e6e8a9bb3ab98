import { encodeMetainfo } from '../../../src/adapters/webtorrent/metainfo.ts';
import { concatBytes } from '../../../src/core/wire/encoding/cbor.ts';
import { infoHash, utf8 } from './fillers.ts';
import type { Sample } from './sample.ts';

const INFO_HASH_BYTES = Uint8Array.from({ length: 20 }, () => Number.parseInt(infoHash.slice(0, 2), 16));

/** BEP 3: the length of what follows, the id, the payload. */
function peerMessage(id: number, payload: readonly number[]): Uint8Array {
  return Uint8Array.of(0, 0, 0, 1 + payload.length, id, ...payload);
}

/** What of a release's bytes is read beside its entry: the torrent's metainfo, and what a wire of it carries. */
export const TORRENT_SAMPLES: readonly Sample[] = [
  {
    decoder: 'metainfo',
    name: 'two pieces',
    bytes: encodeMetainfo({
      name: 'signage-1.4.0',
      sizeBytes: 70_120,
      pieceLengthBytes: 65_536,
      pieceHashes: ['ab'.repeat(20), 'cd'.repeat(20)],
    }),
  },
  {
    decoder: 'metainfo',
    name: '128 pieces',
    bytes: encodeMetainfo({
      name: 'a',
      sizeBytes: 128 * 65_536,
      pieceLengthBytes: 65_536,
      pieceHashes: Array.from({ length: 128 }, () => 'ab'.repeat(20)),
    }),
  },
  {
    decoder: 'torrent wire',
    name: 'handshake, bitfield, interest, a request and an extension message',
    bytes: concatBytes([
      utf8('\u0013BitTorrent protocol'),
      new Uint8Array(8),
      INFO_HASH_BYTES,
      utf8('-FF0001-abcdefghijkl'),
      peerMessage(5, [0xc0]),
      peerMessage(2, []),
      peerMessage(6, [0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0x11, 0xe8]),
      peerMessage(20, [0, 0x64, 0x65]),
    ]),
  },
];
