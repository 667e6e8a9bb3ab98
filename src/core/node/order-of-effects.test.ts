import { describe, expect, test } from 'vitest';
import { createEntryWriter, grantTo, keyOf } from '../ledger/testing/entry-writer.ts';
import { at } from '../time/testing/at.ts';
import { EMPTY_MARK } from '../wire/kept/high-water-mark.ts';
import type { NodeInput } from './input.ts';
import { createNode } from './node.ts';

/** A node in Ada's fleet with two neighbours. */
function aNode() {
  const writer = createEntryWriter({ keys: ['ada'], threshold: 1 });
  const node = createNode({
    self: keyOf('till'),
    fleet: writer.genesis.id,
    device: undefined,
    mark: EMPTY_MARK,
  });
  const tell = (input: NodeInput) => node.handle(input, at(0), () => 0.5);
  const grant = writer.write({ by: 'ada', action: 'grant', body: grantTo(['ada']) });
  tell({ type: 'node-started', stored: writer.written, heard: [], marks: [] });
  for (const peer of ['parent', 'child'])
    tell({ type: 'link-up', peer: keyOf(peer), dialled: false, features: [] });
  const hear = (received: (typeof writer.written)[number]) =>
    tell({ type: 'entry-received', received, source: { type: 'pushed', from: keyOf('parent'), hops: 1 } });
  return { ...writer, grant, hear };
}

describe('an entry that comes', () => {
  test('is sent to neighbours before anybody here is told of it (G1)', () => {
    const { write, written, grant, hear } = aNode();
    write({ by: 'ada', action: 'create', path: '/config/fleet/volume', body: { value: 3 }, grant });
    const effects = hear(written.at(-1)!).map((effect) =>
      effect.type === 'send-message' ? effect.message.type : effect.type,
    );
    expect(effects[0]).toBe('push');
    expect(effects).toContain('report');
    expect(effects).toContain('append-entry');
  });
});

describe('members are looked for again', () => {
  const looksAgain = (effects: ReturnType<ReturnType<typeof aNode>['hear']>) =>
    effects.some((effect) => effect.type === 'schedule-timer' && effect.timer === 'redial');

  test('when an entry may have made some, and not for every other one (M14)', () => {
    const { write, written, grant, hear } = aNode();
    write({ by: 'ada', action: 'create', path: '/config/fleet/volume', body: { value: 3 }, grant });
    expect(looksAgain(hear(written.at(-1)!))).toBe(false);
    write({ by: 'ada', action: 'grant', path: '/config', body: grantTo(['bob']) });
    expect(looksAgain(hear(written.at(-1)!))).toBe(true);
  });
});
