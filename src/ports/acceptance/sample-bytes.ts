import { type FileHash, idFromBytes } from '../../core/wire/encoding/ids.ts';

/** Bytes that look random and are the same for one seed everywhere (xorshift32). */
export function sampleBytes(sizeBytes: number, seed: number): Uint8Array {
  const bytes = new Uint8Array(sizeBytes);
  let state = (seed * 2_654_435_761 + 1) | 0 || 1;
  for (let at = 0; at < sizeBytes; at++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    bytes[at] = state;
  }
  return bytes;
}

export async function hashOf(bytes: Uint8Array): Promise<FileHash> {
  return idFromBytes<FileHash>(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes.slice())));
}

export async function* inChunks(bytes: Uint8Array, chunkBytes: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += chunkBytes) yield bytes.slice(at, at + chunkBytes);
}
