import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, join, relative, resolve, sep } from 'node:path';
import { WireError } from '../src/core/wire/encoding/refusal.ts';
import { checkProduct, checkVersion } from '../src/core/wire/entry/release.ts';
import { problemsOf } from '../src/runtime/operator/folder-problems.ts';
import { leaveOut } from '../src/runtime/operator/left-out.ts';
import { decodeText } from '../src/runtime/operator/package-facts.ts';
import { InvalidOption } from './invalid-option.ts';

/** A folder that can be published. */
export interface ReleaseFolder {
  /** Absolute. */
  readonly path: string;
  readonly product: string;
  readonly version: string;
  readonly sizeBytes: number;
}

/**
 * Looks at the folders before anything is started. Name and version are those of each package.json; where it says
 * none, the folder's name and its place in the list.
 * @throws InvalidOption
 */
export async function readReleaseFolders(folders: readonly string[]): Promise<readonly ReleaseFolder[]> {
  const releases: ReleaseFolder[] = [];
  for (const [index, folder] of folders.entries()) {
    const release = await readReleaseFolder(folder, String(index + 1));
    const twin = releases.find(
      ({ product, version }) => product === release.product && version === release.version,
    );
    if (twin !== undefined)
      throw new InvalidOption(
        `Both "${twin.path}" and "${release.path}" are ${release.product} ${release.version}. ` +
          'Give each release a version of its own in its package.json.',
      );
    releases.push(release);
  }
  return releases;
}

async function readReleaseFolder(folder: string, fallbackVersion: string): Promise<ReleaseFolder> {
  const path = resolve(folder);
  const found = await stat(path).catch(() => undefined);
  if (found === undefined)
    throw new InvalidOption(
      `There is no folder "${folder}". --release takes a built web app, with index.html at its top.`,
    );
  if (!found.isDirectory())
    throw new InvalidOption(
      `"${folder}" is no folder. --release takes the folder of a built web app, with index.html at its top.`,
    );
  // As the dashboard's page does, through which the demo publishes.
  const files = leaveOut(await listFiles(path), new Set()).kept;
  const problem = problemsOf(files)[0];
  if (problem !== undefined) throw new InvalidOption(`"${folder}" cannot be published. ${problem}`);
  const named = await readPackage(path);
  try {
    return {
      path,
      product: checkProduct(asProduct(named.name ?? basename(path))),
      version: checkVersion(named.version ?? fallbackVersion),
      sizeBytes: files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
    };
  } catch (error) {
    if (!(error instanceof WireError)) throw error;
    throw new InvalidOption(`"${folder}" cannot be published: ${error.message}.`);
  }
}

async function listFiles(folder: string) {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return Promise.all(
    paths.map(async (path) => ({
      path: relative(folder, path).split(sep).join('/'),
      sizeBytes: (await stat(path)).size,
    })),
  );
}

async function readPackage(folder: string): Promise<{ name?: string; version?: string }> {
  const bytes = await readFile(join(folder, 'package.json')).catch(() => undefined);
  const text = bytes === undefined ? '{}' : decodeText(bytes);
  try {
    const { name, version } = JSON.parse(text) as Record<string, unknown>;
    return {
      ...(typeof name === 'string' && name !== '' && { name }),
      ...(typeof version === 'string' && version !== '' && { version }),
    };
  } catch {
    throw new InvalidOption(`"${join(folder, 'package.json')}" is not JSON. Mend it, or leave it out.`);
  }
}

/** A package's or folder's name in the letters that a product may have. */
function asProduct(name: string): string {
  return name
    .toLowerCase()
    .replace(/[^a-z0-9._-]+/g, '-')
    .replace(/^[^a-z0-9]+/, '')
    .slice(0, 64);
}
