import { type JoinLink, MAX_SIGNALING_SERVERS } from '../../core/wire/contact/join-link.ts';
import { type EntryId, type FleetId, fromBase64Url, idFromBytes } from '../../core/wire/encoding/ids.ts';
import { MAX_NAME_CHARACTERS } from '../../core/wire/encoding/limits.ts';
import type { RecordStore } from '../../ports/stores.ts';
import type { Invitation } from './take-up-invitation.ts';

/** Which fleet this installation belongs to; the fleet's id is pinned here when it joins. */
export interface MembershipRecord {
  readonly fleet: FleetId;
  readonly signaling: readonly string[];
  /** What this installation calls itself: the person's or the device's name. */
  readonly name: string;
  /** An invitation that has not been taken up yet. */
  readonly invitation: Invitation | undefined;
}

export async function loadMembership(records: RecordStore): Promise<MembershipRecord | undefined> {
  const saved = (await records.get('membership')) as
    | Partial<Record<keyof MembershipRecord, unknown>>
    | undefined;
  const fleet = readStoredId(saved?.fleet);
  if (saved === undefined || fleet === undefined) return undefined;
  const { signaling, name, invitation } = saved;
  const invited = invitation as Partial<Record<'grant' | 'seed', unknown>> | undefined;
  const grant = readStoredId(invited?.grant);
  return {
    fleet,
    signaling: Array.isArray(signaling) ? signaling.filter((url) => typeof url === 'string') : [],
    name: typeof name === 'string' ? name.slice(0, MAX_NAME_CHARACTERS) : '',
    invitation:
      grant !== undefined && invited?.seed instanceof Uint8Array ? { grant, seed: invited.seed } : undefined,
  };
}

export function saveMembership(records: RecordStore, membership: MembershipRecord): Promise<void> {
  return records.put({ membership });
}

/** To be called when what the invitation gives stands in the ledger. */
export async function forgetInvitation(records: RecordStore): Promise<void> {
  const membership = await loadMembership(records);
  if (membership?.invitation !== undefined)
    await saveMembership(records, { ...membership, invitation: undefined });
}

/** A further link to the fleet of this installation, when another invitation is needed: it takes the place of the one before. */
export function withLink(membership: MembershipRecord, link: JoinLink): MembershipRecord {
  return {
    ...membership,
    signaling: [...new Set([...membership.signaling, ...link.signaling])].slice(0, MAX_SIGNALING_SERVERS),
    invitation: link.invitation ?? membership.invitation,
  };
}

function readStoredId(value: unknown): EntryId | undefined {
  const bytes = typeof value === 'string' ? fromBase64Url(value) : undefined;
  return bytes?.length === 32 ? idFromBytes<EntryId>(bytes) : undefined;
}
