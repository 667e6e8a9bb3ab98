import { tight } from './database.ts';

/**
 * A part of a file, with the SHA-256 that its bytes had when the whole file made the hash that it is named by. A part is
 * checked each time it is read, so that a file need not be read whole to be trusted.
 *
 * This finds what a disk lost or mixed up. Whoever can rewrite the database can rewrite both, and the shell with them.
 */
export interface StoredChunk {
  readonly sha256: Uint8Array;
  readonly bytes: Uint8Array;
}

export async function sealChunk(part: Uint8Array): Promise<StoredChunk> {
  const bytes = tight(part);
  return { sha256: await sha256(bytes), bytes };
}

/** The bytes, if there are `sizeBytes` of them and they are what was kept. */
export async function openChunk(value: unknown, sizeBytes: number): Promise<Uint8Array | undefined> {
  if (typeof value !== 'object' || value === null) return undefined;
  const { sha256: kept, bytes } = value as Partial<StoredChunk>;
  if (!(kept instanceof Uint8Array) || !(bytes instanceof Uint8Array) || bytes.length !== sizeBytes)
    return undefined;
  const made = await sha256(bytes);
  return kept.length === made.length && made.every((byte, at) => byte === kept[at]) ? bytes : undefined;
}

async function sha256(bytes: Uint8Array): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', bytes as Uint8Array<ArrayBuffer>));
}
