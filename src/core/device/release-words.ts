/** A guess: a sentence for whoever mends the app; with what is said around it, it fits the reason of a receipt. */
const MAX_CHARACTERS = 200;

/**
 * What a release says of itself, as one line: control characters, line separators, halves of surrogate pairs and marks that turn the
 * direction of writing become spaces, and what is over the bound is cut. Attack: an app's words that forge another line of a log, or
 * that show as other words than they are (CVE-2021-42574).
 */
function releaseWords(said: string): string {
  const line = said
    .replaceAll(/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/gu, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim();
  // By code points, so that no half of a surrogate pair is left at the end.
  const points = Array.from(line);
  return points.length > MAX_CHARACTERS ? `${points.slice(0, MAX_CHARACTERS - 1).join('')}…` : line;
}

/** The release's own judgement of itself, in its own words (D6, D15). */
export function unhealthyWords(reason: string): string {
  const words = releaseWords(reason);
  return words === '' ? 'it called unhealthy() and gave no reason' : `it called unhealthy(): ${words}`;
}
