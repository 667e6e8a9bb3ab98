import { expect, test } from 'vitest';
import { createEntryWriter, grantTo, keyOf } from '../ledger/testing/entry-writer.ts';
import { at } from '../time/testing/at.ts';
import { admissionBody, admissionPath } from '../wire/entry/admission.ts';
import type { Entry } from '../wire/entry/entry.ts';
import { EMPTY_MARK } from '../wire/kept/high-water-mark.ts';
import { itemOfStatement } from '../wire/link/item.ts';
import type { OtherKind } from '../wire/statement/statement-kind.ts';
import { createNode } from './node.ts';
import { linkedNodes } from './testing/linked-nodes.ts';

const [ADA, BEN, STRANGER] = ['ada', 'ben', 'stranger'].map(keyOf) as [
  ReturnType<typeof keyOf>,
  ReturnType<typeof keyOf>,
  ReturnType<typeof keyOf>,
];

/** A stranger linked with Ada, and Ada with Ben. */
function aChain() {
  const writer = createEntryWriter({ keys: ['ada'], threshold: 1 });
  const grant = writer.write({ by: 'ada', action: 'grant', body: grantTo(['ada', 'ben']) });
  const all = writer.written.map(({ entry }) => entry);
  const nodes = linkedNodes(writer);
  const ada = nodes.open(ADA, all);
  const ben = nodes.open(BEN, all);
  const stranger = nodes.open(STRANGER, all);
  nodes.link(ADA, BEN);
  nodes.link(STRANGER, ADA);
  const heardOf = (reports: typeof ada.reports) =>
    reports.flatMap((effect) =>
      effect.type === 'report' && effect.event.type === 'statement-heard'
        ? [effect.event.heard.statement.author]
        : [],
    );
  let admitted: Entry | undefined;
  const admit = () => {
    admitted = writer.write({
      by: 'ada',
      action: 'admit',
      path: admissionPath(STRANGER),
      grant,
      knowing: [grant],
      body: admissionBody({ device: STRANGER, name: 'till', site: 'Harbour', labels: {} }),
    });
    return admitted;
  };
  const remove = () =>
    writer.write({
      by: 'ada',
      action: 'delete',
      path: admissionPath(STRANGER),
      grant,
      knowing: [grant],
      parents: [admitted!],
    });
  return { writer, nodes, ada, ben, stranger, heardOf, admit, remove };
}

test('what a member says in a kind of a later version goes to all, as it was signed (W11)', () => {
  const { nodes, ada, ben, stranger, admit } = aChain();
  ada.write(admit());
  nodes.pass(60_000);
  stranger.say({ type: 'other', kind: 'rumour' as OtherKind });
  nodes.pass(5_000);
  const heard = (end: typeof ben) => end.node.book.newest(STRANGER, 'rumour' as OtherKind);
  expect(heard(ben)?.statement).toMatchObject({
    author: STRANGER,
    content: { type: 'other', kind: 'rumour' },
  });
  expect(heard(ben)?.bytes).toEqual(heard(stranger)?.bytes);
  expect(ben.node.bans.inForce(at(0))).toEqual([]);
  expect(ada.node.bans.inForce(at(0))).toEqual([]);
});

test('what a stranger says goes no further than to its neighbours, and into nobody’s log (M8)', () => {
  const { nodes, ada, ben, stranger, heardOf } = aChain();
  stranger.say({ type: 'alarm', reason: 'look at me', subject: 'x' });
  nodes.pass(60_000);
  expect(ada.node.book.newest(STRANGER, 'lease')).toBeDefined();
  expect(ada.node.book.newest(STRANGER, 'alarm')).toBeUndefined();
  expect(ben.node.book.newest(STRANGER, 'lease')).toBeUndefined();
  expect(heardOf(ada.reports)).not.toContain(STRANGER);
  expect(heardOf(ada.reports)).toContain(BEN);
});

test('once it is admitted it is heard by all', () => {
  const { nodes, ada, ben, heardOf, admit } = aChain();
  ben.tell({ type: 'sites-watched', sites: 'all' });
  ada.write(admit());
  nodes.pass(20_000);
  expect(ben.node.book.newest(STRANGER, 'lease')).toBeDefined();
  expect(heardOf(ben.reports)).toContain(STRANGER);
});

test('what strangers announce is not asked for', () => {
  const { nodes, ada } = aChain();
  const said: string[] = [];
  nodes.lose(({ type }) => {
    said.push(type);
    return false;
  });
  const announced = ['never', 'admitted'].map((name) =>
    itemOfStatement({ author: keyOf(name), kind: 'alarm', session: 1, sequence: 0 }),
  );
  const items = announced.map((item) => ({ item, hops: 1 }));
  ada.tell({
    type: 'message-received',
    peer: BEN,
    message: { type: 'ihave', topic: 'fleet', pushed: false, items },
  });
  nodes.pass(5_000);
  expect(said).not.toContain('graft');
});

test('who pushes what strangers say is not pruned for it', () => {
  const { nodes, ada, stranger } = aChain();
  const said: string[] = [];
  nodes.lose(({ type }) => {
    said.push(type);
    return false;
  });
  for (let at = 0; at < 20; at++) stranger.say({ type: 'alarm', reason: `look ${at}`, subject: 'x' });
  nodes.settle();
  expect(said).toContain('push');
  expect(said).not.toContain('prune');
  expect(ada.node.book.newest(STRANGER, 'alarm')).toBeUndefined();
});

test('a device that is removed leaves nothing behind but how far it came (M8)', () => {
  const { nodes, ada, admit, remove } = aChain();
  ada.tell({ type: 'sites-watched', sites: 'all' });
  ada.write(admit());
  nodes.pass(20_000);
  const lease = ada.node.book.newest(STRANGER, 'lease')!;
  nodes.lose(() => true);
  ada.write(remove());
  expect(ada.node.book.newest(STRANGER, 'lease')).toBeUndefined();
  expect(ada.node.book.judge(lease.statement)).toBe('known');
});

test('a node that starts again knows how far each member had come, though what it said is gone (M8)', () => {
  const { writer, ben } = aChain();
  const lease = ben.node.book.newest(BEN, 'lease')!.statement;
  const node = createNode({ self: ADA, fleet: writer.genesis.id, device: undefined, mark: EMPTY_MARK });
  const stored = [...writer.written];
  const mark = { author: BEN, kind: 'lease', session: lease.session, sequence: lease.sequence } as const;
  node.handle({ type: 'node-started', stored, heard: [], marks: [mark] }, at(0), () => 0.5);
  expect(node.book.judge(lease, BEN)).toBe('known');
  expect(node.book.judge({ ...lease, sequence: lease.sequence + 1 }, BEN)).toBe('news');
});

test('what a store has of whom the ledger does not know any more is not taken up again (M8)', () => {
  const { writer, stranger, ben } = aChain();
  const heardOf = (end: typeof ben, author: typeof BEN) => ({
    ...end.node.book.newest(author, 'lease')!,
    heardAtMs: 0,
  });
  const node = createNode({ self: ADA, fleet: writer.genesis.id, device: undefined, mark: EMPTY_MARK });
  const heard = [heardOf(stranger, STRANGER), heardOf(ben, BEN)];
  node.handle({ type: 'node-started', stored: [...writer.written], heard, marks: [] }, at(0), () => 0.5);
  expect(node.book.newest(BEN, 'lease')).toBeDefined();
  expect(node.book.newest(STRANGER, 'lease')).toBeUndefined();
});
