import type { InfoHash } from '../../core/wire/encoding/ids.ts';

/**
 * Parts of pieces that were read or written last, of all bundles of a node. Blocks of 16 KiB are asked for one after the other, by several
 * peers: without it each would be a read of the store. Bounded in bytes, whatever the size of pieces and the number of bundles.
 */
export interface PieceCache {
  /** Bytes from `start` to `end`, exclusive, of the piece, which may be shared: they are not to be changed. Undefined when `load` has none. */
  read(piece: PieceName, start: number, end: number, load: LoadPart): Promise<Uint8Array | undefined>;
  /** The piece was written: others ask for it now. */
  keep(piece: PieceName, bytes: Uint8Array): void;
  /** What it has of the bundle may not be what the store has now. */
  forget(bundle: InfoHash): void;
}

export interface PieceName {
  readonly bundle: InfoHash;
  readonly index: number;
  readonly sizeBytes: number;
}

export type LoadPart = (start: number, end: number) => Promise<Uint8Array | undefined>;

/** What one read of the store fetches; a guess: a transaction costs as much as some hundred KiB, a large piece is mostly asked for in order. */
const PART_BYTES = 1024 * 1024;
/** A guess: eight peers in two parts each, which a kiosk's memory bears. */
const MAX_KEPT_BYTES = 16 * 1024 * 1024;

export function createPieceCache(): PieceCache {
  /** Least recently used first. */
  const kept = new Map<string, Uint8Array>();
  const loading = new Map<string, Promise<Uint8Array | undefined>>();
  let keptBytes = 0;

  const keyOf = ({ bundle, index }: PieceName, part: number) => `${bundle} ${index} ${part}`;

  const put = (key: string, bytes: Uint8Array) => {
    keptBytes += bytes.length - (kept.get(key)?.length ?? 0);
    kept.delete(key);
    kept.set(key, bytes);
    for (const [oldest, { length }] of kept) {
      if (keptBytes <= MAX_KEPT_BYTES) break;
      kept.delete(oldest);
      keptBytes -= length;
    }
  };

  const loadPart = (key: string, load: () => Promise<Uint8Array | undefined>) => {
    const underway: Promise<Uint8Array | undefined> = load().then(
      (bytes) => {
        if (settle() && bytes !== undefined) put(key, bytes);
        return bytes;
      },
      (error: unknown) => {
        settle();
        throw error;
      },
    );
    /** Whether it was not forgotten meanwhile. */
    const settle = () => loading.get(key) === underway && loading.delete(key);
    loading.set(key, underway);
    return underway;
  };

  const readPart = (piece: PieceName, part: number, load: LoadPart) => {
    const key = keyOf(piece, part);
    const known = kept.get(key);
    if (known !== undefined) {
      put(key, known);
      return known;
    }
    return (
      loading.get(key) ??
      loadPart(key, () => load(part * PART_BYTES, Math.min((part + 1) * PART_BYTES, piece.sizeBytes)))
    );
  };

  return {
    forget(bundle) {
      const prefix = `${bundle} `;
      for (const key of loading.keys()) if (key.startsWith(prefix)) loading.delete(key);
      for (const [key, { length }] of kept)
        if (key.startsWith(prefix)) {
          kept.delete(key);
          keptBytes -= length;
        }
    },
    async read(piece, start, end, load) {
      const first = Math.floor(start / PART_BYTES);
      const last = Math.max(first, Math.ceil(end / PART_BYTES) - 1);
      const out = first === last ? undefined : new Uint8Array(end - start);
      for (let part = first; part <= last; part++) {
        const bytes = await readPart(piece, part, load);
        if (bytes === undefined) return undefined;
        const partStart = part * PART_BYTES;
        const slice = bytes.subarray(Math.max(start - partStart, 0), end - partStart);
        if (out === undefined) return slice;
        out.set(slice, partStart + Math.max(start - partStart, 0) - start);
      }
      return out;
    },
    keep(piece, bytes) {
      for (let part = 0; part * PART_BYTES < bytes.length; part++) {
        const whole = bytes.length <= PART_BYTES;
        // A view would keep the whole piece in memory for one part of it.
        put(keyOf(piece, part), whole ? bytes : bytes.slice(part * PART_BYTES, (part + 1) * PART_BYTES));
      }
    },
  };
}
