import type { Ledger } from '../ledger/ledger.ts';
import type { View } from '../ledger/view.ts';
import { compareBytes, encodeCbor } from '../wire/encoding/cbor.ts';
import type { ReleaseId } from '../wire/encoding/ids.ts';
import { readReleasePath, releasePath } from '../wire/entry/release.ts';

/** How the files of a release come to devices. */
export type Course =
  /** By this release: the one that is asked for, or a later one of the same files. */
  | { readonly type: 'roll-out'; readonly release: ReleaseId; readonly counter: number }
  /** Under the next counter: a device may have committed what bars the release itself (D3). */
  | { readonly type: 'publish-again'; readonly counter: number };

type KnownRelease = NonNullable<ReturnType<View['releases']['get']>>;
type KnownLedger = Pick<Ledger, 'accepted' | 'standing' | 'view' | 'heads'>;

/**
 * Only a commit sets a floor, and only a rollout leads to a commit. So every device takes a release above which no
 * release was ever rolled out, and some devices may refuse any other. Undefined if the release does not count, or is
 * not known here.
 */
export function courseOf(
  release: ReleaseId,
  ledger: KnownLedger,
  rolledOut: ReadonlySet<ReleaseId>,
): Course | undefined {
  const path = countingPath(release, ledger);
  if (path === undefined) return undefined;
  const { releases } = ledger.view;
  const bars = barriers(path.product, ledger, rolledOut);
  const wanted = releases.get(release);
  const free = Array.from(releases, ([id, known]) => ({ id, known, counter: known.manifest.counter }))
    .filter(({ known }) => wanted !== undefined && isSameApp(known, wanted))
    .filter(({ id, counter }) => !bars.some((bar) => bar.release !== id && bar.counter >= counter))
    .sort((a, b) => a.counter - b.counter)[0];
  return free === undefined
    ? { type: 'publish-again', counter: nextCounter(ledger, path.product) }
    : { type: 'roll-out', release: free.id, counter: free.counter };
}

/** Whether the two differ in their counters alone: a device that takes either runs the same and judges it alike. */
function isSameApp(a: KnownRelease, b: KnownRelease): boolean {
  const body = ({ entry }: KnownRelease) => encodeCbor({ ...entry.body, counter: 0 });
  return a.manifest.infoHash === b.manifest.infoHash && compareBytes(body(a), body(b)) === 0;
}

/**
 * Higher than that of any release of the product that counts, and not the counter of any entry, void ones included: an
 * ack can bring a voided release back, and it would then compete with another release of the same counter.
 */
export function nextCounter({ view, heads }: Pick<Ledger, 'view' | 'heads'>, product: string): number {
  let next = 1;
  for (const { manifest } of view.releases.values())
    if (manifest.product === product) next = Math.max(next, manifest.counter + 1);
  while (heads(releasePath(product, next)).length > 0) next++;
  return next;
}

/**
 * Releases of the product that a device may have committed, including those that lost to another release of the same
 * counter.
 */
function barriers(
  product: string,
  ledger: KnownLedger,
  rolledOut: ReadonlySet<ReleaseId>,
): { readonly release: ReleaseId; readonly counter: number }[] {
  return [...rolledOut].flatMap((release) => {
    const path = countingPath(release, ledger);
    return path?.product === product ? [{ release, counter: path.counter }] : [];
  });
}

/** A floor whose release does not count holds nothing back (D3). */
function countingPath(
  release: ReleaseId,
  ledger: KnownLedger,
): { readonly product: string; readonly counter: number } | undefined {
  const entry = ledger.accepted(release);
  if (entry === undefined || ledger.standing(release)?.type !== 'effective') return undefined;
  return readReleasePath(entry.path);
}
