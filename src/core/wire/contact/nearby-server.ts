/** A server that announces itself on the network of the server that a page came from (S17). Anybody there can announce. */
export interface NearbyServer {
  readonly name: string;
  /** Where nodes find each other, `ws:` or `wss:`. */
  readonly signaling: string | undefined;
  readonly pages: NearbyPages | undefined;
}

export interface NearbyPages {
  readonly url: string;
  /** Where a device gets the certificate authority, without encryption: it is compared by its fingerprint. */
  readonly trust: string;
  /** SHA-256 of the authority, pairs of hexadecimal digits with colons. */
  readonly authority: string;
}

/** What came of asking the server that a page came from. */
export type NearbyAnswer =
  | { readonly type: 'found'; readonly servers: readonly NearbyServer[] }
  /** The server does not listen for others. */
  | { readonly type: 'not-offered' }
  | { readonly type: 'unreachable' }
  | { readonly type: 'failed'; readonly reason: string };

/** As many as a server finds (S17). */
export const MAX_NEARBY_SERVERS = 64;
/** RFC 1035, 2.3.4: of one label. */
const MAX_NAME_CHARACTERS = 63;
/** RFC 1035, 3.3: of one string of a TXT record. */
const MAX_URL_CHARACTERS = 255;
const FINGERPRINT = /^(?:[0-9A-F]{2}:){31}[0-9A-F]{2}$/i;
const PLAIN = /^[\x20-\x7e]+$/;

/**
 * What a server's `/signaling/nearby` says; whatever is not a whole, well-formed description is left out. Undefined when it is no such
 * list. The server has checked it too. Attack: a server, or a proxy before it, whose text would lead a page elsewhere.
 */
export function readNearbyServers(value: unknown): readonly NearbyServer[] | undefined {
  const servers = (value as { servers?: unknown } | null | undefined)?.servers;
  if (!Array.isArray(servers)) return undefined;
  return servers.slice(0, MAX_NEARBY_SERVERS).flatMap((each: unknown) => readServer(each) ?? []);
}

function readServer(value: unknown): NearbyServer | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const fields = value as Partial<Record<keyof NearbyServer, unknown>>;
  const { name } = fields;
  if (typeof name !== 'string' || name.length > MAX_NAME_CHARACTERS || !PLAIN.test(name)) return undefined;
  const signaling = readUrl(fields.signaling, /^wss?:\/\//);
  const pages = readPages(fields.pages);
  return signaling === undefined && pages === undefined ? undefined : { name, signaling, pages };
}

function readPages(value: unknown): NearbyPages | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const fields = value as Partial<Record<keyof NearbyPages, unknown>>;
  const url = readUrl(fields.url, /^https:\/\//);
  const trust = readUrl(fields.trust, /^http:\/\//);
  const { authority } = fields;
  return url === undefined ||
    trust === undefined ||
    typeof authority !== 'string' ||
    !FINGERPRINT.test(authority)
    ? undefined
    : { url, trust, authority };
}

/** Plain text without a name, a password, a query or a fragment: an address that a person can read whole. */
function readUrl(value: unknown, scheme: RegExp): string | undefined {
  return typeof value === 'string' &&
    value.length <= MAX_URL_CHARACTERS &&
    PLAIN.test(value) &&
    scheme.test(value) &&
    !/[@?#\s"<>\\]/.test(value)
    ? value
    : undefined;
}
