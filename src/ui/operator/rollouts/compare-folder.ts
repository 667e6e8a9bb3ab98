import type { ReleaseRow } from '../../../store/model.ts';

type File = ReleaseRow['files'][number];

/** What a folder changes against a release. */
export interface FolderChanges {
  readonly added: number;
  readonly changed: number;
  readonly removed: number;
  readonly same: number;
  /** What a device that has the release lacks. */
  readonly bytesToFetch: number;
}

export function compareFolder(files: readonly File[], release: Pick<ReleaseRow, 'files'>): FolderChanges {
  const before = new Map(release.files.map(({ path, hash }) => [path, hash]));
  const held = new Set(before.values());
  const missing = new Map<string, number>();
  const counts = { added: 0, changed: 0, same: 0 };
  for (const { path, hash, sizeBytes } of files) {
    const old = before.get(path);
    before.delete(path);
    if (old === undefined) counts.added++;
    else if (old === hash) counts.same++;
    else counts.changed++;
    if (!held.has(hash)) missing.set(hash, sizeBytes);
  }
  const bytesToFetch = [...missing.values()].reduce((sum, sizeBytes) => sum + sizeBytes, 0);
  return { ...counts, removed: before.size, bytesToFetch };
}

/** The newest release of the product: releases come with the highest number first. */
export function newestOf<Row extends Pick<ReleaseRow, 'product' | 'counter'>>(
  releases: readonly Row[],
  product: string,
): Row | undefined {
  return releases
    .filter((release) => release.product === product)
    .reduce<Row | undefined>(
      (newest, release) => (newest === undefined || release.counter > newest.counter ? release : newest),
      undefined,
    );
}

/** A release of the product that has these files and no others; of several the newest. */
export function releaseOfFiles(
  files: readonly File[],
  releases: readonly ReleaseRow[],
  product: string,
): ReleaseRow | undefined {
  const same = releases.filter((release) => {
    if (release.product !== product || release.files.length !== files.length) return false;
    const { added, changed } = compareFolder(files, release);
    return added === 0 && changed === 0;
  });
  return newestOf(same, product);
}
