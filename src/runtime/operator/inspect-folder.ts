import { type FileHash, idFromBytes } from '../../core/wire/ids.ts';
import type { ReleaseManifest } from '../../core/wire/release.ts';
import type { Keys } from '../../ports/keys.ts';
import type { NodeRuntime } from '../node-runtime.ts';
import { problemsOf, type SourceFile } from './publish.ts';

export interface FolderFacts {
  readonly fileCount: number;
  readonly sizeBytes: number;
  readonly suggestedProduct: string | undefined;
  readonly suggestedVersion: string | undefined;
  readonly against:
    | {
        readonly version: string;
        readonly added: number;
        readonly changed: number;
        readonly removed: number;
        readonly same: number;
        readonly bytesToFetch: number;
      }
    | undefined;
  readonly problems: readonly string[];
}

/** Looks at a folder before anything is signed: what is in it, what is wrong with it, what it changes. */
export async function inspectFolder(
  files: readonly SourceFile[],
  runtime: NodeRuntime,
  keys: Keys,
): Promise<FolderFacts> {
  const suggestion = await readSuggestion(files);
  const problems = problemsOf(files);
  const newest =
    suggestion.product && problems.length === 0 ? newestOf(runtime, suggestion.product) : undefined;
  return {
    fileCount: files.length,
    sizeBytes: files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
    suggestedProduct: suggestion.product,
    suggestedVersion: suggestion.version,
    against: newest && (await compare(files, newest, keys)),
    problems,
  };
}

async function readSuggestion(files: readonly SourceFile[]): Promise<{ product?: string; version?: string }> {
  const source = files.find(({ path, sizeBytes }) => path === 'package.json' && sizeBytes < 1024 * 1024);
  if (source === undefined) return {};
  try {
    const { name, version } = JSON.parse(await (await source.read()).text()) as Record<string, unknown>;
    return {
      ...(typeof name === 'string' && { product: asProduct(name) }),
      ...(typeof version === 'string' && { version: version.slice(0, 64) }),
    };
  } catch {
    return {};
  }
}

function asProduct(name: string): string {
  return name
    .toLowerCase()
    .replace(/^@/, '')
    .replace(/[^a-z0-9._-]+/g, '-')
    .replace(/^[^a-z0-9]+/, '')
    .slice(0, 64);
}

function newestOf({ node }: NodeRuntime, product: string): ReleaseManifest | undefined {
  return Array.from(node.view().releases.values(), ({ manifest }) => manifest)
    .filter((manifest) => manifest.product === product)
    .sort((a, b) => b.counter - a.counter)[0];
}

async function compare(
  files: readonly SourceFile[],
  before: ReleaseManifest,
  keys: Keys,
): Promise<FolderFacts['against']> {
  const known = new Map(before.files.map((file) => [file.path, file.hash]));
  const held = new Set(before.files.map(({ hash }) => hash));
  const counts = { added: 0, changed: 0, same: 0, bytesToFetch: 0 };
  for (const file of files) {
    const bytes = new Uint8Array(await (await file.read()).arrayBuffer());
    const hash = idFromBytes<FileHash>(await keys.sha256(bytes));
    const old = known.get(file.path);
    known.delete(file.path);
    if (old === undefined) counts.added++;
    else if (old === hash) counts.same++;
    else counts.changed++;
    if (!held.has(hash)) counts.bytesToFetch += bytes.length;
  }
  return { version: before.version, ...counts, removed: known.size };
}
