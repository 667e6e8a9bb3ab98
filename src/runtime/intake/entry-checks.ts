import type { ReceivedEntry } from '../../core/ledger/ledger.ts';
import type { EntryId } from '../../core/wire/encoding/ids.ts';
import { itemOfEntry } from '../../core/wire/link/item.ts';
import type { Keys } from '../../ports/keys.ts';
import { openEnvelope } from './envelope.ts';
import type { Opened } from './inbound.ts';

/** Opens envelopes of all links at once; of an entry that comes over several of them one copy is checked. */
export interface EntryChecks {
  /** Known when another copy was found whole and is about to be, too. Rejects with WireError. */
  open(envelope: Uint8Array): Promise<Opened<ReceivedEntry>>;
  /** To be told when the node has been given what `open` found whole. */
  delivered(id: EntryId): void;
}

export function createEntryChecks(keys: Keys, knows: (id: EntryId) => boolean): EntryChecks {
  /** Resolves to whether the copy was whole; stays until it was delivered, or at once goes if it was not. */
  const checks = new Map<EntryId, Promise<boolean>>();

  return {
    open: async (envelope) => {
      let claimed: EntryId | undefined;
      let seen: EntryId | undefined;
      let resolve: (isWhole: boolean) => void = () => {};
      const conclude = (isWhole: boolean) => {
        if (claimed !== undefined && !isWhole) checks.delete(claimed);
        resolve(isWhole);
      };
      try {
        const isKnownOrClaimed = (id: EntryId): boolean => {
          if (knows(id)) return true;
          claimed = id;
          checks.set(
            id,
            new Promise((settle) => {
              resolve = settle;
            }),
          );
          return false;
        };
        const afterOtherCopies = async (id: EntryId): Promise<boolean> => {
          // Attack: a forged copy sent ahead. A copy is dropped for another only when that one's signatures hold.
          for (let other = checks.get(id); other !== undefined; other = checks.get(id))
            if (await other) return true;
          return isKnownOrClaimed(id);
        };
        const received = await openEnvelope(envelope, keys, (id) => {
          seen = id;
          return checks.has(id) ? afterOtherCopies(id) : isKnownOrClaimed(id);
        });
        conclude(received !== undefined);
        return received === undefined
          ? { type: 'known', item: itemOfEntry(seen!) }
          : { type: 'new', value: received };
      } catch (error) {
        conclude(false);
        throw error;
      }
    },
    delivered: (id) => {
      checks.delete(id);
    },
  };
}
