import { type EntryId, type FleetId, fromBase64Url, idFromBytes } from '../core/wire/ids.ts';
import { MAX_NAME_CHARACTERS } from '../core/wire/limits.ts';
import type { RecordStore } from '../ports/stores.ts';

/** Which fleet this installation belongs to; the fleet's id is pinned here when it joins. */
export interface MembershipRecord {
  readonly fleet: FleetId;
  readonly signaling: readonly string[];
  /** What this installation calls itself: the person's or the device's name. */
  readonly name: string;
  /** An invitation that has not been taken up yet. */
  readonly invitation: { readonly grant: EntryId; readonly seed: Uint8Array } | undefined;
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

function readStoredId(value: unknown): EntryId | undefined {
  const bytes = typeof value === 'string' ? fromBase64Url(value) : undefined;
  return bytes?.length === 32 ? idFromBytes<EntryId>(bytes) : undefined;
}
