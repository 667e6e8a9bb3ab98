import type { CborValue } from '../encoding/cbor.ts';
import { WireError } from '../encoding/refusal.ts';
import { readList, readMap, readText, readUint } from '../encoding/shape.ts';

/** A STUN or TURN server (RFC 8489, RFC 8656), as one RTCIceServer of the browser takes it. */
export type IceServer =
  | { readonly type: 'stun'; readonly url: string }
  | { readonly type: 'turn'; readonly url: string; readonly username: string; readonly credential: string };

/** S11: what a signaling server lends a member. */
export interface IceGrant {
  readonly servers: readonly IceServer[];
  /** For how long the credentials hold; undefined where nothing of it ends. */
  readonly lifeMs: number | undefined;
}

export const NO_ICE_GRANT: IceGrant = { servers: [], lifeMs: undefined };

/** Of one signaling server. Browsers warn at five: each one costs time and sockets at every attempt. A guess with room. */
export const MAX_ICE_SERVERS = 8;
const MAX_URL_CHARACTERS = 256;
/** coturn's names are an expiry and an id, its passwords the base64 of 20 bytes. A guess with room. */
const MAX_CREDENTIAL_CHARACTERS = 256;
/** A day: a longer life is no short-lived credential, and timers overflow beyond 24 days. */
const MAX_LIFE_MS = 24 * 60 * 60 * 1000;

const HOST = String.raw`(?:[A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(?::\d{1,5})?`;
/** RFC 7064, section 3.1. */
const STUN_URL = new RegExp(`^stuns?:${HOST}$`);
/** RFC 7065, section 3.1. */
const TURN_URL = new RegExp(String.raw`^turns?:${HOST}(?:\?transport=(?:udp|tcp))?$`);

export function isStunUrl(url: string): boolean {
  return url.length <= MAX_URL_CHARACTERS && STUN_URL.test(url) && hasPort(url);
}

export function isTurnUrl(url: string): boolean {
  return url.length <= MAX_URL_CHARACTERS && TURN_URL.test(url) && hasPort(url);
}

function hasPort(url: string): boolean {
  const port = /:(\d+)(?:\?|$)/.exec(url.replace(/\[.*\]/, ''))?.[1];
  return port === undefined || (Number(port) > 0 && Number(port) < 65_536);
}

/** As RTCPeerConnection takes it. */
export function rtcIceServer(server: IceServer): RTCIceServer {
  if (server.type === 'stun') return { urls: server.url };
  return { urls: server.url, username: server.username, credential: server.credential };
}

export function encodeIceGrant({ servers, lifeMs }: IceGrant): CborValue {
  return {
    servers: servers.map((server) =>
      server.type === 'stun' ? [server.url] : [server.url, server.username, server.credential],
    ),
    life: lifeMs ?? null,
  };
}

/**
 * Throws WireError for what no browser would take: RTCPeerConnection throws at an address that it cannot read, so one bad
 * line of a server would stop every attempt.
 */
export function readIceGrant(value: CborValue | undefined): IceGrant {
  const map = readMap(value, 'ice');
  const life = map.life === null ? undefined : readUint(map.life, 'ice life');
  return {
    servers: readList(map.servers, 'ice servers', MAX_ICE_SERVERS).map(readIceServer),
    lifeMs: life === undefined ? undefined : Math.min(life, MAX_LIFE_MS),
  };
}

function readIceServer(value: CborValue): IceServer {
  const fields = readList(value, 'an ice server', 3);
  const url = readText(fields[0], 'the address of an ice server', MAX_URL_CHARACTERS);
  if (fields.length === 1 && isStunUrl(url)) return { type: 'stun', url };
  if (fields.length !== 3 || !isTurnUrl(url))
    throw new WireError('an ice server is neither a STUN address nor a TURN address with name and password');
  return {
    type: 'turn',
    url,
    username: readText(fields[1], 'the name at an ice server', MAX_CREDENTIAL_CHARACTERS),
    credential: readText(fields[2], 'the password at an ice server', MAX_CREDENTIAL_CHARACTERS),
  };
}
