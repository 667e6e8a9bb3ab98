import type { CborValue } from '../encoding/cbor.ts';
import { bytesOfId, type FileHash, type InfoHash } from '../encoding/ids.ts';
import { WireError } from '../encoding/refusal.ts';
import {
  type CborMap,
  readable,
  readBytes,
  readFixedBytes,
  readId,
  readList,
  readMap,
  readText,
  readUint,
} from '../encoding/shape.ts';
import { FOLDERS } from './folders.ts';
import { readNeeds } from './needs.ts';

/** Body of a release: what a device needs to know before it takes a byte. At /releases/<product>/<counter>. */
export interface ReleaseManifest {
  readonly product: string;
  /** For people. Order is the counter's alone. */
  readonly version: string;
  readonly counter: number;
  readonly files: readonly ReleaseFile[];
  readonly health: HealthRule;
  /** SHA-1 of the info dictionary in `metainfo`. */
  readonly infoHash: InfoHash;
  /** The torrent file (BEP 3) of the bundle: the distinct files, in the order of their first mention. */
  readonly metainfo: Uint8Array;
}

export interface ReleaseFile {
  readonly path: string;
  readonly hash: FileHash;
  readonly sizeBytes: number;
}

export type HealthRule =
  /** The release calls `fieldfare.healthy()` within this time. */
  | { readonly type: 'call'; readonly withinMs: number }
  /** It loads and paints, and throws nothing uncaught for this time. */
  | { readonly type: 'quiet'; readonly forMs: number };

/** A guess: an app of more files has to be packed; it keeps the manifest inside one entry. */
export const MAX_RELEASE_FILES = 600;
/**
 * What a publisher puts into the body of a release, encoded. The rest of an entry is for what stands around it at its most (parents,
 * authority, cosigners), so that what was signed once can be signed again, whatever the ledger has become.
 */
export const MAX_RELEASE_BODY_BYTES = 60_000;
/** What 128 pieces of 16 MiB hold, the most and the largest that a torrent of ours has (B2); a kiosk's disk bears it. A guess. */
export const MAX_RELEASE_BYTES = 2 * 1024 ** 3;
/** 128 hashes of pieces, a name, and room. */
export const MAX_METAINFO_BYTES = 4 * 1024;
/** Where the app origin keeps what is the shell's: no release may shadow it. */
const RESERVED_FOLDER = '.fieldfare';
const RELEASE_PATH = new RegExp(`^${FOLDERS.releases}/([^/]+)/(\\d{1,16})$`);
const HEALTH_BOUNDS_MS = { least: 100, most: 600_000 };

/** Throws WireError for what readReleaseBody would refuse. */
export function releaseBody(manifest: ReleaseManifest): CborMap {
  const body = {
    kind: 'release',
    product: manifest.product,
    version: manifest.version,
    counter: manifest.counter,
    files: manifest.files.map((file) => [file.path, bytesOfId(file.hash), file.sizeBytes]),
    health:
      manifest.health.type === 'call' ? { call: manifest.health.withinMs } : { quiet: manifest.health.forMs },
    infoHash: bytesOfHex(manifest.infoHash),
    metainfo: manifest.metainfo,
  } as CborMap;
  return readable(body, readReleaseBody);
}

export function readReleaseBody(body: CborMap): ReleaseManifest {
  if (body.kind !== 'release') throw new WireError('the body is not that of a release');
  const files = readList(body.files, 'files', MAX_RELEASE_FILES).map(readFile);
  checkFiles(files);
  readNeeds(body);
  return {
    product: checkProduct(readText(body.product, 'product', 64)),
    version: checkVersion(readText(body.version, 'version', 64)),
    counter: readUint(body.counter, 'counter'),
    files,
    health: readHealth(readMap(body.health, 'health')),
    infoHash: hexOfBytes(readFixedBytes(body.infoHash, 'infoHash', 20)),
    metainfo: readBytes(body.metainfo, 'metainfo', MAX_METAINFO_BYTES),
  };
}

/** Where all releases of the product stand. */
export function productFolder(product: string): string {
  return `${FOLDERS.releases}/${product}`;
}

export function releasePath(product: string, counter: number): string {
  return `${productFolder(product)}/${counter}`;
}

/** What a release's path says of it; undefined for any other path. */
export function readReleasePath(
  path: string,
): { readonly product: string; readonly counter: number } | undefined {
  const match = RELEASE_PATH.exec(path);
  return match ? { product: match[1]!, counter: Number(match[2]) } : undefined;
}

export function checkProduct(product: string): string {
  if (!/^[a-z0-9][a-z0-9._-]{0,63}$/.test(product))
    throw new WireError(
      `the product name "${product}" needs 1 to 64 of: small letters, digits, ".", "-" and "_", a letter or digit first`,
    );
  return product;
}

export function checkVersion(version: string): string {
  if (!/^[A-Za-z0-9][A-Za-z0-9.+_-]{0,63}$/.test(version))
    throw new WireError(
      `the version "${version}" needs 1 to 64 of: letters, digits, ".", "+", "-" and "_", a letter or digit first`,
    );
  return version;
}

/**
 * A path inside a release. Refuses what could climb out of a folder on a host or name one file in two ways
 * (path traversal; case and Unicode tricks are refused with the whole list, in checkFiles).
 */
export function checkFilePath(path: string): string {
  const refuse = (why: string): never => {
    throw new WireError(`the file "${path.slice(0, 80)}" ${why}; rename it and publish again`);
  };
  if (path === '') refuse('has no name');
  if (path.length > 1024) refuse('has a path of over 1,024 characters');
  if (path.includes('\\')) refuse('has a "\\" in its path');
  if (/\p{Cc}/u.test(path)) refuse('has a control character in its path');
  if (path.normalize('NFC') !== path) refuse('has a path that is not in Unicode NFC');
  for (const name of path.split('/')) {
    if (name === '') refuse('has an empty name in its path (it begins or ends with "/", or has "//")');
    if (name === '.' || name === '..') refuse(`has "${name}" in its path, which could leave the folder`);
  }
  if (path.split('/')[0]!.toLowerCase() === RESERVED_FOLDER)
    refuse(`lies in ${RESERVED_FOLDER}/, which is reserved`);
  return path;
}

/** Checks a release's file list as a whole. */
export function checkFiles(files: readonly ReleaseFile[]): void {
  if (files.length === 0) throw new WireError('the release has no files');
  if (!files.some((file) => file.path === 'index.html'))
    throw new WireError('the release has no index.html at its top, so a device could not start it');
  const seen = new Map<string, string>();
  let sizeBytes = 0;
  for (const file of files) {
    checkFilePath(file.path);
    const folded = file.path.toLowerCase();
    const twin = seen.get(folded);
    if (twin !== undefined)
      throw new WireError(`the files "${twin}" and "${file.path}" have one name on some systems`);
    seen.set(folded, file.path);
    sizeBytes += file.sizeBytes;
  }
  if (sizeBytes > MAX_RELEASE_BYTES)
    throw new WireError(`the release has ${sizeBytes} bytes, at most ${MAX_RELEASE_BYTES} are taken`);
}

/** The distinct files in bundle order, with where each starts. */
export function bundleLayout(
  files: readonly ReleaseFile[],
): { hash: FileHash; sizeBytes: number; offset: number }[] {
  const layout: { hash: FileHash; sizeBytes: number; offset: number }[] = [];
  const seen = new Set<FileHash>();
  let offset = 0;
  for (const { hash, sizeBytes } of files) {
    if (seen.has(hash)) continue;
    seen.add(hash);
    layout.push({ hash, sizeBytes, offset });
    offset += sizeBytes;
  }
  return layout;
}

function readFile(value: CborValue): ReleaseFile {
  const [path, hash, sizeBytes] = readList(value, 'a file', 3);
  return {
    path: readText(path, "a file's path", 1024),
    hash: readId<FileHash>(hash, "a file's SHA-256"),
    sizeBytes: readUint(sizeBytes, "a file's size"),
  };
}

function readHealth(map: CborMap): HealthRule {
  const rule: HealthRule =
    map.call === undefined
      ? { type: 'quiet', forMs: readUint(map.quiet, 'health.quiet') }
      : { type: 'call', withinMs: readUint(map.call, 'health.call') };
  const timeMs = rule.type === 'call' ? rule.withinMs : rule.forMs;
  if (timeMs < HEALTH_BOUNDS_MS.least || timeMs > HEALTH_BOUNDS_MS.most)
    throw new WireError('the time of the health rule is not within 0.1 s and 10 min');
  return rule;
}

function hexOfBytes(bytes: Uint8Array): InfoHash {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('') as InfoHash;
}

function bytesOfHex(hex: InfoHash): Uint8Array {
  return Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}
