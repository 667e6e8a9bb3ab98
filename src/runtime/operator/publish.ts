import { nextCounter } from '../../core/rollout/course.ts';
import { type EntryId, type FileHash, idFromBytes, type ReleaseId } from '../../core/wire/ids.ts';
import { WireError } from '../../core/wire/refusal.ts';
import {
  bundleLayout,
  checkFilePath,
  checkFiles,
  checkProduct,
  checkVersion,
  type HealthRule,
  MAX_RELEASE_FILES,
  type ReleaseFile,
  type ReleaseManifest,
  releaseBody,
  releasePath,
} from '../../core/wire/release.ts';
import type { ContentStore } from '../../ports/content.ts';
import type { Keys } from '../../ports/keys.ts';
import type { NodeRuntime } from '../node-runtime.ts';
import { ownGrant } from './own-grant.ts';

/** One file of a folder that a person chose. */
export interface SourceFile {
  /** Relative to the folder, with "/" between names. */
  readonly path: string;
  readonly sizeBytes: number;
  readonly read: () => Promise<Blob>;
}

export interface PublishOptions {
  readonly files: readonly SourceFile[];
  readonly product: string;
  readonly version: string;
  readonly health: HealthRule;
  readonly onProgress: (progress: PublishProgress) => void;
}

export interface PublishProgress {
  readonly stage: 'hashing' | 'storing' | 'signing';
  readonly doneBytes: number;
  readonly sizeBytes: number;
}

/** A guess: one file is hashed in one piece, so its size is what memory must bear. */
const MAX_FILE_BYTES = 512 * 1024 * 1024;

/** Why a folder cannot be a release; empty when it can. Each says what, where and what to do. */
export function problemsOf(
  files: readonly { readonly path: string; readonly sizeBytes: number }[],
): string[] {
  if (files.length === 0)
    return ['The folder is empty. Choose the folder that your build wrote, with index.html in it.'];
  const problems: string[] = [];
  const note = (check: () => unknown) => {
    try {
      check();
    } catch (error) {
      if (!(error instanceof WireError)) throw error;
      const text = sentence(error.message);
      if (!problems.includes(text)) problems.push(text);
    }
  };
  for (const { path, sizeBytes } of files) {
    note(() => checkFilePath(path));
    if (sizeBytes > MAX_FILE_BYTES)
      problems.push(`The file "${path}" is over 512 MiB. Split it or leave it out.`);
  }
  if (files.length > MAX_RELEASE_FILES)
    problems.push(
      `The folder has ${files.length} files; a release has at most ${MAX_RELEASE_FILES}. Bundle them, or leave source maps and the like out.`,
    );
  const unhashed = files.map(({ path, sizeBytes }) => ({ path, sizeBytes, hash: '' as FileHash }));
  if (problems.length === 0) note(() => checkFiles(unhashed));
  return problems;
}

/** Stores the files, makes the torrent, signs the release and goes on seeding it. */
export async function publishRelease(
  runtime: NodeRuntime,
  deps: { readonly keys: Keys; readonly content: ContentStore },
  options: PublishOptions,
): Promise<ReleaseId> {
  const product = checkProduct(options.product);
  const version = checkVersion(options.version);
  const problem = problemsOf(options.files)[0];
  if (problem !== undefined) throw new WireError(problem);
  // Before the bytes are stored: a person who may not publish should not wait for that.
  ownGrant(runtime, 'release', `/releases/${product}`);

  const files = await storeFiles(deps, options);
  options.onProgress({ stage: 'signing', doneBytes: 0, sizeBytes: 0 });
  const counter = nextCounter(runtime.node.view(), product);
  const { infoHash, metainfo } = await runtime.createBundle(`${product}-${version}`, bundleLayout(files));
  return writeRelease(runtime, {
    product,
    version,
    counter,
    files,
    health: options.health,
    infoHash,
    metainfo,
  });
}

/** Signs a release whose files are in the content store, and goes on seeding it. */
export async function writeRelease(runtime: NodeRuntime, manifest: ReleaseManifest): Promise<ReleaseId> {
  const { product, counter } = manifest;
  const release = await runtime.write({
    action: 'create',
    path: releasePath(product, counter),
    parents: newestReleases(runtime, product),
    grant: ownGrant(runtime, 'release', `/releases/${product}`),
    body: releaseBody(manifest),
  });
  runtime.seed(release);
  return release;
}

async function storeFiles(
  { keys, content }: { readonly keys: Keys; readonly content: ContentStore },
  { files, onProgress }: PublishOptions,
): Promise<readonly ReleaseFile[]> {
  const sizeBytes = files.reduce((sum, file) => sum + file.sizeBytes, 0);
  const stored: ReleaseFile[] = [];
  let doneBytes = 0;
  for (const file of [...files].sort((a, b) => (a.path < b.path ? -1 : 1))) {
    onProgress({ stage: stored.length === 0 ? 'hashing' : 'storing', doneBytes, sizeBytes });
    const bytes = new Uint8Array(await (await file.read()).arrayBuffer());
    const hash = idFromBytes<FileHash>(await keys.sha256(bytes));
    await content.putFile(hash, bytes.length, once(bytes));
    stored.push({ path: file.path, hash, sizeBytes: bytes.length });
    doneBytes += bytes.length;
  }
  return stored;
}

/** The releases of the highest counter that counts: what the next one follows. */
function newestReleases({ node }: NodeRuntime, product: string): EntryId[] {
  const own = Array.from(node.view().releases, ([id, { manifest }]) => ({ id, manifest })).filter(
    ({ manifest }) => manifest.product === product,
  );
  const highest = Math.max(...own.map(({ manifest }) => manifest.counter));
  return own.filter(({ manifest }) => manifest.counter === highest).map(({ id }) => id);
}

async function* once(bytes: Uint8Array): AsyncIterable<Uint8Array> {
  yield bytes;
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}
