/** One product's cookies, by the rules of RFC 6265 as far as they mean something to a script that has no server. */
export interface CookieJar {
  /** What `document.cookie` gives. */
  read(): string;
  /** What `document.cookie = line` does; a line that a browser would not take from a script is dropped as there. */
  write(line: string): void;
}

interface Cookie {
  readonly name: string;
  readonly value: string;
  readonly path: string;
  /** Undefined: goes with the session. */
  readonly expiresAtMs: number | undefined;
}

/** RFC 6265 section 6.1, and what Chromium keeps. */
const MAX_COOKIE_CHARACTERS = 4096;
const MAX_COOKIES = 180;

/**
 * Cookies ignore ports: a real one would go to the shell's server with each request, where too many stop the kiosk. These
 * lie in the storage of the app origin, those with an end in `lasting` and the others in `session`, under the product's
 * name; a page that has no storage keeps them in memory.
 */
export function createCookieJar(deps: {
  readonly product: string;
  readonly lasting: Pick<Storage, 'getItem' | 'setItem'>;
  readonly session: Pick<Storage, 'getItem' | 'setItem'>;
  readonly page: Pick<Location, 'hostname' | 'pathname'>;
  readonly nowMs: () => number;
}): CookieJar {
  const { page, nowMs } = deps;
  const key = `fieldfare.cookies:${deps.product}`;
  const inMemory = new Map<object, readonly Cookie[]>();

  const load = (place: Pick<Storage, 'getItem'>): readonly Cookie[] => {
    const cookies = inMemory.get(place) ?? parseKept(attempt(() => place.getItem(key)));
    return cookies.filter(({ expiresAtMs }) => expiresAtMs === undefined || expiresAtMs > nowMs());
  };
  const save = (place: Pick<Storage, 'setItem'>, cookies: readonly Cookie[]): void => {
    const kept = cookies.slice(-MAX_COOKIES);
    if (attempt(() => place.setItem(key, JSON.stringify(kept)) ?? true)) inMemory.delete(place);
    else inMemory.set(place, kept);
  };

  return {
    read: () =>
      [...load(deps.lasting), ...load(deps.session)]
        .filter(({ path }) => covers(path, page.pathname))
        // Longer paths first, as section 5.4 says.
        .sort((a, b) => b.path.length - a.path.length)
        .map(({ name, value }) => (name === '' ? value : `${name}=${value}`))
        .join('; '),
    write(line) {
      const cookie = parseCookie(line, page, nowMs());
      if (cookie === undefined) return;
      const others = (place: Pick<Storage, 'getItem'>) =>
        load(place).filter(({ name, path }) => name !== cookie.name || path !== cookie.path);
      const lasts = cookie.expiresAtMs !== undefined;
      const stands = !lasts || cookie.expiresAtMs > nowMs();
      save(deps.lasting, [...others(deps.lasting), ...(lasts && stands ? [cookie] : [])]);
      save(deps.session, [...others(deps.session), ...(lasts ? [] : [cookie])]);
    },
  };
}

function parseCookie(
  line: string,
  page: Pick<Location, 'hostname' | 'pathname'>,
  nowMs: number,
): Cookie | undefined {
  const [pair = '', ...attributes] = line.split(';');
  const equals = pair.indexOf('=');
  const name = pair.slice(0, Math.max(0, equals)).trim();
  const value = pair.slice(equals + 1).trim();
  if (name + value === '' || name.length + value.length > MAX_COOKIE_CHARACTERS || hasControl(name + value))
    return undefined;
  let path = defaultPath(page.pathname);
  let expiresAtMs: number | undefined;
  let maxAgeMs: number | undefined;
  for (const attribute of attributes) {
    const [key = '', ...rest] = attribute.split('=');
    const text = rest.join('=').trim();
    switch (key.trim().toLowerCase()) {
      case 'path':
        path = text.startsWith('/') ? text : defaultPath(page.pathname);
        break;
      case 'expires':
        expiresAtMs = Number.isNaN(Date.parse(text)) ? expiresAtMs : Date.parse(text);
        break;
      case 'max-age':
        if (/^-?\d+$/.test(text)) maxAgeMs = Number(text) * 1000;
        break;
      case 'domain':
        if (text !== '' && !isWithin(page.hostname, text.replace(/^\./, '').toLowerCase())) return undefined;
        break;
      case 'httponly':
        return undefined;
    }
  }
  return { name, value, path, expiresAtMs: maxAgeMs === undefined ? expiresAtMs : nowMs + maxAgeMs };
}

/** Section 5.1.4. */
function defaultPath(pathname: string): string {
  return pathname.slice(0, Math.max(1, pathname.lastIndexOf('/')));
}

function covers(cookiePath: string, pathname: string): boolean {
  if (!pathname.startsWith(cookiePath)) return false;
  return (
    pathname.length === cookiePath.length || cookiePath.endsWith('/') || pathname[cookiePath.length] === '/'
  );
}

function isWithin(hostname: string, domain: string): boolean {
  return hostname === domain || hostname.endsWith(`.${domain}`);
}

function hasControl(text: string): boolean {
  for (const character of text)
    if ((character < ' ' && character !== '\t') || character === '\x7f') return true;
  return false;
}

/** What lies there is the app's to write, too. */
function parseKept(text: string | null | undefined): readonly Cookie[] {
  const kept = attempt<unknown>(() => JSON.parse(text ?? '[]'));
  if (!Array.isArray(kept)) return [];
  return kept.flatMap((item: unknown): Cookie[] => {
    if (typeof item !== 'object' || item === null) return [];
    const { name, value, path, expiresAtMs } = item as Partial<Record<keyof Cookie, unknown>>;
    if (typeof name !== 'string' || typeof value !== 'string' || typeof path !== 'string') return [];
    return [{ name, value, path, expiresAtMs: typeof expiresAtMs === 'number' ? expiresAtMs : undefined }];
  });
}

function attempt<Result>(work: () => Result): Result | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}
