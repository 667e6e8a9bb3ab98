import { encodeCbor } from '../../core/wire/encoding/cbor.ts';
import { type FileHash, type InfoHash, idFromBytes } from '../../core/wire/encoding/ids.ts';
import { WireError } from '../../core/wire/encoding/refusal.ts';
import type { Permissions } from '../../core/wire/entry/permissions.ts';
import {
  checkFilePath,
  checkFiles,
  MAX_RELEASE_BODY_BYTES,
  MAX_RELEASE_FILES,
  releaseBody,
} from '../../core/wire/entry/release.ts';

interface NamedFile {
  readonly path: string;
  readonly sizeBytes: number;
}

/** A guess: larger files are rarely part of an app, and nothing larger was tried. */
const MAX_FILE_BYTES = 512 * 1024 * 1024;

/** Why a folder cannot be a release; empty when it can. Each says what, where and what to do. */
export function problemsOf(files: readonly NamedFile[]): string[] {
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
  if (!files.some(({ path }) => path === 'index.html')) problems.push(withoutIndex(files));
  const unhashed = files.map(({ path, sizeBytes }) => ({ path, sizeBytes, hash: '' as FileHash }));
  if (problems.length === 0) note(() => checkFiles(unhashed));
  return problems;
}

function withoutIndex(files: readonly NamedFile[]): string {
  const alike = files.find(({ path }) => /^(index\.html?|default\.html?)$/i.test(path));
  if (alike !== undefined)
    return `The folder has ${alike.path} at its top and no index.html, so a device could not start it. Rename it to index.html.`;
  return 'The folder has no index.html at its top, so a device could not start it. If yours is a symbolic link, put the file itself in its place: browsers pass links over.';
}

/** Folders right below the top that have an index.html: what a build wrote into a folder of its own. */
export function startableFolders(files: readonly Pick<NamedFile, 'path'>[]): readonly string[] {
  return files
    .flatMap(({ path }) => /^([^/]+)\/index\.html$/.exec(path)?.[1] ?? [])
    .filter((folder) => folder !== 'node_modules')
    .sort();
}

/**
 * Whether the list of files fits into a release that can be signed, whatever product and version it gets; undefined when it does.
 * Known before a byte is hashed, since a hash takes the same room for every file.
 */
export function manifestProblem(
  files: readonly NamedFile[],
  metainfoBytes: number,
  permissions: Permissions | undefined,
): string | undefined {
  const body = releaseBody({
    product: LONGEST,
    version: LONGEST,
    counter: Number.MAX_SAFE_INTEGER,
    files: files.map(({ path, sizeBytes }) => ({ path, sizeBytes, hash: NO_HASH })),
    health: { type: 'call', withinMs: 600_000 },
    ...(permissions && { permissions: { ...permissions, unknown: [], unreadable: false } }),
    infoHash: '0'.repeat(40) as InfoHash,
    metainfo: new Uint8Array(metainfoBytes),
  });
  const sizeBytes = encodeCbor(body).length;
  const overBytes = sizeBytes - MAX_RELEASE_BODY_BYTES;
  if (overBytes <= 0) return undefined;
  const eachBytes = encodeCbor(body.files!).length / files.length;
  const characters = Math.round(files.reduce((sum, { path }) => sum + path.length, 0) / files.length);
  return `The list of the ${inDigits(files.length)} files takes ${inDigits(sizeBytes)} bytes, and at most ${inDigits(MAX_RELEASE_BODY_BYTES)} can be signed. A path has ${characters} characters on average: shorten them by ${Math.ceil(overBytes / files.length)}, or have ${inDigits(Math.ceil(overBytes / eachBytes))} files fewer, by bundling them or leaving some out.`;
}

const LONGEST = 'x'.repeat(64);
const NO_HASH = idFromBytes<FileHash>(new Uint8Array(32));

function inDigits(count: number): string {
  return count.toLocaleString('en');
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}
