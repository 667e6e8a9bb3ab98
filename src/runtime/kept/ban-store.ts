import type { FleetId } from '../../core/wire/encoding/ids.ts';
import { WireError } from '../../core/wire/encoding/refusal.ts';
import { decodeKeptBans, encodeKeptBans, type KeptBans, NO_BANS } from '../../core/wire/kept/kept-bans.ts';
import type { KeptPlace } from '../../ports/kept-place.ts';
import { putPlaces, readPlaces } from './kept-texts.ts';

/** The bans of this installation in a fleet (M12), over places of which any may fail, be cleared or go back. */
export interface BanStore {
  /** Those of the place that was changed last; what cannot be read counts as nothing. */
  read(fleet: FleetId): Promise<KeptBans>;
  /** Rejects with StorageRefused when no place takes them. */
  keep(fleet: FleetId, kept: KeptBans): Promise<void>;
  /** For a person who leaves the fleet. */
  forget(fleet: FleetId): Promise<void>;
}

export function createBanStore(places: readonly KeptPlace[]): BanStore {
  const keep = (fleet: FleetId, kept: KeptBans) =>
    putPlaces(places, placeName(fleet), encodeKeptBans(kept), 'the list of bans');
  return {
    keep,
    forget: (fleet) => keep(fleet, NO_BANS),
    read: async (fleet) =>
      (await readPlaces(places, placeName(fleet)))
        .map(bansOf)
        .reduce((newest, kept) => (kept.revision > newest.revision ? kept : newest), NO_BANS),
  };
}

function placeName(fleet: FleetId): string {
  return `bans/${fleet}`;
}

function bansOf(text: string): KeptBans {
  try {
    return decodeKeptBans(text);
  } catch (error) {
    if (error instanceof WireError) return NO_BANS;
    throw error;
  }
}
