import { isIP } from 'node:net';
import type { Answer } from 'multicast-dns';
import type { NearbyPages } from '../../src/core/wire/contact/nearby-server.ts';

/** What a server says of itself on its network (docs/protocol.md, S17). All of it is public; a join link never stands in it. */
export interface ServerAnnouncement {
  /** One label of DNS (RFC 6763, 4.1.1), unique on the network. */
  readonly name: string;
  readonly port: number;
  /** Where nodes find each other; undefined where none runs. */
  readonly signaling: string | undefined;
  /** Undefined for a server of signaling alone. */
  readonly pages: NearbyPages | undefined;
}

export const SERVICE = '_fieldfare._tcp.local';
/** RFC 6763, 9: how browsers of the network list which services there are. */
const SERVICE_TYPES = '_services._dns-sd._udp.local';
const TXT_VERSION = '1';
/** RFC 6762, 10: what hangs on a host's address lives two minutes. */
const TTL_SECONDS = 120;
/** RFC 6763, 6.2: a TXT record should fit into one packet. */
const MAX_TXT_STRINGS = 16;
/** RFC 1035, 3.3: of one string, and of one label. */
const MAX_STRING_BYTES = 255;
const MAX_LABEL_BYTES = 63;

/** The pointer that a browser asks for first, and what it needs then (RFC 6763, 12.1). */
export function recordsOf(
  announcement: ServerAnnouncement,
  addresses: readonly string[],
  ttlSeconds = TTL_SECONDS,
): { readonly answers: readonly Answer[]; readonly additionals: readonly Answer[] } {
  const { name, port, signaling, pages } = announcement;
  const instance = `${name}.${SERVICE}`;
  const target = `${name}.local`;
  const text = Object.entries({
    txtvers: TXT_VERSION,
    signaling,
    pages: pages?.url,
    trust: pages?.trust,
    authority: pages?.authority,
  }).flatMap(([key, value]) => (value === undefined ? [] : [`${key}=${value}`]));
  return {
    answers: [
      { type: 'PTR', name: SERVICE, ttl: ttlSeconds, data: instance },
      { type: 'PTR', name: SERVICE_TYPES, ttl: ttlSeconds, data: SERVICE },
    ],
    additionals: [
      { type: 'SRV', name: instance, ttl: ttlSeconds, data: { target, port, priority: 0, weight: 0 } },
      { type: 'TXT', name: instance, ttl: ttlSeconds, data: text },
      ...addresses.map(
        (address): Answer => ({
          type: isIP(address) === 6 ? 'AAAA' : 'A',
          name: target,
          ttl: ttlSeconds,
          data: address,
        }),
      ),
    ],
  };
}

/** A question that these records answer. */
export function asksFor(name: string, announcement: ServerAnnouncement): boolean {
  const asked = name.toLowerCase();
  const instance = `${announcement.name}.${SERVICE}`.toLowerCase();
  return [SERVICE, SERVICE_TYPES, instance, `${announcement.name}.local`.toLowerCase()].includes(asked);
}

export type ReadAnnouncement =
  | { readonly type: 'there'; readonly server: Omit<ServerAnnouncement, 'port'> }
  | { readonly type: 'gone'; readonly name: string };

/**
 * Undefined for everything that is not a whole, well-formed description. Attack: anybody on the network can announce, so no address
 * outside of it is taken, and nothing that would write into an operator's terminal.
 */
export function readAnnouncement(
  record: Answer,
  isLocal: (address: string) => boolean,
): ReadAnnouncement | undefined {
  if (record.type !== 'TXT' || !record.name.toLowerCase().endsWith(`.${SERVICE}`)) return undefined;
  const name = record.name.slice(0, -SERVICE.length - 1);
  if (!isPlain(name) || Buffer.byteLength(name) > MAX_LABEL_BYTES || name.includes('.')) return undefined;
  if (record.ttl === 0) return { type: 'gone', name };
  if (record.data.length > MAX_TXT_STRINGS) return undefined;
  const fields = new Map<string, string>();
  for (const bytes of record.data) {
    const text = typeof bytes === 'string' ? bytes : Buffer.from(bytes).toString();
    const at = text.indexOf('=');
    if (text.length > MAX_STRING_BYTES || !isPlain(text)) return undefined;
    // The first of a key counts (RFC 6763, 6.4).
    if (at > 0 && !fields.has(text.slice(0, at).toLowerCase()))
      fields.set(text.slice(0, at).toLowerCase(), text.slice(at + 1));
  }
  if (fields.get('txtvers') !== TXT_VERSION) return undefined;
  const signaling = localUrl(fields.get('signaling'), isLocal, ['ws:', 'wss:']);
  const url = localUrl(fields.get('pages'), isLocal, ['https:']);
  const trust = localUrl(fields.get('trust'), isLocal, ['http:']);
  const authority = fields.get('authority');
  const pages =
    url !== undefined &&
    trust !== undefined &&
    authority !== undefined &&
    /^(?:[0-9A-F]{2}:){31}[0-9A-F]{2}$/i.test(authority)
      ? { url, trust, authority }
      : undefined;
  return signaling === undefined && pages === undefined
    ? undefined
    : { type: 'there', server: { name, signaling, pages } };
}

function localUrl(
  text: string | undefined,
  isLocal: (address: string) => boolean,
  protocols: readonly string[],
): string | undefined {
  if (text === undefined || !URL.canParse(text)) return undefined;
  const url = new URL(text);
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const isHere = isIP(host) === 0 ? host === 'localhost' || host.endsWith('.local') : isLocal(host);
  const plain = url.username === '' && url.password === '' && url.search === '' && url.hash === '';
  return isHere && plain && protocols.includes(url.protocol) ? url.href : undefined;
}

/** Printable ASCII alone: nothing that moves a terminal's cursor or looks like another name. */
function isPlain(text: string): boolean {
  return /^[\x20-\x7e]+$/.test(text);
}
