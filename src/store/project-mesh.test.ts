import { expect, test } from 'vitest';
import { createNode } from '../core/node/node.ts';
import { at } from '../core/time/testing/at.ts';
import { type FleetId, idFromBytes, type NodeId } from '../core/wire/encoding/ids.ts';
import { EMPTY_MARK } from '../core/wire/kept/high-water-mark.ts';
import { projectLater } from './project-mesh.ts';

const [FLEET, SELF, LATER, SAME] = [1, 2, 3, 4].map((fill) => idFromBytes(new Uint8Array(32).fill(fill))) as [
  FleetId,
  NodeId,
  NodeId,
  NodeId,
];

test('neighbours of a later version are shown with what they name, as long as they are neighbours (H14)', () => {
  const node = createNode({ self: SELF, fleet: FLEET, device: undefined, mark: EMPTY_MARK });
  const tell = (input: Parameters<typeof node.handle>[0]) => node.handle(input, at(1), () => 0.5);
  tell({ type: 'node-started', stored: [], heard: [], marks: [] });
  tell({ type: 'link-up', peer: LATER, dialled: true, features: ['patches', 'time-travel'] });
  tell({ type: 'link-up', peer: SAME, dialled: true, features: [] });
  expect(projectLater(node)).toMatchObject([{ id: LATER, features: ['patches', 'time-travel'] }]);
  expect(node.speaks(LATER, 'push')).toBe(true);
  expect(node.speaks(LATER, 'of-another-feature' as never)).toBe(false);
  tell({ type: 'link-down', peer: LATER, reason: 'gone' });
  expect(projectLater(node)).toEqual([]);
});
