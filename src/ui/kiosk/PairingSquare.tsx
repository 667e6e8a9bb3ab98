import { useEffect, useState } from 'react';
import type { QrSquares } from '../components/qr-squares.ts';

/**
 * The pairing link as a QR code; the style sheet sets its size. Dark on white in both colour schemes, for scanners. What draws it is
 * loaded here: a kiosk that was paired never needs it.
 */
export function PairingSquare({ link }: { readonly link: string }) {
  const [squares, setSquares] = useState<QrSquares>();
  useEffect(() => {
    let isCurrent = true;
    void import('../components/qr-squares.ts').then(({ qrSquares }) => {
      if (isCurrent) setSquares(qrSquares(link));
    });
    return () => {
      isCurrent = false;
    };
  }, [link]);
  return (
    <div className="kiosk-qr">
      {squares === undefined ? null : (
        <svg
          role="img"
          aria-label="Pairing link of this screen"
          viewBox={`0 0 ${squares.size} ${squares.size}`}
          shapeRendering="crispEdges"
        >
          <rect width={squares.size} height={squares.size} fill="#fff" />
          <path d={squares.path} fill="#000" />
        </svg>
      )}
    </div>
  );
}
