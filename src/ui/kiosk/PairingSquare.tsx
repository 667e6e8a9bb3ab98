import { qrSquares } from '../components/qr-squares.ts';

/** The pairing link as a QR code; the style sheet sets its size. Dark on white in both colour schemes, for scanners. */
export function PairingSquare(props: { readonly link: string }) {
  const { size, path } = qrSquares(props.link);
  return (
    <div className="kiosk-qr">
      <svg
        role="img"
        aria-label="Pairing link of this screen"
        viewBox={`0 0 ${size} ${size}`}
        shapeRendering="crispEdges"
      >
        <rect width={size} height={size} fill="#fff" />
        <path d={path} fill="#000" />
      </svg>
    </div>
  );
}
