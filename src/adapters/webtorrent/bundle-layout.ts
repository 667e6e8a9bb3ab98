import type { BundleFile } from '../../ports/torrents.ts';
import type { Metainfo } from './metainfo.ts';

/** Bytes [start, end) of the file at this place in the bundle. */
export interface FileSlice {
  readonly file: number;
  readonly start: number;
  readonly end: number;
}

/** Which bytes of which files make which piece. Empty files lie in no piece. */
export interface BundleLayout {
  readonly files: readonly BundleFile[];
  readonly pieceCount: number;
  readonly pieceLengthBytes: number;
  /** The last piece is shorter. */
  pieceSizeBytes(index: number): number;
  /** Of a part of the piece where bounds are given, counted from its start. */
  slicesOf(index: number, from?: number, to?: number): readonly FileSlice[];
  /** First and last piece that a file touches; undefined for an empty one. */
  piecesOf(file: number): { readonly first: number; readonly last: number } | undefined;
}

/** What is wrong with the files as the concatenation of `sizeBytes`; undefined when nothing is. */
export function layoutProblem(files: readonly BundleFile[], sizeBytes: number): string | undefined {
  let end = 0;
  const seen = new Set<string>();
  for (const { hash, sizeBytes: fileBytes, offset } of files) {
    if (!Number.isSafeInteger(fileBytes) || fileBytes < 0) return `file ${hash} has no proper size`;
    if (offset !== end)
      return `file ${hash} starts at ${offset} and not at ${end}, where the one before ends`;
    if (seen.has(hash)) return `file ${hash} is in the bundle twice`;
    seen.add(hash);
    end += fileBytes;
  }
  return end === sizeBytes ? undefined : `the files make ${end} bytes and the bundle says ${sizeBytes}`;
}

/** The files must have passed layoutProblem. */
export function createBundleLayout(files: readonly BundleFile[], metainfo: Metainfo): BundleLayout {
  const { pieceLengthBytes, sizeBytes } = metainfo;
  const pieceCount = metainfo.pieceHashes.length;
  const filled = files.flatMap((file, at) => (file.sizeBytes > 0 ? [at] : []));

  /** Place in `filled` of the file that holds this byte of the bundle. */
  const fileAt = (offset: number): number => {
    let [low, high] = [0, filled.length - 1];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (files[filled[middle]!]!.offset <= offset) low = middle;
      else high = middle - 1;
    }
    return low;
  };

  return {
    files,
    pieceCount,
    pieceLengthBytes,
    pieceSizeBytes: (index) => Math.min(pieceLengthBytes, sizeBytes - index * pieceLengthBytes),
    slicesOf(index, from = 0, to = pieceLengthBytes) {
      const pieceStart = index * pieceLengthBytes;
      const start = pieceStart + from;
      const end = Math.min(pieceStart + to, pieceStart + pieceLengthBytes, sizeBytes);
      const slices: FileSlice[] = [];
      for (let at = fileAt(start); at < filled.length; at++) {
        const file = files[filled[at]!]!;
        if (file.offset >= end) break;
        slices.push({
          file: filled[at]!,
          start: Math.max(start - file.offset, 0),
          end: Math.min(end - file.offset, file.sizeBytes),
        });
      }
      return slices;
    },
    piecesOf(place) {
      const file = files[place]!;
      if (file.sizeBytes === 0) return undefined;
      return {
        first: Math.floor(file.offset / pieceLengthBytes),
        last: Math.floor((file.offset + file.sizeBytes - 1) / pieceLengthBytes),
      };
    },
  };
}
