import { MAX_NAME_CHARACTERS, MAX_PATH_DEPTH } from '../encoding/limits.ts';
import { WireError } from '../encoding/refusal.ts';

/**
 * Paths of the ledger: "/" or "/name/name". A name has 1 to 256 characters, no "/", no control character, and is
 * neither "." nor ".."; it is in Unicode NFC, so that two paths that look alike are one.
 */
export function checkPath(path: string): string {
  if (path === '/') return path;
  if (!path.startsWith('/')) throw new WireError(`the path "${shorten(path)}" does not begin with "/"`);
  const names = path.slice(1).split('/');
  if (names.length > MAX_PATH_DEPTH) throw new WireError(`a path has at most ${MAX_PATH_DEPTH} names`);
  for (const name of names) checkName(name, path);
  return path;
}

/** True where `path` is `scope` or lies below it. */
export function isWithin(path: string, scope: string): boolean {
  return scope === '/' || path === scope || path.startsWith(`${scope}/`);
}

function checkName(name: string, path: string): void {
  const fault = faultOf(name);
  if (fault !== undefined) throw new WireError(`the path "${shorten(path)}" ${fault}`);
}

function faultOf(name: string): string | undefined {
  if (name === '') return 'has an empty name';
  if (name === '.' || name === '..') return `has the name "${name}"`;
  if (name.length > MAX_NAME_CHARACTERS) return `has a name of over ${MAX_NAME_CHARACTERS} characters`;
  if (isPrintableAscii(name)) return undefined;
  if (/\p{Cc}/u.test(name)) return 'has a control character';
  return name.normalize('NFC') === name ? undefined : 'is not in Unicode NFC';
}

/** Almost all names are, and no such name has a control character or another normal form. */
function isPrintableAscii(name: string): boolean {
  for (let at = 0; at < name.length; at++) {
    const code = name.charCodeAt(at);
    if (code < 0x20 || code > 0x7e) return false;
  }
  return true;
}

function shorten(path: string): string {
  return path.length > 80 ? `${path.slice(0, 79)}…` : path;
}

/** Any text as one name of a path: what a name may not have is percent-encoded, so that two texts never make one name. */
export function nameFor(text: string): string {
  const normal = text.normalize('NFC');
  if (normal === '.' || normal === '..') return normal.replaceAll('.', '%2E');
  return normal.replace(/[%/\p{Cc}]/gu, (character) => encodeURIComponent(character));
}

/** The text behind a name that `nameFor` made; any other name is its own text, since whoever signs entries may name a path "%FF". */
export function textOfName(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}
