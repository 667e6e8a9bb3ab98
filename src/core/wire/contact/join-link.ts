import { type CborValue, decodeCbor, encodeCbor } from '../encoding/cbor.ts';
import { decodeCheckedText, encodeCheckedText } from '../encoding/checked-text.ts';
import { bytesOfId, type EntryId, type FleetId } from '../encoding/ids.ts';
import { WireError } from '../encoding/refusal.ts';
import { readable, readFixedBytes, readId, readList, readText } from '../encoding/shape.ts';

/**
 * What a join link carries after its "#/join/": the fleet, which the new node pins, where first contact is made, and, in
 * an invitation, the seed of the invited key. It is the link's fragment, so no server ever sees it.
 */
export interface JoinLink {
  readonly fleet: FleetId;
  readonly signaling: readonly string[];
  readonly invitation: { readonly grant: EntryId; readonly seed: Uint8Array } | undefined;
}

const MAX_LINK_BYTES = 2048;
/** Of one node, and so of the links that it makes. */
export const MAX_SIGNALING_SERVERS = 8;
const MAX_SIGNALING_URL_CHARACTERS = 300;

/** Throws WireError for what decodeJoinLink would refuse. */
export function encodeJoinLink(link: JoinLink): string {
  const body = encodeCbor([
    1,
    bytesOfId(link.fleet),
    link.signaling,
    link.invitation === undefined ? null : [bytesOfId(link.invitation.grant), link.invitation.seed],
  ]);
  return encodeCheckedText(readable(body, readBody));
}

/** Takes the whole link or the part behind "#/join/". Throws WireError with a sentence for the person who pasted it. */
export function decodeJoinLink(text: string): JoinLink {
  const code = text.trim().replace(/^.*#\/?join\//s, '');
  if (code === '') throw new WireError('This join link is empty. Copy the whole link from the dashboard.');
  const body = decodeCheckedText(code, MAX_LINK_BYTES);
  if (body === undefined)
    throw new WireError(
      'This join link is cut short or changed. Copy the whole link from the dashboard, or scan its QR code.',
    );
  return readBody(body);
}

function readBody(body: Uint8Array): JoinLink {
  const [version, fleet, signaling, invitation] = readList(
    decodeCbor(body, { maxBytes: MAX_LINK_BYTES }),
    'the join link',
    4,
  );
  if (version !== 1)
    throw new WireError('This join link was made by a newer version. Update this app first.');
  return {
    fleet: readId<FleetId>(fleet, 'fleet'),
    signaling: readList(signaling, 'signaling servers', MAX_SIGNALING_SERVERS).map(readSignalingUrl),
    invitation: invitation === null ? undefined : readInvitation(invitation),
  };
}

function readInvitation(value: CborValue | undefined): { grant: EntryId; seed: Uint8Array } {
  const [grant, seed] = readList(value, 'the invitation', 2);
  return { grant: readId<EntryId>(grant, 'grant'), seed: readFixedBytes(seed, 'seed', 32) };
}

/** Throws WireError with a sentence for the person who typed it. */
export function readSignalingUrl(value: CborValue): string {
  const url = readText(value, 'a signaling server', MAX_SIGNALING_URL_CHARACTERS);
  if (!/^wss?:\/\//.test(url))
    throw new WireError(`The signaling server "${url}" does not begin with ws:// or wss://.`);
  return url;
}
