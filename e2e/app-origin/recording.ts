import { sha256 } from '@noble/hashes/sha2.js';
import { type FileHash, idFromBytes } from '../../src/core/wire/encoding/ids.ts';
import type { ContentStore } from '../../src/ports/content.ts';

const HEADER_BYTES = 44;
const BYTES_PER_SECOND = 44_100 * 4;
const PART_BYTES = 1024 * 1024;

/** A recording of noise (WAV, 16 bit, two channels) of any size: large, playable, and known byte by byte. */
export async function keepRecording(content: ContentStore, sizeBytes: number): Promise<FileHash> {
  const hashing = sha256.create();
  for (const part of partsOf(sizeBytes)) hashing.update(part);
  const hash = idFromBytes<FileHash>(hashing.digest());
  await content.putFile(
    hash,
    sizeBytes,
    (async function* () {
      yield* partsOf(sizeBytes);
    })(),
  );
  return hash;
}

/** What stands behind the header. Plain arithmetic, so that a release can check what it was given. */
export const NOISE_SOURCE = '(at) => ((at * 31) ^ (at >> 9)) & 255';

const noiseAt = (at: number) => ((at * 31) ^ (at >> 9)) & 255;

function* partsOf(sizeBytes: number): Generator<Uint8Array> {
  yield headerOf(sizeBytes - HEADER_BYTES);
  for (let start = HEADER_BYTES; start < sizeBytes; start += PART_BYTES) {
    const part = new Uint8Array(Math.min(PART_BYTES, sizeBytes - start));
    for (let index = 0; index < part.length; index++) part[index] = noiseAt(start + index);
    yield part;
  }
}

function headerOf(dataBytes: number): Uint8Array {
  const header = new DataView(new ArrayBuffer(HEADER_BYTES));
  const text = (at: number, letters: string) => {
    for (const [index, letter] of [...letters].entries()) header.setUint8(at + index, letter.charCodeAt(0));
  };
  text(0, 'RIFF');
  header.setUint32(4, HEADER_BYTES - 8 + dataBytes, true);
  text(8, 'WAVEfmt ');
  header.setUint32(16, 16, true);
  header.setUint16(20, 1, true);
  header.setUint16(22, 2, true);
  header.setUint32(24, BYTES_PER_SECOND / 4, true);
  header.setUint32(28, BYTES_PER_SECOND, true);
  header.setUint16(32, 4, true);
  header.setUint16(34, 16, true);
  text(36, 'data');
  header.setUint32(40, dataBytes, true);
  return new Uint8Array(header.buffer);
}
