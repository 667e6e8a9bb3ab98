import { joinMarks } from '../../core/device/high-water.ts';
import type { FleetId } from '../../core/wire/encoding/ids.ts';
import { WireError } from '../../core/wire/encoding/refusal.ts';
import {
  decodeHighWaterMark,
  EMPTY_MARK,
  encodeHighWaterMark,
  type HighWaterMark,
} from '../../core/wire/kept/high-water-mark.ts';
import type { KeptPlace } from '../../ports/kept-place.ts';
import { putPlaces, readPlaces } from './kept-texts.ts';

/**
 * The mark of this installation in a fleet (K2), over places of which any may fail, be cleared or go back. It belongs
 * to the fleet and not to the node's key: a device that also lost its key must not start from nothing.
 */
export interface HighWater {
  /** The places' marks joined; what cannot be read counts as nothing. */
  read(fleet: FleetId): Promise<HighWaterMark>;
  /** Resolves once every place that works holds at least `mark`. Rejects with StorageRefused when none does. */
  raise(fleet: FleetId, mark: HighWaterMark): Promise<void>;
  /** Forgets it, for a person who leaves the fleet. */
  forget(fleet: FleetId): Promise<void>;
}

export function createHighWater(places: readonly KeptPlace[]): HighWater {
  const put = (fleet: FleetId, mark: HighWaterMark) =>
    putPlaces(places, placeName(fleet), encodeHighWaterMark(mark), 'what this node has reached');
  const read = async (fleet: FleetId) =>
    (await readPlaces(places, placeName(fleet))).map(markOf).reduce(joinMarks, EMPTY_MARK);
  return {
    read,
    raise: async (fleet, mark) => put(fleet, joinMarks(mark, await read(fleet))),
    forget: (fleet) => put(fleet, EMPTY_MARK),
  };
}

function placeName(fleet: FleetId): string {
  return `mark/${fleet}`;
}

function markOf(text: string): HighWaterMark {
  try {
    return decodeHighWaterMark(text);
  } catch (error) {
    if (error instanceof WireError) return EMPTY_MARK;
    throw error;
  }
}
