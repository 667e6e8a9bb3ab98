import { encodeCbor } from '../../../src/core/wire/encoding/cbor.ts';
import { BODY_SAMPLES, ENTRY_SAMPLES } from './entry-samples.ts';
import { KEPT_SAMPLES } from './kept-samples.ts';
import { LINK_SAMPLES } from './link-samples.ts';
import type { Sample } from './sample.ts';
import { JOINING_SAMPLES, SIGNALING_SAMPLES } from './signaling-samples.ts';
import { STATEMENT_SAMPLES } from './statement-samples.ts';
import { TORRENT_SAMPLES } from './torrent-samples.ts';

/** At least one of everything that goes over a wire or into storage. Fixed, so that the bytes change only when the format does. */
export const SAMPLES: readonly Sample[] = [
  cborOf('numbers at the edges of their widths', [0, 23, 24, 255, 256, 65_535, 65_536, 2 ** 32, 2 ** 53 - 1]),
  cborOf('below zero', [-1, -24, -25, -(2 ** 53) + 1]),
  cborOf('map keys by length, then bytes', { b: 1, a: 2, aa: 3, ä: 4, __proto: null }),
  cborOf('text, bytes, truth', ['ü', new Uint8Array([0, 255]), true, false, null, [], {}]),
  ...ENTRY_SAMPLES,
  ...STATEMENT_SAMPLES,
  ...LINK_SAMPLES,
  ...SIGNALING_SAMPLES,
  ...JOINING_SAMPLES,
  ...KEPT_SAMPLES,
  ...TORRENT_SAMPLES,
  ...BODY_SAMPLES,
];

function cborOf(name: string, value: Parameters<typeof encodeCbor>[0]): Sample {
  return { decoder: 'cbor', name, bytes: encodeCbor(value) };
}
