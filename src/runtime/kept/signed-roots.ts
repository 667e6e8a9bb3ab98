import {
  type EntryId,
  type FleetId,
  fromBase64Url,
  idFromBytes,
  type NodeId,
} from '../../core/wire/encoding/ids.ts';
import { WireError } from '../../core/wire/encoding/refusal.ts';
import type { KeptPlace } from '../../ports/kept-place.ts';
import { putPlaces, readPlaces } from './kept-texts.ts';

/**
 * The roots that this key has signed, by version, in every place (K4). Attack, or an honest slip: one holder signs two proposals of one
 * version, both are finished, and the fleet halts for good (L10).
 */
export interface SignedRoots {
  /** Proposals of that version which this key has signed and nobody has said are destroyed. */
  of(version: number): Promise<readonly EntryId[]>;
  /**
   * Call before the signature leaves this node. Rejects with WireError when another proposal of the version was signed, unless it is
   * `instead`: one of which a person says that it is destroyed and nobody can finish it. Rejects with StorageRefused when it
   * cannot be kept.
   */
  note(version: number, root: EntryId, instead: EntryId | undefined): Promise<void>;
}

export function createSignedRoots(places: readonly KeptPlace[], fleet: FleetId, key: NodeId): SignedRoots {
  const nameOf = (version: number) => `root/${fleet}/${key}/${version}`;
  const of = async (version: number) => [
    ...new Set((await readPlaces(places, nameOf(version))).flatMap(readEntryId)),
  ];
  return {
    of,
    note: async (version, root, instead) => {
      const other = (await of(version)).find((id) => id !== root && id !== instead);
      if (other !== undefined)
        throw new WireError(
          `This browser has signed another proposal for root ${version}: ${other.slice(0, 8)}. If both are finished, two roots of one version stand against each other and the fleet halts for good. Finish that one, or make sure that every copy of it is destroyed and say so.`,
        );
      await putPlaces(places, nameOf(version), root, 'what this key has signed');
    },
  };
}

function readEntryId(text: string): EntryId[] {
  const bytes = fromBase64Url(text);
  return bytes?.length === 32 ? [idFromBytes<EntryId>(bytes)] : [];
}
