import { useRef } from 'react';

export const DETAILS_HASH = '#/details';

const TAPS = 5;
/** A guess: five taps of a person who means it; more seconds would gather the single taps of many. */
const WITHIN_MS = 3_000;

/**
 * A small corner above the release, whose frame takes all other touches and keys: five taps within three seconds open the details. An app
 * does not get what is tapped there, which no page can pass on into a frame of another origin; and while an app has itself shown full
 * screen, nothing but its frame is given touches.
 */
export function DetailsCorner() {
  const taps = useRef<readonly number[]>([]);
  return (
    <button
      type="button"
      className="kiosk-corner"
      aria-label="Details of this screen: press five times"
      onClick={({ timeStamp }) => {
        taps.current = [...taps.current.filter((at) => timeStamp - at < WITHIN_MS), timeStamp];
        if (taps.current.length >= TAPS) location.hash = DETAILS_HASH;
      }}
    />
  );
}
