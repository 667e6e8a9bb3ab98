import { nip77 } from 'nostr-tools';
import { bytesOfId } from '../../src/core/wire/encoding/ids.ts';
import type { Method } from './method.ts';

/**
 * Negentropy (range-based, https://github.com/hoytech/negentropy) as nostr-tools has it, without its relay messages. It sorts by
 * time, so its cost hangs on where the differences lie: `newest` puts them last, which is its best case; else they are spread
 * over all times. nostr-tools 2.25.2 misses some ids where both ends have differing newest ones; the rows show the share found.
 */
export function negentropy(times: 'newest' | 'spread'): Method {
  return {
    name: `negentropy, differences ${times === 'newest' ? 'the newest' : 'at any time'}`,
    sessions: 1,
    prepare: (a, b) => {
      const inB = new Set(b);
      const common = new Set(a.filter((id) => inB.has(id)));
      const ranked = [...new Set([...a, ...b])].sort();
      if (times === 'newest') ranked.sort((x, y) => Number(common.has(y)) - Number(common.has(x)));
      const timeOf = new Map(ranked.map((id, rank) => [id, rank]));
      const ends = [a, b].map((ids) => {
        const storage = new nip77.NegentropyStorageVector();
        for (const id of ids) storage.insert(timeOf.get(id)!, Buffer.from(bytesOfId(id)).toString('hex'));
        storage.seal();
        return storage;
      });
      return {
        reconcile: () => {
          const client = new nip77.Negentropy(ends[0]!);
          const server = new nip77.Negentropy(ends[1]!);
          let bytes = 0;
          let halfTrips = 0;
          let onlyA = 0;
          let onlyB = 0;
          let query: string | null = client.initiate();
          while (query !== null) {
            const reply: string | null = server.reconcile(query);
            bytes += (query.length + (reply ?? '').length) / 2;
            halfTrips += 2;
            query =
              reply === null
                ? null
                : client.reconcile(
                    reply,
                    () => onlyA++,
                    () => onlyB++,
                  );
          }
          // The client alone learns the difference; it asks for what it lacks, 32 bytes each.
          bytes += onlyB * 32;
          return { bytes, halfTrips: halfTrips + (onlyB > 0 ? 1 : 0), greets: false, onlyA, onlyB };
        },
      };
    },
  };
}
