import { DecoderWrapper, EncoderWrapper, ready } from '@peerbit/riblt';
import { bytesOfId, type EntryId } from '../../src/core/wire/encoding/ids.ts';
import { FRAME_HEAD_BYTES, type Method } from './method.ts';

/**
 * RIBLT as the npm package has it: 64-bit symbols with 64-bit checksums and counts, streamed. Generously: the stream stops at
 * the very symbol that decodes, there is no greeting, and a collision of the short ids would go unnoticed.
 */
export function peerbitRiblt(): Method {
  return {
    name: '@peerbit/riblt',
    sessions: 1,
    prepare: async (a, b) => {
      await ready;
      const encoder = new EncoderWrapper();
      const decoder = new DecoderWrapper();
      for (const id of a) encoder.add_symbol(shortIdOf(id));
      for (const id of b) decoder.add_symbol(shortIdOf(id));
      return {
        reconcile: () => {
          let bytes = 2 * FRAME_HEAD_BYTES;
          for (;;) {
            const symbol = encoder.produce_next_coded_symbol() as { readonly count: bigint };
            bytes += 16 + varintBytes(symbol.count);
            decoder.add_coded_symbol(symbol);
            decoder.try_decode();
            if (decoder.decoded()) break;
          }
          const onlyA = decoder.get_remote_symbols().length;
          const onlyB = decoder.get_local_symbols().length;
          return { bytes: bytes + 8 * onlyA, halfTrips: 2, greets: false, onlyA, onlyB };
        },
      };
    },
  };
}

function shortIdOf(id: EntryId): bigint {
  const bytes = bytesOfId(id);
  return new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0);
}

/** LEB128. */
function varintBytes(count: bigint): number {
  return Math.max(1, Math.ceil(count.toString(2).length / 7));
}
