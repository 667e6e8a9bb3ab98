import { qrSquares } from './qr-squares.ts';

/** A QR code as one SVG path, dark on white in both colour schemes: scanners need the contrast. */
export function QrCode(props: { readonly text: string; readonly label: string; readonly sizePx: number }) {
  const { size, path } = qrSquares(props.text);
  return (
    <svg
      role="img"
      aria-label={props.label}
      width={props.sizePx}
      height={props.sizePx}
      viewBox={`0 0 ${size} ${size}`}
      shapeRendering="crispEdges"
    >
      <rect width={size} height={size} fill="#fff" />
      <path d={path} fill="#000" />
    </svg>
  );
}
