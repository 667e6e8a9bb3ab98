import { encode } from 'uqr';

/** A QR code in units of one square: `size` to a side, `path` draws the dark squares as SVG. */
export interface QrSquares {
  readonly size: number;
  readonly path: string;
}

/** With the border of four squares that scanners need (ISO/IEC 18004), and the second of four levels of repair. */
export function qrSquares(text: string): QrSquares {
  const { data, size } = encode(text, { ecc: 'M', border: 4 });
  const path = data.flatMap((row, y) => row.map((dark, x) => (dark ? `M${x} ${y}h1v1h-1z` : ''))).join('');
  return { size, path };
}
