import { expect, test } from 'vitest';
import { keyOf } from '../ledger/testing/entry-writer.ts';
import { manifestOf } from '../ledger/testing/random-history.ts';
import { twoQuorumFleet } from '../ledger/testing/two-quorum-fleet.ts';
import { at } from '../time/testing/at.ts';
import type { InfoHash } from '../wire/encoding/ids.ts';
import { releaseBody } from '../wire/entry/release.ts';
import { EMPTY_MARK } from '../wire/kept/high-water-mark.ts';
import { MAX_HOLDINGS } from '../wire/link/message.ts';
import type { NodeEffect } from './effect.ts';
import type { NodeInput } from './input.ts';
import { createNode } from './node.ts';

const PEER = keyOf('peer');
const RELEASED = 'ff'.repeat(20) as InfoHash;
const OTHERS = Array.from({ length: MAX_HOLDINGS }, (_, at) => at.toString(16).padStart(40, '0') as InfoHash);

test('who holds more than a message may name tells what the ledger comes to rank first, as soon as it does (B5)', () => {
  const { writer, publish, rel } = twoQuorumFleet();
  const release = publish(1, {
    knowing: [rel],
    body: releaseBody({ ...manifestOf('app', 1), infoHash: RELEASED }),
  });
  const node = createNode({
    self: keyOf('publisher'),
    fleet: writer.genesis.id,
    device: undefined,
    mark: EMPTY_MARK,
  });
  let nowMs = 0;
  const tell = (input: NodeInput): readonly NodeEffect[] => node.handle(input, at(++nowMs), () => 0.5);
  const told = (effects: readonly NodeEffect[]) =>
    effects.flatMap((effect) =>
      effect.type === 'send-message' && effect.message.type === 'holdings'
        ? [effect.message.bundles.map(({ infoHash }) => infoHash)]
        : [],
    );
  const stored = writer.written.map(({ entry }) => entry).filter(({ id }) => id !== release.id);
  tell({ type: 'node-started', stored: stored.map(writer.received), heard: [], marks: [] });
  const held = [...OTHERS, RELEASED];
  tell({ type: 'holdings-changed', bundles: held.map((infoHash) => ({ infoHash, whole: true })) });
  const [first] = told(tell({ type: 'link-up', peer: PEER, dialled: true, features: [] }));
  // Nothing ranks them: they are told in the order of their hashes.
  expect(first).toEqual(OTHERS);
  const [next] = told(
    tell({ type: 'entry-received', received: writer.received(release), source: { type: 'own' } }),
  );
  expect(next).toEqual([RELEASED, ...OTHERS.slice(0, -1)]);
});
