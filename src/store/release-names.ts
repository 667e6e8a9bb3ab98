import type { Ledger } from '../core/ledger/ledger.ts';
import type { Node } from '../core/node/node.ts';
import type { ReleaseId } from '../core/wire/encoding/ids.ts';
import { bundleLayout, type ReleaseManifest } from '../core/wire/entry/release.ts';

/** How people tell a release from all others of the fleet. */
export interface ReleaseName {
  readonly product: string;
  /** The version; where several releases of the product have it, with the number: "1.0.0 (release 7)". */
  readonly version: string;
  /** Of its distinct files. */
  readonly sizeBytes: number;
}

type Names = ReadonlyMap<ReleaseId, ReleaseName>;

/** Names of a ledger as far as it has grown: a page asks for one for each device, four times a second. */
const kept = new WeakMap<Ledger, { readonly entries: number; readonly names: Names }>();

/** Undefined for a release that does not count, or is not known here. */
export function nameOfRelease({ ledger, view }: Node, release: ReleaseId): ReleaseName | undefined {
  const before = kept.get(ledger);
  if (before?.entries === ledger.size()) return before.names.get(release);
  const names = nameAll(Array.from(view().releases, ([id, { manifest }]) => ({ id, manifest })));
  kept.set(ledger, { entries: ledger.size(), names });
  return names.get(release);
}

function nameAll(releases: readonly { readonly id: ReleaseId; readonly manifest: ReleaseManifest }[]): Names {
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
