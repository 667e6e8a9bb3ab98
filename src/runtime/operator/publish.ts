import { nextCounter } from '../../core/rollout/course.ts';
import type { EntryId, FileHash, ReleaseId } from '../../core/wire/encoding/ids.ts';
import { WireError } from '../../core/wire/encoding/refusal.ts';
import type { CborMap } from '../../core/wire/encoding/shape.ts';
import {
  bundleLayout,
  checkProduct,
  checkVersion,
  type HealthRule,
  productFolder,
  type ReleaseFile,
  readReleaseBody,
  releaseBody,
  releasePath,
} from '../../core/wire/entry/release.ts';
import { ContentMismatch, type ContentStore } from '../../ports/content.ts';
import type { NodeRuntime } from '../node-runtime.ts';
import { problemsOf } from './folder-problems.ts';
import { ownGrant } from './own-grant.ts';
import { FolderChanged, type HashedFile, slicesOf } from './source-file.ts';

export interface PublishOptions {
  /** As they were hashed when the folder was looked at. */
  readonly files: readonly HashedFile[];
  readonly product: string;
  readonly version: string;
  readonly health: HealthRule;
  readonly onProgress: (progress: PublishProgress) => void;
}

/** `cutting`: the torrent's pieces are made. */
export interface PublishProgress {
  readonly stage: 'storing' | 'cutting' | 'signing';
  readonly doneBytes: number;
  readonly sizeBytes: number;
}

/** Stores the files, makes the torrent, signs the release and goes on seeding it. */
export async function publishRelease(
  runtime: NodeRuntime,
  { content }: { readonly content: ContentStore },
  options: PublishOptions,
): Promise<ReleaseId> {
  const product = checkProduct(options.product);
  const version = checkVersion(options.version);
  const problem = problemsOf(options.files)[0];
  if (problem !== undefined) throw new WireError(problem);
  // Before the bytes are stored: a person who may not publish should not wait for that.
  ownGrant(runtime, 'release', productFolder(product));

  const files = await storeFiles(content, options);
  const layout = bundleLayout(files);
  const sizeBytes = layout.reduce((sum, file) => sum + file.sizeBytes, 0);
  const { infoHash, metainfo } = await runtime.createBundle(`${product}-${version}`, layout, (doneBytes) =>
    options.onProgress({ stage: 'cutting', doneBytes, sizeBytes }),
  );
  options.onProgress({ stage: 'signing', doneBytes: 0, sizeBytes: 0 });
  const counter = nextCounter(runtime.node.ledger, product);
  const { health } = options;
  return writeRelease(runtime, releaseBody({ product, version, counter, files, health, infoHash, metainfo }));
}

/** Signs a release of that body whose files are in the content store, and goes on seeding it. */
export async function writeRelease(runtime: NodeRuntime, body: CborMap): Promise<ReleaseId> {
  const { product, counter } = readReleaseBody(body);
  const release = await runtime.write({
    action: 'create',
    path: releasePath(product, counter),
    parents: newestReleases(runtime, product),
    grant: ownGrant(runtime, 'release', productFolder(product)),
    body,
  });
  runtime.seed(release);
  return release;
}

async function storeFiles(
  content: ContentStore,
  { files, onProgress }: PublishOptions,
): Promise<readonly ReleaseFile[]> {
  const sizeBytes = files.reduce((sum, file) => sum + file.sizeBytes, 0);
  const stored = new Set<FileHash>();
  let doneBytes = 0;
  const advance = (bytes: number) => {
    doneBytes += bytes;
    onProgress({ stage: 'storing', doneBytes, sizeBytes });
  };
  for (const file of files) {
    if (stored.has(file.hash)) {
      advance(file.sizeBytes);
      continue;
    }
    const counted = async function* () {
      for await (const bytes of slicesOf(file)) {
        yield bytes;
        advance(bytes.length);
      }
    };
    try {
      await content.putFile(file.hash, file.sizeBytes, counted());
      stored.add(file.hash);
    } catch (error) {
      // The browser did not notice, and these are not the bytes that a person has seen the report of.
      if (error instanceof ContentMismatch) throw new FolderChanged(file.path);
      throw error;
    }
  }
  return files.map(({ path, hash, sizeBytes: fileBytes }) => ({ path, hash, sizeBytes: fileBytes }));
}

/** The releases of the highest counter that counts: what the next one follows. */
function newestReleases({ node }: NodeRuntime, product: string): EntryId[] {
  const own = Array.from(node.view().releases, ([id, { manifest }]) => ({ id, manifest })).filter(
    ({ manifest }) => manifest.product === product,
  );
  const highest = Math.max(...own.map(({ manifest }) => manifest.counter));
  return own.filter(({ manifest }) => manifest.counter === highest).map(({ id }) => id);
}
