import { expect, test } from 'vitest';
import { at } from '../time/testing/at.ts';
import type { FleetId, NodeId } from '../wire/encoding/ids.ts';
import { EMPTY_MARK } from '../wire/kept/high-water-mark.ts';
import { createNode } from './node.ts';

test('a goodbye ends the link, whether or not its connection closes too (H12)', () => {
  const [self, peer] = ['self' as NodeId, 'peer' as NodeId];
  const node = createNode({ self, fleet: 'fleet' as FleetId, device: undefined, mark: EMPTY_MARK });
  node.handle({ type: 'node-started', stored: [], heard: [], marks: [] }, at(0), () => 0.5);
  node.handle({ type: 'link-up', peer, dialled: true, features: [] }, at(1), () => 0.5);
  const effects = node.handle(
    { type: 'message-received', peer, message: { type: 'goodbye', reason: 'the page was closed' } },
    at(2),
    () => 0.5,
  );
  expect(effects).toEqual([
    { type: 'hang-up', peer, reason: 'the other node said goodbye: the page was closed' },
  ]);
});
