import { type FileHash, type InfoHash, idFromBytes } from '../../src/core/wire/encoding/ids.ts';
import type { HealthRule, ReleaseManifest } from '../../src/core/wire/entry/release.ts';
import type { Random } from '../engine/random.ts';

/** A piece's SHA-1 for each piece of 64 KiB, and the rest of a torrent file (B2). */
const METAINFO_BYTES = { rest: 150, piece: 20 } as const;

/** The manifest of a release whose one file has nothing in it but its size. */
export function manifestOfSize(
  release: { readonly counter: number; readonly sizeBytes: number; readonly health: HealthRule },
  random: Random,
): ReleaseManifest {
  const bytes = (length: number) => Uint8Array.from({ length }, () => Math.floor(random() * 256));
  const infoHash = Array.from(bytes(20), (byte) => byte.toString(16).padStart(2, '0')).join('') as InfoHash;
  const pieces = Math.ceil(release.sizeBytes / 65_536);
  return {
    product: 'menu',
    version: `${release.counter}.0`,
    counter: release.counter,
    files: [{ path: 'index.html', hash: idFromBytes<FileHash>(bytes(32)), sizeBytes: release.sizeBytes }],
    health: release.health,
    infoHash,
    metainfo: bytes(METAINFO_BYTES.rest + pieces * METAINFO_BYTES.piece),
  };
}
