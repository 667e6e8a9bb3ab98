import { createMemoryContentStore } from '../../../adapters/memory/content-store.ts';
import type { View } from '../../../core/ledger/view.ts';
import { wishFor } from '../../../core/rollout/wish.ts';
import {
  type FileHash,
  type InfoHash,
  idFromBytes,
  type NodeId,
  type ReleaseId,
  type RolloutId,
} from '../../../core/wire/encoding/ids.ts';
import { type ReleaseManifest, releaseBody } from '../../../core/wire/entry/release.ts';
import type { Selector } from '../../../core/wire/entry/rollout.ts';
import { hashOf, inChunks, sampleBytes } from '../../../ports/acceptance/sample-bytes.ts';
import type { ContentStore } from '../../../ports/content.ts';
import type { NodeRuntime } from '../../node-runtime.ts';
import { admitDevice, startRollout } from '../actions.ts';
import { writeRelease } from '../publish.ts';
import { createRollingOut, type RollingOut } from '../rolling-out.ts';
import { createPeople, type People } from './people.ts';

/** Two screens at the harbour and one at the pier, by keys whose other half nobody holds. */
export const [till, menu, door] = [1, 2, 3].map((fill) =>
  idFromBytes<NodeId>(new Uint8Array(32).fill(fill)),
) as [NodeId, NodeId, NodeId];

/** Ada, who may do everything, with three devices and the files of eight versions of one app. */
export interface MenuFleet {
  readonly people: People;
  readonly ada: NodeRuntime;
  readonly content: ContentStore;
  readonly rolling: RollingOut;
  /** Of the one file of each version. */
  readonly hashes: readonly FileHash[];
  /** Release `counter` with the files of version `version`; the same for the same version. */
  manifest(counter: number, version: number, product?: string): ReleaseManifest;
  publish(counter: number, version?: number, by?: NodeRuntime): Promise<ReleaseId>;
  rollOut(release: ReleaseId, select?: Selector, by?: NodeRuntime): Promise<RolloutId>;
  view(): View;
  /** As "1.0.0 as 4", with the counter. */
  wishOf(device: NodeId): string | undefined;
  close(): Promise<void>;
}

export async function createMenuFleet(): Promise<MenuFleet> {
  const people = await createPeople();
  const { ada } = people;
  const content = createMemoryContentStore();
  const files = Array.from({ length: 8 }, (_, version) => sampleBytes(10 + version, version + 1));
  const hashes = await Promise.all(files.map(hashOf));
  for (const [version, bytes] of files.entries())
    await content.putFile(hashes[version]!, bytes.length, inChunks(bytes, 5));
  for (const [device, site] of [
    [till, 'Harbour'],
    [menu, 'Harbour'],
    [door, 'Pier'],
  ] as const)
    await admitDevice(ada, { device, name: site, site, labels: {} });

  const view = () => ada.node.view();
  const manifest: MenuFleet['manifest'] = (counter, version, product = 'menu') => ({
    product,
    version: `${version}.0.0`,
    counter,
    files: [{ path: 'index.html', hash: hashes[version]!, sizeBytes: 10 + version }],
    health: { type: 'call', withinMs: 10_000 },
    infoHash: `${product === 'menu' ? '' : 'f'}${String(version).repeat(40)}`.slice(0, 40) as InfoHash,
    metainfo: new Uint8Array(8),
  });
  return {
    people,
    ada,
    content,
    rolling: createRollingOut(ada, content),
    hashes,
    manifest,
    publish: (counter, version = counter, by = ada) =>
      writeRelease(by, releaseBody(manifest(counter, version))),
    rollOut: (release, select = {}, by = ada) => startRollout(by, { release, select }),
    view,
    wishOf: (device) => {
      const wish = wishFor(view(), view().devices.get(device)?.body);
      const release = wish && view().releases.get(wish.release)?.manifest;
      return release && `${release.version} as ${release.counter}`;
    },
    close: () => people.close(),
  };
}
