import { encode } from 'uqr';

/** A QR code as one SVG path, dark on white in both colour schemes: scanners need the contrast. */
export function QrCode(props: { readonly text: string; readonly label: string; readonly sizePx: number }) {
  const code = encode(props.text, { ecc: 'M', border: 4 });
  const path = code.data
    .flatMap((row, y) => row.map((dark, x) => (dark ? `M${x} ${y}h1v1h-1z` : '')))
    .join('');
  return (
    <svg
      role="img"
      aria-label={props.label}
      width={props.sizePx}
      height={props.sizePx}
      viewBox={`0 0 ${code.size} ${code.size}`}
      shapeRendering="crispEdges"
    >
      <rect width={code.size} height={code.size} fill="#fff" />
      <path d={path} fill="#000" />
    </svg>
  );
}
