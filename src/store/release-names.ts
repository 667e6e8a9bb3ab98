import type { Ledger } from '../core/ledger/ledger.ts';
import type { Node } from '../core/node/node.ts';
import type { ReleaseId } from '../core/wire/encoding/ids.ts';
import { bundleLayout, type ReleaseManifest } from '../core/wire/entry/release.ts';
import { shareEqual } from './projection/structural-sharing.ts';

/** How people tell a release from all others of the fleet. */
export interface ReleaseName {
  readonly product: string;
  /** The version; where several releases of the product have it, with the number: "1.0.0 (release 7)". */
  readonly version: string;
  /** Of its distinct files. */
  readonly sizeBytes: number;
}

export type ReleaseNames = ReadonlyMap<ReleaseId, ReleaseName>;

/** Names of a ledger as far as it has grown: a page asks for one for each device, four times a second. */
const kept = new WeakMap<Ledger, { readonly entries: number; readonly names: ReleaseNames }>();

/** Of all releases that count; the same map until one of the names changes. */
export function releaseNames({ ledger, view }: Pick<Node, 'ledger' | 'view'>): ReleaseNames {
  const before = kept.get(ledger);
  if (before?.entries === ledger.size()) return before.names;
  const all = nameAll(Array.from(view().releases, ([id, { manifest }]) => ({ id, manifest })));
  const names = shareEqual(before?.names, all);
  kept.set(ledger, { entries: ledger.size(), names });
  return names;
}

/** Undefined for a release that does not count, or is not known here. */
export function nameOfRelease(node: Node, release: ReleaseId): ReleaseName | undefined {
  return releaseNames(node).get(release);
}

function nameAll(
  releases: readonly { readonly id: ReleaseId; readonly manifest: ReleaseManifest }[],
): ReleaseNames {
  const times = new Map<string, number>();
  const textOf = ({ product, version }: ReleaseManifest) => `${product} ${version}`;
  for (const { manifest } of releases) times.set(textOf(manifest), (times.get(textOf(manifest)) ?? 0) + 1);
  return new Map(
    releases.map(({ id, manifest }) => [
      id,
      {
        product: manifest.product,
        version:
          (times.get(textOf(manifest)) ?? 0) > 1
            ? `${manifest.version} (release ${manifest.counter})`
            : manifest.version,
        sizeBytes: bundleLayout(manifest.files).reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
      },
    ]),
  );
}
