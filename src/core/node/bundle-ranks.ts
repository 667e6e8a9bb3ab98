import type { View } from '../ledger/view.ts';
import { wishedReleases } from '../rollout/wish.ts';
import type { InfoHash, ReleaseId } from '../wire/encoding/ids.ts';

/** Ranks of the view as it is, worked out when somebody asks. */
export interface BundleRanks {
  current(): ReadonlyMap<InfoHash, number>;
  onViewChanged(): void;
}

export function createBundleRanks(view: () => View): BundleRanks {
  let known: ReadonlyMap<InfoHash, number> | undefined;
  return {
    current: () => {
      known ??= rankBundles(view());
      return known;
    },
    onViewChanged: () => {
      known = undefined;
    },
  };
}

/**
 * Bundles in the order in which neighbours are told of them where not all can be named (B5): releases that a device is wished to run, the
 * newest rollout's first; then of each product the newest, of each the second newest, and so on. It hangs on the view alone, so that two
 * nodes of one ledger rank alike, and no author's clock changes it.
 */
export function rankBundles(view: View): ReadonlyMap<InfoHash, number> {
  const { rollouts, devices, releases } = view;
  const wished = wishedReleases(
    view,
    Array.from(devices.values(), ({ body }) => body),
  );
  const wishedFirst = [...rollouts]
    .reverse()
    .map(({ body }) => body.release)
    .filter((release) => wished.has(release));
  const ranks = new Map<InfoHash, number>();
  for (const id of [...wishedFirst, ...newestFirst(releases)]) {
    const infoHash = releases.get(id)?.manifest.infoHash;
    if (infoHash !== undefined && !ranks.has(infoHash)) ranks.set(infoHash, ranks.size);
  }
  return ranks;
}

function newestFirst(releases: View['releases']): readonly ReleaseId[] {
  const byCounter = [...releases].sort(
    ([a, one], [b, other]) => other.manifest.counter - one.manifest.counter || (a < b ? -1 : 1),
  );
  /** How many of its product are newer. */
  const age = new Map<ReleaseId, number>();
  const seen = new Map<string, number>();
  for (const [id, { manifest }] of byCounter) {
    const newer = seen.get(manifest.product) ?? 0;
    age.set(id, newer);
    seen.set(manifest.product, newer + 1);
  }
  return byCounter.map(([id]) => id).sort((a, b) => age.get(a)! - age.get(b)! || (a < b ? -1 : 1));
}
