import type { SourceFile } from './source-file.ts';

/** Files of a folder that no app needs on a device, or that nobody should read there; left out unless a person wants them. */
export interface LeftOut {
  /** What a person names it by to have it in. */
  readonly key: string;
  readonly kind: LeftOutKind;
  readonly paths: readonly string[];
  readonly sizeBytes: number;
  /** A person wants it in. */
  readonly included: boolean;
}

export type LeftOutKind = 'version-control' | 'system' | 'source-maps' | 'secret';

/** Of secrets each file is a choice of its own, so that a harmless one does not take the others along. */
const MAX_SINGLE_SECRETS = 12;

/** Splits a folder into what is published and what is left out. */
export function leaveOut<File extends Pick<SourceFile, 'path' | 'sizeBytes'>>(
  files: readonly File[],
  include: ReadonlySet<string>,
): { readonly kept: readonly File[]; readonly leftOut: readonly LeftOut[] } {
  const groups = new Map<string, { kind: LeftOutKind; files: File[] }>();
  const secrets = files.filter(({ path }) => kindOf(path) === 'secret').length;
  const keyOf = (kind: LeftOutKind, path: string) =>
    kind === 'secret' && secrets <= MAX_SINGLE_SECRETS ? path : kind;
  const kept = files.filter((file) => {
    const kind = kindOf(file.path);
    if (kind === undefined) return true;
    const key = keyOf(kind, file.path);
    const group = groups.get(key) ?? { kind, files: [] };
    group.files.push(file);
    groups.set(key, group);
    return include.has(key);
  });
  return {
    kept,
    leftOut: Array.from(groups, ([key, group]) => ({
      key,
      kind: group.kind,
      paths: group.files.map(({ path }) => path).sort(),
      sizeBytes: group.files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
      included: include.has(key),
    })).sort((a, b) => ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind) || (a.key < b.key ? -1 : 1)),
  };
}

const ORDER: readonly LeftOutKind[] = ['secret', 'version-control', 'system', 'source-maps'];

/** Undefined for what belongs to an app. By the name alone: case does not matter on most disks. */
function kindOf(path: string): LeftOutKind | undefined {
  const names = path.toLowerCase().split('/');
  const folders = names.slice(0, -1);
  const name = names.at(-1)!;
  if (folders.some((folder) => VERSION_CONTROL.has(folder)) || /^\.git[a-z-]*$/.test(name))
    return name === '.git-credentials' ? 'secret' : 'version-control';
  if (folders.some((folder) => SECRET_FOLDERS.has(folder)) || isSecret(name)) return 'secret';
  if (folders.some((folder) => SYSTEM_FOLDERS.has(folder)) || SYSTEM_FILES.has(name) || name.startsWith('._'))
    return 'system';
  return /\.(js|mjs|cjs|css|ts|tsx|jsx|wasm)\.map$/.test(name) ? 'source-maps' : undefined;
}

const VERSION_CONTROL = new Set(['.git', '.svn', '.hg', '.bzr', 'cvs', '.github', '.gitlab']);
const SECRET_FOLDERS = new Set(['.ssh', '.gnupg', '.aws', '.azure', '.kube', '.docker']);
const SYSTEM_FOLDERS = new Set(['__macosx', '.idea', '.vscode', '.spotlight-v100', '.trashes', '.fseventsd']);
const SYSTEM_FILES = new Set(['.ds_store', 'thumbs.db', 'desktop.ini', '.directory']);
/** Where tools keep passwords and tokens. */
const SECRET_FILES = new Set([
  '.npmrc',
  '.yarnrc',
  '.yarnrc.yml',
  '.netrc',
  '_netrc',
  '.pypirc',
  '.htpasswd',
  '.pgpass',
  '.dockercfg',
  '.git-credentials',
]);
/** Containers of private keys: PEM (RFC 7468), PKCS #8 and #12, Java, PuTTY, KeePass. */
const KEY_ENDINGS = /\.(pem|key|p8|p12|pfx|jks|keystore|ppk|kdbx)$/;

function isSecret(name: string): boolean {
  return (
    SECRET_FILES.has(name) ||
    KEY_ENDINGS.test(name) ||
    /^\.env(\..+)?$/.test(name) ||
    // Without an ending: the other half, id_rsa.pub, is public.
    /^id_(rsa|dsa|ecdsa|ed25519)(_sk)?$/.test(name)
  );
}
