import { describe, expect, test } from 'vitest';
import { type DeviceState, FRESH_DEVICE } from '../device/state.ts';
import { createEntryWriter, grantTo, keyOf } from '../ledger/testing/entry-writer.ts';
import { at } from '../time/testing/at.ts';
import type { EntryId } from '../wire/encoding/ids.ts';
import { EMPTY_MARK } from '../wire/kept/high-water-mark.ts';
import type { BeaconContent } from '../wire/statement/statement.ts';
import { createNode } from './node.ts';

const INTERVAL_MS = 60_000;

/** A node that knows Ada as one who may beacon, with a clock that the test moves. */
function aNode(device: DeviceState | undefined) {
  const { genesis, written, write } = createEntryWriter({ keys: ['ada'], threshold: 1 });
  write({ by: 'ada', action: 'grant', body: grantTo(['ada']) });
  const node = createNode({ self: keyOf('till'), fleet: genesis.id, device, mark: EMPTY_MARK });
  let nowMs = 0;
  let sequence = 0;
  const tell = (input: Parameters<typeof node.handle>[0]) =>
    node
      .handle(input, at(nowMs), () => 0.5)
      .flatMap((effect) =>
        effect.type === 'sign-statement' && effect.content.type === 'alarm' ? [effect.content.reason] : [],
      );
  tell({ type: 'node-started', stored: written, heard: [], marks: [] });
  return {
    tell,
    at: (atMs: number) => {
      nowMs = atMs;
    },
    beacon: (frontier: readonly EntryId[] = [genesis.id]) => {
      const content: BeaconContent = { type: 'beacon', frontier, rootVersion: 1, intervalMs: INTERVAL_MS };
      tell({
        type: 'statement-received',
        statement: {
          fleet: genesis.id,
          author: keyOf('ada'),
          session: 1,
          sequence: sequence++,
          timeMs: 0,
          content,
        },
        bytes: new Uint8Array(),
        source: { type: 'own' },
      });
    },
    /** What it says when its lease is renewed. */
    renew: () => tell({ type: 'timer-fired', timer: 'lease' }),
    misbehave: () =>
      tell({ type: 'peer-misbehaved', peer: keyOf('mallory'), reason: 'a bad frame', subject: 'frame' }),
  };
}

describe('a device signs an alarm about its ledger (F2)', () => {
  test('once when no beacon comes in time, and again only after it was fresh in between', () => {
    const till = aNode(FRESH_DEVICE);
    till.beacon();
    expect(till.renew()).toEqual([]);
    till.at(2 * INTERVAL_MS + 1);
    expect(till.renew()).toEqual([expect.stringContaining('no beacon was heard in time')]);
    till.at(3 * INTERVAL_MS);
    expect(till.renew()).toEqual([]);
    till.beacon();
    expect(till.renew()).toEqual([]);
    till.at(6 * INTERVAL_MS);
    expect(till.renew()).toHaveLength(1);
  });

  test('within two intervals of the last beacon that came (freeze)', () => {
    const till = aNode(FRESH_DEVICE);
    till.beacon();
    let heardAtMs: number | undefined;
    for (let atMs = 0; heardAtMs === undefined && atMs <= 4 * INTERVAL_MS; atMs += 10_000) {
      till.at(atMs);
      if (till.renew().length > 0) heardAtMs = atMs;
    }
    expect(heardAtMs).toBeLessThanOrEqual(2 * INTERVAL_MS + 10_000);
  });

  test('when what a beacon names does not arrive', () => {
    const till = aNode(FRESH_DEVICE);
    till.beacon([keyOf('an entry that is withheld') as string as EntryId]);
    expect(till.renew()).toEqual([]);
    till.at(20_000);
    expect(till.renew()).toEqual([expect.stringContaining('a beacon names entries that do not arrive')]);
  });

  test('and not before the first beacon, nor at a node that is no device', () => {
    const till = aNode(FRESH_DEVICE);
    till.at(10 * INTERVAL_MS);
    expect(till.renew()).toEqual([]);
    const dashboard = aNode(undefined);
    dashboard.beacon();
    dashboard.at(10 * INTERVAL_MS);
    expect(dashboard.renew()).toEqual([]);
  });
});

describe('a bad peer', () => {
  test('makes a node sign one alarm a second at most: it is no amplifier (M6)', () => {
    const till = aNode(undefined);
    expect(till.misbehave()).toEqual(['a bad frame']);
    till.at(999);
    expect(till.misbehave()).toEqual([]);
    till.at(1_000);
    expect(till.misbehave()).toEqual(['a bad frame']);
  });
});
