import { describe, expect, test } from 'vitest';
import { createMemoryKeptPlace } from '../../adapters/memory/kept-place.ts';
import { type FleetId, idFromBytes, type NodeId } from '../../core/wire/encoding/ids.ts';
import { encodeKeptBans, type KeptBans, NO_BANS } from '../../core/wire/kept/kept-bans.ts';
import { StorageRefused } from '../../ports/content.ts';
import type { KeptPlace } from '../../ports/kept-place.ts';
import { createBanStore } from './ban-store.ts';

const FLEET = idFromBytes<FleetId>(new Uint8Array(32).fill(1));
const OTHER = idFromBytes<FleetId>(new Uint8Array(32).fill(2));

function bansOf(revision: number, ...peers: readonly number[]): KeptBans {
  return {
    revision,
    bans: peers.map((fill) => ({
      peer: idFromBytes<NodeId>(new Uint8Array(32).fill(fill)),
      reason: 'a bad frame',
      bannedAtMs: 1,
      untilMs: 2,
      times: 1,
    })),
  };
}

const NO_PLACE: KeptPlace = {
  get: () => Promise.reject(new Error('gone')),
  put: () => Promise.reject(new Error('gone')),
};

describe('bans in several places (M12)', () => {
  test('come back from any one of them', async () => {
    const places = [createMemoryKeptPlace(), createMemoryKeptPlace()];
    await createBanStore([NO_PLACE, ...places]).keep(FLEET, bansOf(3, 7, 8));
    for (const place of places)
      expect(await createBanStore([NO_PLACE, place]).read(FLEET)).toEqual(bansOf(3, 7, 8));
  });

  test('are those of the newest change: a ban that was lifted does not come back from an old place', async () => {
    const [newer, older] = [createMemoryKeptPlace(), createMemoryKeptPlace()];
    await createBanStore([older]).keep(FLEET, bansOf(3, 7, 8));
    await createBanStore([newer]).keep(FLEET, bansOf(4, 8));
    expect(await createBanStore([older, newer]).read(FLEET)).toEqual(bansOf(4, 8));
  });

  test('that a place gives back in half, or as other bytes, count as none', async () => {
    const place = createMemoryKeptPlace();
    await place.put(`bans/${FLEET}`, encodeKeptBans(bansOf(3, 7, 8)).slice(0, 60));
    expect(await createBanStore([place]).read(FLEET)).toEqual(NO_BANS);
  });

  test('are apart by fleet, and forgotten with the fleet', async () => {
    const store = createBanStore([createMemoryKeptPlace()]);
    await store.keep(FLEET, bansOf(3, 7));
    expect(await store.read(OTHER)).toEqual(NO_BANS);
    await store.forget(FLEET);
    expect(await store.read(FLEET)).toEqual(NO_BANS);
  });

  test('with no place left it says so', async () => {
    await expect(createBanStore([NO_PLACE]).keep(FLEET, bansOf(1, 7))).rejects.toBeInstanceOf(StorageRefused);
  });
});
