import { type CborValue, concatBytes } from '../encoding/cbor.ts';
import { isStrictKey } from '../encoding/ed25519.ts';
import { bytesOfId, type FleetId, type NodeId } from '../encoding/ids.ts';
import { LABEL_BOUNDS, MAX_ROLES, MAX_SIGNATURES } from '../encoding/limits.ts';
import { WireError } from '../encoding/refusal.ts';
import {
  type CborMap,
  readable,
  readFixedBytes,
  readFlag,
  readId,
  readList,
  readMap,
  readName,
  readTexts,
  readUint,
} from '../encoding/shape.ts';

/** What a key may sign below the path of its grant. */
export const ROLES = ['release', 'operator', 'beacon', 'device'] as const;
export type GrantedRole = (typeof ROLES)[number];

declare const later: unique symbol;
/** One that a later version brought: kept and passed on by its name. It entitles to nothing that this version gives a meaning (W12). */
type LaterRole = string & { readonly [later]: 'LaterRole' };

/** As a grant says it. */
export type HeardRole = GrantedRole | LaterRole;

const ROLE = /^[a-z][a-z-]{0,31}$/;

export function isKnownRole(role: HeardRole): role is GrantedRole {
  return (ROLES as readonly string[]).includes(role);
}

export function readRole(value: CborValue | undefined): HeardRole {
  if (typeof value !== 'string' || !ROLE.test(value))
    throw new WireError('a role is not 1 to 32 of a-z and "-", a letter first');
  // Attack: a grant of a made-up role passes, wherever roles are shown or asked for, for the rights of the root's keys.
  if (value === 'root') throw new WireError('nobody is granted the root: its keys stand in the root itself');
  return value as HeardRole;
}

/** Body of a `grant` entry; the entry's path is the scope. */
export interface GrantBody {
  /** The holder, or the holders who act together. */
  readonly keys: readonly NodeId[];
  /** How many of the keys must sign what is written under the grant. */
  readonly threshold: number;
  readonly name: string;
  /** One to MAX_ROLES, none of them twice. */
  readonly roles: readonly HeardRole[];
  /** The holder may pass on what it has, below its path. */
  readonly mayGrant: boolean;
  /**
   * The key is an invitation that travels in a link: it signs no entries, only vouchers, by which another key takes
   * over the roles for itself. So one link opened in two browsers never makes one author fork.
   */
  readonly invitation: boolean;
  /** Where an invitation to devices puts them. */
  readonly place: { readonly site: string; readonly labels: Readonly<Record<string, string>> } | undefined;
}

/** Throws WireError for what readGrantBody would refuse. */
export function grantBody(grant: GrantBody): CborMap {
  const body = {
    keys: grant.keys.map(bytesOfId),
    threshold: grant.threshold,
    name: grant.name,
    roles: [...grant.roles].sort(),
    mayGrant: grant.mayGrant,
    invitation: grant.invitation,
    place: grant.place && { site: grant.place.site, labels: grant.place.labels },
  } as CborMap;
  return readable(body, readGrantBody);
}

export function readGrantBody(body: CborMap): GrantBody {
  const roles = readList(body.roles, 'roles', MAX_ROLES).map(readRole);
  if (roles.length === 0) throw new WireError('a grant of no role');
  if (new Set(roles).size !== roles.length) throw new WireError('a role stands twice');
  const keys = readList(body.keys, 'the granted keys', MAX_SIGNATURES).map((key) => {
    // Under a key of small order anyone can sign (Chalkias et al. 2020): it must never hold a right.
    if (!isStrictKey(readFixedBytes(key, 'a granted key', 32)))
      throw new WireError('a granted key is of small order or not canonical');
    return readId<NodeId>(key, 'a granted key');
  });
  const threshold = readUint(body.threshold, 'the threshold');
  if (new Set(keys).size !== keys.length) throw new WireError('a granted key stands twice');
  if (threshold < 1 || threshold > keys.length)
    throw new WireError(`a threshold of ${threshold} with ${keys.length} keys`);
  return {
    keys,
    threshold,
    name: readName(body.name, 'the name of the granted', 100),
    roles,
    mayGrant: readFlag(body.mayGrant, 'mayGrant'),
    invitation: readFlag(body.invitation, 'invitation'),
    place: body.place === undefined ? undefined : readPlace(readMap(body.place, 'place')),
  };
}

const VOUCHER_DOMAIN = new TextEncoder().encode('fieldfare voucher 1\0');

/** What an invitation's key signs to let `guest` in. It names the fleet and the guest, so it serves no one else. */
export function voucherMessage(fleet: FleetId, guest: NodeId): Uint8Array {
  return concatBytes([VOUCHER_DOMAIN, bytesOfId(fleet), bytesOfId(guest)]);
}

/** The proof of an entry that was written under an invitation: the invited key and its signature. */
export interface Voucher {
  readonly key: NodeId;
  readonly signature: Uint8Array;
}

/** Throws WireError for what readVoucher would refuse. */
export function voucherField({ key, signature }: Voucher): CborMap {
  return readable({ voucher: [bytesOfId(key), signature] }, readVoucher);
}

export function readVoucher(body: CborMap): Voucher | undefined {
  if (body.voucher === undefined) return undefined;
  const [key, signature] = readList(body.voucher, 'the voucher', 2);
  return {
    key: readId<NodeId>(key, "the voucher's key"),
    signature: readFixedBytes(signature, 'the voucher', 64),
  };
}

function readPlace(map: CborMap): NonNullable<GrantBody['place']> {
  return { site: readName(map.site, 'site', 100), labels: readTexts(map.labels, 'labels', LABEL_BOUNDS) };
}
