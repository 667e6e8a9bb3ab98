import type { CborValue } from '../encoding/cbor.ts';
import { WireError } from '../encoding/refusal.ts';
import { type CborMap, readList, readMap, readText } from '../encoding/shape.ts';
import {
  MAX_ADDRESS_CHARACTERS,
  REACH_SCHEMES,
  type ReachAddress,
  type ReachScheme,
  readReachAddress,
} from './reach-address.ts';

/** What a release can ask for besides addresses, each all or nothing, in rising order. */
export const POWERS = [
  'autoplay',
  'bluetooth',
  'camera',
  'fullscreen',
  'geolocation',
  'hid',
  'microphone',
  'print',
  'serial',
  'usb',
] as const;
export type Power = (typeof POWERS)[number];

/** What a release may do beyond showing its own files (E1). Each list is in rising order and names nothing twice. */
export interface Permissions {
  /** Where its pages and workers may talk to, by fetch, XMLHttpRequest, EventSource and WebSocket, and show pictures and media from. */
  readonly reach: readonly ReachAddress[];
  /** Whose pages it may have opened in a window of their own. */
  readonly popups: readonly ReachAddress[];
  readonly powers: readonly Power[];
}

/** As they stand in a signed release. */
export interface DeclaredPermissions extends Permissions {
  /** Names of a later version, which grant nothing here and may elsewhere. */
  readonly unknown: readonly string[];
  /** It breaks the rules of E1 or E2, so nothing of it is granted. */
  readonly unreadable: boolean;
}

/** Guesses: more than an app of several services talks to, and few enough to be read before they are agreed to. */
export const MAX_REACH = 32;
export const MAX_POPUPS = 8;
const MAX_UNKNOWN = 16;
const NAME = /^[a-z][a-z0-9-]{0,31}$/;

export const NO_PERMISSIONS: Permissions = { reach: [], popups: [], powers: [] };

/** Of a release that declares nothing, as those of 1.0 do. */
export const UNDECLARED: DeclaredPermissions = {
  ...NO_PERMISSIONS,
  powers: ['autoplay', 'fullscreen'],
  unknown: [],
  unreadable: false,
};

/** @throws WireError for what readPermissions finds unreadable. */
export function permissionsMap({ reach, popups, powers }: Permissions): CborMap {
  const map: CborMap = {
    ...(reach.length > 0 && { reach }),
    ...(popups.length > 0 && { popups }),
    ...Object.fromEntries(powers.map((power) => [power, true])),
  };
  readStrictly(map);
  return map;
}

/**
 * Never throws: every version of the ledger has to judge a release alike, and those of 1.0 take whatever stands here (W10). What
 * cannot be read grants nothing.
 */
export function readPermissions(value: CborValue | undefined): DeclaredPermissions {
  if (value === undefined) return UNDECLARED;
  try {
    return { ...readStrictly(value), unreadable: false };
  } catch (error) {
    if (!(error instanceof WireError)) throw error;
    return { ...NO_PERMISSIONS, unknown: [], unreadable: true };
  }
}

function readStrictly(value: CborValue): Omit<DeclaredPermissions, 'unreadable'> {
  const map = readMap(value, 'permissions');
  const isPower = (name: string) => POWERS.some((power) => power === name);
  const unknown = Object.keys(map)
    .filter((name) => name !== 'reach' && name !== 'popups' && !isPower(name))
    .sort();
  if (unknown.length > MAX_UNKNOWN || !unknown.every((name) => NAME.test(name)))
    throw new WireError(`permissions have over ${MAX_UNKNOWN} unknown names, or one that is no name`);
  return {
    reach: readAddresses(map.reach, 'reach', MAX_REACH, REACH_SCHEMES),
    popups: readAddresses(map.popups, 'popups', MAX_POPUPS, ['https']),
    powers: POWERS.filter((power) => {
      if (map[power] !== undefined && map[power] !== true)
        throw new WireError(`permissions: ${power} is there and not true`);
      return map[power] === true;
    }),
    unknown,
  };
}

/** Absent or not empty, in rising order, so that what is granted has one form. */
function readAddresses(
  value: CborValue | undefined,
  where: string,
  atMost: number,
  schemes: readonly ReachScheme[],
): readonly ReachAddress[] {
  if (value === undefined) return [];
  const addresses = readList(value, where, atMost).map((item) =>
    readReachAddress(readText(item, `an address of ${where}`, MAX_ADDRESS_CHARACTERS), schemes),
  );
  if (addresses.length === 0) throw new WireError(`${where} is empty: what reaches nothing leaves it out`);
  if (addresses.some((address, at) => at > 0 && addresses[at - 1]! >= address))
    throw new WireError(`the addresses of ${where} are not in rising order, or one is named twice`);
  return addresses;
}
