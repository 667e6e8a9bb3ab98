import { expect, test } from 'vitest';
import { FRESH_DEVICE } from '../device/state.ts';
import { createEntryWriter, grantTo, keyOf } from '../ledger/testing/entry-writer.ts';
import { at } from '../time/testing/at.ts';
import type { FileHash, InfoHash } from '../wire/encoding/ids.ts';
import { admissionBody, admissionPath } from '../wire/entry/admission.ts';
import type { Entry } from '../wire/entry/entry.ts';
import { releaseBody, releasePath } from '../wire/entry/release.ts';
import { rolloutBody, rolloutPath } from '../wire/entry/rollout.ts';
import { EMPTY_MARK } from '../wire/kept/high-water-mark.ts';
import type { NodeEffect } from './effect.ts';
import { createNode } from './node.ts';

const TILL = keyOf('till');

/** A till that hears of a release and its rollout from a neighbour; the two say `more` than this version reads. */
function hears(more: { readonly release?: Entry['body']; readonly rollout?: Entry['body'] }) {
  const writer = createEntryWriter({ keys: ['ada'], threshold: 1 });
  const grant = writer.write({ by: 'ada', action: 'grant', body: grantTo(['ada']) });
  const write = (action: string, path: string, body: Entry['body'], parents: readonly Entry[] = []) =>
    writer.write({ by: 'ada', action, path, grant, knowing: [grant], body, parents });
  write(
    'admit',
    admissionPath(TILL),
    admissionBody({ device: TILL, name: 'till', site: 'Harbour', labels: {} }),
  );
  const release = write('create', releasePath('menu', 1), {
    ...releaseBody({
      product: 'menu',
      version: '1.0',
      counter: 1,
      files: [{ path: 'index.html', hash: keyOf('a file') as string as FileHash, sizeBytes: 10 }],
      health: { type: 'call', withinMs: 1_000 },
      infoHash: 'ab'.repeat(20) as InfoHash,
      metainfo: new Uint8Array(8),
    }),
    ...more.release,
  });
  const rollout = write(
    'create',
    rolloutPath(1),
    { ...rolloutBody({ release: release.id, select: {} }), ...more.rollout },
    [release],
  );
  const node = createNode({
    self: TILL,
    fleet: writer.genesis.id,
    device: FRESH_DEVICE,
    mark: EMPTY_MARK,
  });
  const source = { type: 'pushed', from: keyOf('neighbour'), hops: 1 } as const;
  const effects: NodeEffect[] = [
    ...node.handle({ type: 'node-started', stored: [], heard: [], marks: [] }, at(0), () => 0.5),
  ];
  for (const { entry } of writer.written)
    effects.push(
      ...node.handle({ type: 'entry-received', received: writer.received(entry), source }, at(1), () => 0.5),
    );
  return { node, effects, release, rollout };
}

test.each([
  ['a rollout in waves', { rollout: { needs: ['waves'], waves: [1, 10] } }, '"waves"'],
  [
    'a rollout by a condition that is not known',
    { rollout: { select: { hardware: ['arm'] } } },
    '"select hardware"',
  ],
  ['a release with a patch', { release: { needs: ['patch'], patch: 7 } }, '"patch"'],
])('%s is kept and passed on like any other, counts, and is not acted on (W10, D13)', (_, more, named) => {
  const { node, effects, rollout } = hears(more);
  expect(node.ledger.standing(rollout.id)).toMatchObject({ type: 'effective' });
  expect(effects).toContainEqual(expect.objectContaining({ type: 'append-entry', id: rollout.id }));
  expect(node.device()?.update).toMatchObject({ stage: 'refused', reason: expect.stringContaining(named) });
  const said = effects.flatMap((effect) => (effect.type === 'sign-statement' ? [effect.content] : []));
  expect(said).toContainEqual(
    expect.objectContaining({ type: 'receipt', stage: 'refused', rollout: rollout.id }),
  );
  expect(said).not.toContainEqual(expect.objectContaining({ type: 'alarm' }));
  expect(effects).not.toContainEqual(expect.objectContaining({ type: 'hold-release' }));
});

test('what is said beside the fields of this version, and asked of nobody, changes nothing (W3)', () => {
  const { node } = hears({ release: { note: 'spring' }, rollout: { ticket: 'OPS-1' } });
  expect(node.device()?.update).toMatchObject({ stage: 'fetching' });
});
